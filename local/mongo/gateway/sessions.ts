// What the gateway remembers of sessions: the last retryable write of each, and its open transaction, which lives on a
// PostgreSQL connection of its own. Which errors end a transaction is decided by the caller.
import { LRUCache } from 'lru-cache';
import type { PostgresConnection } from '../postgres/connection.ts';
import type { ConnectionPool } from '../postgres/pool.ts';
import type { Answer, Query } from './command.ts';
import { CommandError } from './command-error.ts';

/** What `hello` promises as logicalSessionTimeoutMinutes; a session that was silent for longer is forgotten. */
export const SESSION_TIMEOUT_MINUTES = 30;
const MAX_SESSIONS = 50_000;

const BEGIN = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ',
  // A row that another transaction has changed is a write conflict, not something to wait for.
  "SET LOCAL lock_timeout = '50ms'",
  // A client that went away in the middle: PostgreSQL ends the connection, and with it the transaction.
  "SET LOCAL idle_in_transaction_session_timeout = '60s'",
].join(';');

export interface Sessions {
  /** Runs a retryable write once: a driver that lost the answer asks again, and gets the same one. */
  runOnce(session: string, txnNumber: bigint, write: () => Promise<Answer>): Promise<Answer>;
  /** Starts a transaction; one that the session left open is rolled back. */
  begin(session: string, txnNumber: bigint): Promise<Query>;
  /** The connection of an open transaction; throws NoSuchTransaction. */
  join(session: string, txnNumber: bigint): Query;
  commit(session: string, txnNumber: bigint): Promise<void>;
  abort(session: string, txnNumber: bigint): Promise<void>;
  /** Rolls back what the session has open, because a command in it failed. */
  rollBack(session: string): Promise<void>;
  /** The client has ended the session. */
  forget(session: string): Promise<void>;
}

export function createSessions(pool: ConnectionPool): Sessions {
  const remembered = { max: MAX_SESSIONS, ttl: SESSION_TIMEOUT_MINUTES * 60_000 };
  const writes = new LRUCache<string, { txnNumber: bigint; answer: Promise<Answer> }>(remembered);
  const committed = new LRUCache<string, bigint>(remembered);
  const open = new Map<string, { txnNumber: bigint; connection: PostgresConnection }>();

  async function end(session: string, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const transaction = open.get(session);
    if (!transaction) return;
    open.delete(session);
    try {
      await transaction.connection.execute(how);
    } finally {
      pool.release(transaction.connection);
    }
  }

  /** A transaction that cannot be rolled back has lost its connection, which rolled it back. */
  const rollBack = (session: string): Promise<void> => end(session, 'ROLLBACK').catch(() => undefined);

  function find(session: string, txnNumber: bigint): PostgresConnection {
    const transaction = open.get(session);
    if (transaction?.txnNumber !== txnNumber) throw noSuchTransaction(txnNumber);
    if (!transaction.connection.isClosed) return transaction.connection;
    open.delete(session);
    throw noSuchTransaction(txnNumber);
  }

  return {
    runOnce(session, txnNumber, write) {
      const last = writes.get(session);
      if (last?.txnNumber === txnNumber) return last.answer;
      const answer = write();
      writes.set(session, { txnNumber, answer });
      // What failed was not done, and may be asked for again.
      answer.catch(() => writes.delete(session));
      return answer;
    },
    async begin(session, txnNumber) {
      await rollBack(session);
      const connection = await pool.acquire();
      try {
        await connection.execute(BEGIN);
      } catch (error) {
        pool.release(connection);
        throw error;
      }
      open.set(session, { txnNumber, connection });
      return connection.query;
    },
    join: (session, txnNumber) => find(session, txnNumber).query,
    async commit(session, txnNumber) {
      if (committed.get(session) === txnNumber) return;
      find(session, txnNumber);
      await end(session, 'COMMIT');
      committed.set(session, txnNumber);
    },
    async abort(session, txnNumber) {
      find(session, txnNumber);
      await end(session, 'ROLLBACK');
    },
    rollBack,
    forget(session) {
      committed.delete(session);
      writes.delete(session);
      return rollBack(session);
    },
  };
}

const noSuchTransaction = (txnNumber: bigint): CommandError =>
  new CommandError(251, 'NoSuchTransaction', `Transaction ${String(txnNumber)} is not in progress`, [
    'TransientTransactionError',
  ]);
