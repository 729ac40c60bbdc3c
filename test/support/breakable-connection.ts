// A way to the database that a test can break and mend: to a client it looks as if the server went away and came
// back, whatever the engine.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface BreakableConnection {
  /** The given connection string, by way of here. */
  readonly uri: string;
  /** Drops all connections and accepts no more. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openBreakableConnection(uri: string): Promise<BreakableConnection> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port || '27017'), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(uri);
  const { port } = server.address() as AddressInfo;
  through.host = `127.0.0.1:${String(port)}`;
  // A replica set would tell its clients other addresses than this one.
  through.searchParams.set('directConnection', 'true');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: through.href,
    cut: () => {
      server.close();
      drop();
    },
    mend: () => {
      server.listen(port, '127.0.0.1');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        drop();
      }),
  };
}
