// Open cursors: a continuation is the whole state of a query, so none of them holds a connection. Sorted results lie in
// files of PostgreSQL, which removes them itself after the same time.
import { LRUCache } from 'lru-cache';
import { columnOf, type Answer, type Command, type Handler } from './command.ts';
import { CommandError } from './command-error.ts';
import { listOf } from './fields.ts';

/** As in MongoDB, a cursor that nobody reads for ten minutes is closed. */
export const CURSOR_TIMEOUT_SECONDS = 600;
const MAX_CURSORS = 10_000;

export interface CursorCommands {
  /** A command whose first page comes from the SQL function of this name. */
  firstPage(sqlFunction: string): Handler;
  readonly getMore: Handler;
  readonly killCursors: Handler;
}

export function createCursorCommands(): CursorCommands {
  const open = new LRUCache<bigint, { database: string; continuation: Buffer }>({
    max: MAX_CURSORS,
    ttl: CURSOR_TIMEOUT_SECONDS * 1000,
  });

  /** Copies the continuation: what PostgreSQL sent is a view of a much larger chunk. */
  const remember = (id: bigint, database: string, continuation: Buffer): void =>
    void open.set(id, { database, continuation: Buffer.from(continuation) });

  async function getMore({ fields, bytes, query }: Command): Promise<Answer> {
    const id = typeof fields.getMore === 'bigint' ? fields.getMore : 0n;
    const cursor = open.get(id);
    if (!cursor) throw new CommandError(43, 'CursorNotFound', `cursor id ${String(id)} not found`);
    const rows = await query('SELECT * FROM documentdb_api.cursor_get_more($1, $2, $3)', [
      cursor.database,
      bytes,
      cursor.continuation,
    ]);
    const continuation = rows[0]?.[1];
    if (continuation) remember(id, cursor.database, continuation);
    else open.delete(id);
    return columnOf(rows);
  }

  async function killCursors({ fields, query }: Command): Promise<Answer> {
    const ids = listOf(fields.cursors).filter((id) => typeof id === 'bigint');
    const killed = ids.filter((id) => open.delete(id));
    await query('SELECT documentdb_api_internal.delete_cursors($1::text::bigint[])', [
      `{${killed.join(',')}}`,
    ]);
    const notFound = ids.filter((id) => !killed.includes(id));
    return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
  }

  return {
    firstPage:
      (sqlFunction) =>
      async ({ query, database, bytes }) => {
        const rows = await query(`SELECT * FROM documentdb_api.${sqlFunction}($1, $2)`, [database, bytes]);
        const [, continuation, , id] = rows[0] ?? [];
        if (continuation && id) remember(id.readBigInt64BE(), database, continuation);
        return columnOf(rows);
      },
    getMore,
    killCursors,
  };
}
