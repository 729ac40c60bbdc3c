// Gives a duplicate key the words and fields that MongoDB gives it: index, keyPattern and keyValue. The extension
// names only the index, so the rest is looked up in its catalogue and in the refused document.
import { PostgresError } from '../postgres/postgres-error.ts';
import type { Command } from './command.ts';
import { CommandError, DUPLICATE_KEY, mongoCode } from './command-error.ts';
import { deepFields, valueAt, type Fields } from './fields.ts';

type Place = Pick<Command, 'query' | 'database' | 'collection'>;

export interface DuplicateKey {
  readonly namespace: string;
  readonly index: string;
  readonly keyPattern: Fields;
  readonly keyValue: Fields;
}

/** MongoDB's words for it. */
export function duplicateMessage({ namespace, index, keyValue }: DuplicateKey): string {
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`);
  return `E11000 duplicate key error collection: ${namespace} index: ${index} dup key: { ${shown.join(', ')} }`;
}

export function duplicateKeyError(duplicate: DuplicateKey): CommandError {
  const { keyPattern, keyValue } = duplicate;
  return new CommandError(DUPLICATE_KEY, 'DuplicateKey', duplicateMessage(duplicate), [], {
    keyPattern,
    keyValue,
  });
}

export interface ViolatedIndex {
  readonly namespace: string;
  readonly index: string;
  readonly keyPattern: Fields;
}

const BY = { name: '(i.index_spec).index_name = $3', id: 'i.index_id = $3::text::int' } as const;

/** Looks an index up by its name or by its number in the catalogue. */
export async function findIndex(place: Place, by: keyof typeof BY, wanted: string): Promise<ViolatedIndex> {
  const { query, database, collection } = place;
  const [row] = await query(
    `SELECT (i.index_spec).index_key, (i.index_spec).index_name FROM documentdb_api_catalog.collection_indexes i
     JOIN documentdb_api_catalog.collections c USING (collection_id)
     WHERE c.database_name = $1 AND c.collection_name = $2 AND ${BY[by]}`,
    [database, collection, wanted],
  );
  const keyPattern = row?.[0] ? deepFields(row[0]) : {};
  return { namespace: `${database}.${collection}`, index: row?.[1]?.toString() ?? wanted, keyPattern };
}

/** @param refused whatever is known of the document that was refused */
export function duplicateOf(index: ViolatedIndex, refused: Fields): DuplicateKey {
  const paths = Object.keys(index.keyPattern);
  return {
    ...index,
    keyValue: Object.fromEntries(paths.map((path) => [path, valueAt(refused, path) ?? null])),
  };
}

/** A duplicate that PostgreSQL itself reports, with the refused document in its detail; undefined for other errors. */
export async function duplicateError(place: Place, error: unknown): Promise<CommandError | undefined> {
  if (!(error instanceof PostgresError) || mongoCode(error.sqlState)[0] !== DUPLICATE_KEY) return undefined;
  const id = /documents_rum_index_(\d+)/.exec(error.constraint || error.message)?.[1];
  if (id === undefined) return undefined;
  const refused = /=\(BSONHEX([0-9a-f]+)/.exec(error.detail)?.[1];
  const index = await findIndex(place, 'id', id);
  return duplicateKeyError(duplicateOf(index, refused ? deepFields(Buffer.from(refused, 'hex')) : {}));
}
