// One connection to PostgreSQL over a Unix socket: statements are prepared once and answered in order, parameters
// and results are binary. The `pg` package cannot be used for this: it decodes every column as UTF-8 text, so that a
// page of BSON would have to travel as hex. No passwords, no TLS: the server is private to this process.
import { connect } from 'node:net';
import { createFrameSplitter } from '../frames.ts';
import { PostgresError, PostgresUnreachableError } from './postgres-error.ts';
import {
  executeStatement,
  parseErrorFields,
  parseRow,
  parseStatement,
  serverMessages,
  simpleQuery,
  startupMessage,
  terminate,
  type Parameter,
  type Row,
} from './protocol.ts';

export interface PostgresConnection {
  readonly isClosed: boolean;
  /** Runs one statement; throws `PostgresError` when the server refuses it, `PostgresUnreachableError` when it is gone. */
  readonly query: (sql: string, parameters?: readonly Parameter[]) => Promise<Row[]>;
  /** Runs statements without parameters (BEGIN, COMMIT, several at once). */
  readonly execute: (sql: string) => Promise<void>;
  /** Says goodbye after what was already asked. */
  readonly close: () => void;
}

interface Pending {
  readonly rows: Row[];
  error?: Error;
  /** Called when the server has prepared the statement that was sent along. */
  readonly onPrepared: (() => void) | undefined;
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

/**
 * Opens a connection as user and database `postgres`.
 * @param onClose called once when an opened connection ends, for whatever reason
 */
export async function openConnection(
  socketPath: string,
  onClose: () => void = () => undefined,
): Promise<PostgresConnection> {
  const pending: Pending[] = [];
  const statementNames = new Map<string, string>();
  let closedBy: Error | undefined;
  let isOpen = false;
  let statementsSent = 0;

  const socket = connect({ path: socketPath });
  const split = createFrameSplitter(serverMessages, (frame) => receive(frame));
  socket.on('data', (chunk: Buffer) => {
    try {
      split(chunk);
    } catch (error) {
      fail(new PostgresUnreachableError('PostgreSQL sent something that cannot be read', error));
    }
  });
  socket.on('error', (error) =>
    fail(new PostgresUnreachableError(`PostgreSQL cannot be reached: ${error.message}`, error)),
  );
  socket.on('close', () => fail(new PostgresUnreachableError('PostgreSQL closed the connection')));

  function fail(error: Error): void {
    if (closedBy) return;
    closedBy = error;
    socket.destroy();
    for (const waiting of pending.splice(0)) waiting.reject(error);
    if (isOpen) onClose();
  }

  function send(parts: readonly Uint8Array[], onPrepared?: () => void): Promise<Row[]> {
    if (closedBy) return Promise.reject(closedBy);
    return new Promise((resolve, reject) => {
      pending.push({ rows: [], onPrepared, resolve, reject });
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    });
  }

  function receive(frame: Buffer): void {
    const body = frame.subarray(5);
    const current = pending[0];
    switch (frame.toString('latin1', 0, 1)) {
      case '1':
        current?.onPrepared?.();
        break;
      case 'D':
        current?.rows.push(parseRow(body));
        break;
      case 'E': {
        const error = new PostgresError(parseErrorFields(body));
        if (current) current.error = error;
        if (error.isFatal) fail(error);
        break;
      }
      case 'R':
        if (body.readInt32BE(0) !== 0)
          fail(
            new PostgresUnreachableError(
              'PostgreSQL asks for a password; a private server trusts its socket',
            ),
          );
        break;
      case 'Z':
        pending.shift();
        if (current?.error) current.reject(current.error);
        else current?.resolve(current.rows);
        break;
      default: // notices, parameter values, completion tags: nothing that a caller waits for
    }
  }

  function query(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    const known = statementNames.get(sql);
    if (known !== undefined) return send(executeStatement(known, parameters));
    const name = `s${++statementsSent}`;
    // Remembered only once the server has it: in a failed transaction, for one, it prepares nothing.
    return send([...parseStatement(name, sql), ...executeStatement(name, parameters)], () =>
      statementNames.set(sql, name),
    );
  }

  await send([startupMessage({ user: 'postgres', database: 'postgres' })]);
  isOpen = true;
  return {
    get isClosed() {
      return closedBy !== undefined;
    },
    query,
    async execute(sql) {
      await send(simpleQuery(sql));
    },
    close() {
      if (!closedBy) socket.end(Buffer.concat(terminate()));
    },
  };
}
