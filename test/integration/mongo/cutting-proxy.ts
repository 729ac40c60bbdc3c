// A TCP proxy before the database that swallows the answer to one retryable write and cuts the connection: the case
// for which drivers repeat writes.
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  /** A connection string for the same database, through the proxy. */
  readonly uri: string;
  /** Cuts the connection after the next retryable write of this command has reached the server. */
  cutAfter(command: string): void;
  /** Connections cut since the last call of `cutAfter`. */
  cuts(): number;
  stop(): Promise<void>;
}

/** @param databaseUri with one host; a replica set's other members would be found past the proxy */
export async function startCuttingProxy(databaseUri: string): Promise<CuttingProxy> {
  const target = new URL(databaseUri);
  let armedFor: string | undefined;
  let cuts = 0;

  const server = createServer((client: Socket) => {
    const database = createConnection(Number(target.port), target.hostname);
    let isDoomed = false;
    client.on('data', (chunk: Buffer) => {
      if (armedFor !== undefined && chunk.includes(armedFor) && chunk.includes('txnNumber')) {
        armedFor = undefined;
        isDoomed = true;
      }
      database.write(chunk);
    });
    database.on('data', (chunk: Buffer) => {
      if (!isDoomed) client.write(chunk);
      else if (!client.destroyed) {
        cuts++;
        client.destroy();
      }
    });
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const uri = new URL(databaseUri);
  uri.port = String((server.address() as AddressInfo).port);
  uri.searchParams.delete('replicaSet');
  uri.searchParams.set('directConnection', 'true');

  return {
    uri: uri.href,
    cutAfter(command) {
      armedFor = command;
      cuts = 0;
    },
    cuts: () => cuts,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
