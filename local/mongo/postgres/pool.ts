// Keeps connections to PostgreSQL: opens them on demand up to a limit, lends them in order of asking, and waits for a
// server that restarts. Does not retry statements: only the caller knows what may be repeated.
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection, type PostgresConnection } from './connection.ts';
import { PostgresError, PostgresUnreachableError } from './postgres-error.ts';

export interface ConnectionPool {
  /** Lends a connection; give it back with `release`, also when it broke. */
  readonly acquire: () => Promise<PostgresConnection>;
  readonly release: (connection: PostgresConnection) => void;
  /** Lends a connection for the length of one piece of work. */
  readonly use: <Result>(work: (connection: PostgresConnection) => Promise<Result>) => Promise<Result>;
  readonly close: () => void;
}

/** A server that restarts or recovers is back well within this time. */
const RESTART_WAIT_MS = 10_000;
const RETRY_PAUSE_MS = 50;
/** 57P03: starting up or shutting down. 53300: too many connections, while the old ones are still being counted. */
const COMES_BACK = ['57P03', '53300'];

export function createPool(socketPath: string, maxConnections: number): ConnectionPool {
  const idle: PostgresConnection[] = [];
  const waiting: { resolve: (connection: PostgresConnection) => void; reject: (error: unknown) => void }[] =
    [];
  let open = 0;
  let isClosed = false;

  async function openOne(): Promise<PostgresConnection> {
    open++;
    try {
      return await connectPatiently(() => {
        open--;
        serveWaiting();
      });
    } catch (error) {
      open--;
      throw error;
    }
  }

  async function connectPatiently(onClose: () => void): Promise<PostgresConnection> {
    const deadlineMs = performance.now() + RESTART_WAIT_MS;
    for (;;) {
      try {
        return await openConnection(socketPath, onClose);
      } catch (error) {
        const comesBack =
          error instanceof PostgresError
            ? COMES_BACK.includes(error.sqlState)
            : error instanceof PostgresUnreachableError;
        if (!comesBack || isClosed || performance.now() > deadlineMs) throw error;
        await sleep(RETRY_PAUSE_MS);
      }
    }
  }

  /** A connection ended, so somebody who waits for one may have a new one. */
  function serveWaiting(): void {
    const next = open < maxConnections ? waiting.shift() : undefined;
    if (next) openOne().then(next.resolve, next.reject);
  }

  function acquire(): Promise<PostgresConnection> {
    if (isClosed) return Promise.reject(new PostgresUnreachableError('The database is being stopped'));
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (!connection.isClosed) return Promise.resolve(connection);
    }
    if (open < maxConnections) return openOne();
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  }

  function release(connection: PostgresConnection): void {
    if (connection.isClosed) return;
    const next = waiting.shift();
    if (next) next.resolve(connection);
    else if (isClosed) connection.close();
    else idle.push(connection);
  }

  return {
    acquire,
    release,
    async use(work) {
      const connection = await acquire();
      try {
        return await work(connection);
      } finally {
        release(connection);
      }
    },
    close() {
      isClosed = true;
      for (const connection of idle.splice(0)) connection.close();
      for (const { reject } of waiting.splice(0))
        reject(new PostgresUnreachableError('The database is being stopped'));
    },
  };
}
