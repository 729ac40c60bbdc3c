// Decides how a command is run: once for retryable writes, inside its transaction, or again after a conflict. What a
// command does is in the command table.
import { PostgresError } from '../postgres/postgres-error.ts';
import type { ConnectionPool } from '../postgres/pool.ts';
import { type Answer, type Command, type Handler, type ParsedCommand, type Query } from './command.ts';
import {
  CommandError,
  INTERRUPTED_AT_SHUTDOWN,
  labelled,
  toCommandError,
  WRITE_CONFLICT,
} from './command-error.ts';
import { createCommandTable } from './commands.ts';
import { createCursorCommands } from './cursors.ts';
import { duplicateError } from './duplicate-key.ts';
import { createSessions } from './sessions.ts';

/** Serialization failure, deadlock, lock timeout: a write outside a transaction simply tries again. */
const CONFLICTS = ['40001', '40P01', '55P03'];
const MAX_CONFLICTS = 100;

export type RunCommand = (command: ParsedCommand) => Promise<Answer>;

/**
 * @param pool for everything outside transactions
 * @param transactionPool for open transactions, apart, so that they can never starve the others
 */
export function createCommandRunner(pool: ConnectionPool, transactionPool: ConnectionPool): RunCommand {
  const sessions = createSessions(transactionPool);
  const table = createCommandTable(sessions, createCursorCommands());
  const inTurn = createTurns();
  const anyConnection: Query = (sql, parameters) =>
    pool.use((connection) => connection.query(sql, parameters));

  function run(command: ParsedCommand): Promise<Answer> {
    const handler = table.get(command.name);
    if (!handler)
      return Promise.reject(new CommandError(59, 'CommandNotFound', `no such command: '${command.name}'`));
    const { session, txnNumber, isInTransaction } = command;
    if (session === undefined || txnNumber === undefined) return runAlone(handler, command);
    if (!isInTransaction) return sessions.runOnce(session, txnNumber, () => runAlone(handler, command));
    return runInTransaction(handler, command, session, txnNumber);
  }

  async function runAlone(handler: Handler, parsed: ParsedCommand): Promise<Answer> {
    const command: Command = { ...parsed, query: anyConnection };
    for (let conflicts = 0; ; conflicts++) {
      try {
        // Losers of a deadlock go one at a time: all at once they would only deadlock again.
        return await (conflicts === 0
          ? handler(command)
          : inTurn(`${command.database}.${command.collection}`, () => handler(command)));
      } catch (error) {
        if (error instanceof PostgresError && CONFLICTS.includes(error.sqlState) && conflicts < MAX_CONFLICTS)
          continue;
        throw await mongoError(command, error);
      }
    }
  }

  async function runInTransaction(
    handler: Handler,
    parsed: ParsedCommand,
    session: string,
    txnNumber: bigint,
  ): Promise<Answer> {
    const isEnd = parsed.name === 'commitTransaction' || parsed.name === 'abortTransaction';
    try {
      const query = isEnd
        ? anyConnection
        : parsed.startsTransaction
          ? await sessions.begin(session, txnNumber)
          : sessions.join(session, txnNumber);
      const answer = await handler({ ...parsed, query });
      if (!(answer instanceof Uint8Array) && answer.writeErrors !== undefined)
        await sessions.rollBack(session);
      return answer;
    } catch (error) {
      // As in MongoDB, an error ends the transaction.
      await sessions.rollBack(session);
      const told = await mongoError({ ...parsed, query: anyConnection }, error);
      throw [WRITE_CONFLICT, INTERRUPTED_AT_SHUTDOWN].includes(told.code)
        ? labelled(told, 'TransientTransactionError')
        : told;
    }
  }

  return run;
}

/** The error for the client; when the duplicate key cannot be looked up, its plain form has to do. */
async function mongoError(command: Command, error: unknown): Promise<CommandError> {
  const duplicate = await duplicateError(command, error).catch(() => undefined);
  return duplicate ?? toCommandError(error);
}

/** Runs pieces of work with the same key one after another. */
function createTurns(): <Result>(key: string, work: () => Result | Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
