// The table of commands: what each is in SQL. Nearly every row is one call of the extension that takes the command
// document as it came and gives the answer as it goes out.
import { bulkWrite } from './bulk-write.ts';
import { columnOf, sessionIdOf, type Command, type Handler } from './command.ts';
import { CommandError } from './command-error.ts';
import type { CursorCommands } from './cursors.ts';
import { documentsOf, shallowFields } from './fields.ts';
import { createIndexes } from './indexes.ts';
import { SESSION_TIMEOUT_MINUTES, type Sessions } from './sessions.ts';
import { MAX_MESSAGE_BYTES } from './wire.ts';
import { findAndModify, insert, remove, update } from './writes.ts';

/** The version whose commands are understood: 8.0, for `client.bulkWrite`. */
const VERSION = '8.0.0';
const WIRE_VERSION_8_0 = 25;

const OK = { ok: 1 };
const ok: Handler = () => OK;

/** A function of (database, command) that answers one document. */
const call =
  (sqlFunction: string): Handler =>
  async ({ query, database, bytes }) =>
    columnOf(await query(`SELECT ${sqlFunction}($1, $2)`, [database, bytes]));

/** A function of (command) alone. */
const callGlobal =
  (sqlFunction: string): Handler =>
  async ({ query, bytes }) =>
    columnOf(await query(`SELECT ${sqlFunction}($1)`, [bytes]));

const hello: Handler = ({ fields }) => ({
  ...('hello' in fields ? { isWritablePrimary: true } : { ismaster: true }),
  helloOk: true,
  msg: 'isdbgrid', // a mongos: sessions, retryable writes and transactions without a replica set
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  maxWriteBatchSize: 25_000, // documentdb.maxWriteBatchSize
  localTime: new Date(),
  logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: WIRE_VERSION_8_0,
  readOnly: false,
  ok: 1,
});

const explain: Handler = async ({ query, database, fields }) => {
  if (!(fields.explain instanceof Uint8Array))
    throw new CommandError(9, 'FailedToParse', 'explain needs a command');
  const explained = shallowFields(fields.explain);
  const kind = 'find' in explained ? 'find' : 'aggregate' in explained ? 'pipeline' : 'count';
  const rows = await query(
    `EXPLAIN (FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_${kind}($1, $2)`,
    [database, fields.explain],
  );
  const plan: unknown = JSON.parse(columnOf(rows).toString());
  return { explainVersion: '1', queryPlanner: plan, ok: 1 };
};

/** The transaction that a commit or abort is about. */
function transactionOf({ session, txnNumber }: Command): [session: string, txnNumber: bigint] {
  if (session === undefined || txnNumber === undefined)
    throw new CommandError(2, 'BadValue', 'The command belongs to no transaction');
  return [session, txnNumber];
}

export function createCommandTable(
  sessions: Sessions,
  cursors: CursorCommands,
): ReadonlyMap<string, Handler> {
  const table: Record<string, Handler> = {
    hello,
    isMaster: hello,
    ismaster: hello,
    ping: ok,
    startSession: ok,
    refreshSessions: ok,
    endSessions: async ({ fields }) => {
      for (const lsid of documentsOf(fields.endSessions)) await sessions.forget(sessionIdOf(lsid));
      return OK;
    },
    commitTransaction: async (command) => {
      await sessions.commit(...transactionOf(command));
      return OK;
    },
    abortTransaction: async (command) => {
      await sessions.abort(...transactionOf(command));
      return OK;
    },

    insert,
    update,
    delete: remove,
    findAndModify,
    findandmodify: findAndModify,
    bulkWrite,

    find: cursors.firstPage('find_cursor_first_page'),
    aggregate: cursors.firstPage('aggregate_cursor_first_page'),
    listCollections: cursors.firstPage('list_collections_cursor_first_page'),
    listIndexes: cursors.firstPage('list_indexes_cursor_first_page'),
    getMore: cursors.getMore,
    killCursors: cursors.killCursors,
    count: call('documentdb_api.count_query'),
    distinct: call('documentdb_api.distinct_query'),
    explain,

    create: call('documentdb_api.create_collection_view'),
    collMod: async ({ query, database, collection, bytes }) =>
      columnOf(await query('SELECT documentdb_api.coll_mod($1, $2, $3)', [database, collection, bytes])),
    drop: async ({ query, database, collection }) => {
      await query('SELECT documentdb_api.drop_collection($1, $2)', [database, collection]);
      return { ns: `${database}.${collection}`, ok: 1 };
    },
    dropDatabase: async ({ query, database }) => {
      await query('SELECT documentdb_api.drop_database($1)', [database]);
      return { dropped: database, ok: 1 };
    },
    renameCollection: async ({ query, bytes }) => {
      await query('SELECT documentdb_api.rename_collection($1)', [bytes]);
      return OK;
    },
    createIndexes,
    dropIndexes: call('documentdb_api_internal.drop_indexes_non_concurrently'),

    listDatabases: callGlobal('documentdb_api.list_databases'),
    currentOp: callGlobal('documentdb_api.current_op_command'),
    validate: call('documentdb_api.validate'),
    dbStats: async ({ query, database }) =>
      columnOf(await query('SELECT documentdb_api.db_stats($1)', [database])),
    collStats: async ({ query, database, collection }) =>
      columnOf(await query('SELECT documentdb_api.coll_stats($1, $2)', [database, collection])),
    buildInfo: () => ({
      version: VERSION,
      versionArray: [8, 0, 0, 0],
      gitVersion: 'documentdb',
      maxBsonObjectSize: 16 * 1024 * 1024,
      bits: 64,
      modules: [],
      ok: 1,
    }),
    serverStatus: () => ({
      host: 'localhost',
      version: VERSION,
      process: 'mongos',
      uptime: process.uptime(),
      ok: 1,
    }),
    getParameter: () => ({ featureCompatibilityVersion: { version: '8.0' }, ok: 1 }),
    getLog: () => ({ totalLinesWritten: 0, log: [], ok: 1 }),
    connectionStatus: () => ({
      authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
      ok: 1,
    }),
  };
  return new Map(Object.entries(table));
}
