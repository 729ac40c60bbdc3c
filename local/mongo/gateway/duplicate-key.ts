// Gives a duplicate key the words and fields that MongoDB gives it: index, keyPattern and keyValue. The extension
// names only the index, so the rest is looked up in its catalogue and in the refused document.
import { PostgresError } from '../postgres/postgres-error.ts';
import type { Command } from './command.ts';
import { CommandError, DUPLICATE_KEY, mongoCode } from './command-error.ts';
import { deepFields, valueAt, type Fields } from './fields.ts';

type Place = Pick<Command, 'query' | 'database' | 'collection'>;

export interface DuplicateKey {
  readonly errmsg: string;
  readonly keyPattern: Fields;
  readonly keyValue: Fields;
}

const BY = { name: '(i.index_spec).index_name = $3', id: 'i.index_id = $3::text::int' } as const;

/**
 * @param index the name or the catalogue's number of the violated index
 * @param refused whatever is known of the document that was refused
 */
export async function describeDuplicate(
  place: Place,
  by: keyof typeof BY,
  index: string,
  refused: Fields,
): Promise<DuplicateKey> {
  const { query, database, collection } = place;
  const [row] = await query(
    `SELECT (i.index_spec).index_key, (i.index_spec).index_name FROM documentdb_api_catalog.collection_indexes i
     JOIN documentdb_api_catalog.collections c USING (collection_id)
     WHERE c.database_name = $1 AND c.collection_name = $2 AND ${BY[by]}`,
    [database, collection, index],
  );
  const keyPattern = row?.[0] ? deepFields(row[0]) : {};
  const keyValue = Object.fromEntries(
    Object.keys(keyPattern).map((path) => [path, valueAt(refused, path) ?? null]),
  );
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`);
  const name = row?.[1]?.toString() ?? index;
  return {
    errmsg: `E11000 duplicate key error collection: ${database}.${collection} index: ${name} dup key: { ${shown.join(', ')} }`,
    keyPattern,
    keyValue,
  };
}

/** A duplicate that PostgreSQL itself reports, with the refused document in its detail; undefined for other errors. */
export async function duplicateError(place: Place, error: unknown): Promise<CommandError | undefined> {
  if (!(error instanceof PostgresError) || mongoCode(error.sqlState)[0] !== DUPLICATE_KEY) return undefined;
  const index = /documents_rum_index_(\d+)/.exec(error.constraint || error.message)?.[1];
  if (index === undefined) return undefined;
  const refused = /=\(BSONHEX([0-9a-f]+)/.exec(error.detail)?.[1];
  const { errmsg, ...details } = await describeDuplicate(
    place,
    'id',
    index,
    refused ? deepFields(Buffer.from(refused, 'hex')) : {},
  );
  return new CommandError(DUPLICATE_KEY, 'DuplicateKey', errmsg, [], details);
}
