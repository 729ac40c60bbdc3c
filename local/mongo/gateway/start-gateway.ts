// The TCP server of the gateway: speaks MongoDB's wire protocol on one side and runs commands on PostgreSQL on the
// other, those of one client connection in their order. No authentication and no TLS: it listens on 127.0.0.1 only.
import { createServer, type Server, type Socket } from 'node:net';
import { createFrameSplitter } from '../frames.ts';
import { createPool } from '../postgres/pool.ts';
import { parseCommand } from './command.ts';
import { errorDocument, toCommandError } from './command-error.ts';
import { createCommandRunner, type RunCommand } from './run-command.ts';
import { formatReply, parseRequest, wireMessages, type WireRequest } from './wire.ts';

/** Together below PostgreSQL's max_connections, which leaves some for its own jobs. */
const CONNECTIONS = 24;
const TRANSACTION_CONNECTIONS = 32;
export const MAX_POSTGRES_CONNECTIONS = CONNECTIONS + TRANSACTION_CONNECTIONS;

export interface Gateway {
  stop(): Promise<void>;
}

/** @param socketPath the Unix socket of a PostgreSQL with DocumentDB */
export async function startGateway(options: {
  readonly socketPath: string;
  readonly port: number;
}): Promise<Gateway> {
  const pool = createPool(options.socketPath, CONNECTIONS);
  const transactionPool = createPool(options.socketPath, TRANSACTION_CONNECTIONS);
  const run = createCommandRunner(pool, transactionPool);
  const clients = new Set<Socket>();

  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    serve(client, run);
  });
  await listen(server, options.port);

  return {
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      pool.close();
      transactionPool.close();
      await closed;
    },
  };
}

function serve(client: Socket, run: RunCommand): void {
  client.setNoDelay(true);
  // A client that goes away is its own affair; 'close' follows and cleans up.
  client.on('error', () => client.destroy());
  let last: Promise<void> = Promise.resolve();
  const split = createFrameSplitter(wireMessages, (frame) => {
    const request = parseRequest(frame);
    last = last.then(() => answer(client, request, run));
  });
  client.on('data', (chunk: Buffer) => {
    try {
      split(chunk);
    } catch {
      // Not MongoDB's protocol, or broken: nothing after it can be understood.
      client.destroy();
    }
  });
}

async function answer(client: Socket, request: WireRequest, run: RunCommand): Promise<void> {
  let parts: Uint8Array[];
  try {
    parts = formatReply(request, await run(parseCommand(request)));
  } catch (error) {
    parts = formatReply(request, errorDocument(toCommandError(error)));
  }
  if (!request.wantsReply || client.destroyed) return;
  client.cork();
  for (const part of parts) client.write(part);
  client.uncork();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
