// Makes a database look like the table of collections: creates what is missing and corrects what differs. Safe to
// run in several processes at once and again at each start. It never deletes data.
import type { Collection, Db, Document } from 'mongodb';
import { MongoServerError } from 'mongodb';
import { isDeepStrictEqual } from 'node:util';
import { COLLECTIONS } from './collections.ts';
import type { CollectionRow, IndexRow } from './schema.ts';

/** MongoDB docs: error codes NamespaceExists, IndexNotFound, IndexOptionsConflict, IndexKeySpecsConflict. */
const NAMESPACE_EXISTS = 48;
const INDEX_NOT_FOUND = 27;
const INDEX_CONFLICTS = new Set([85, 86]);

/** Creates and corrects collections, validators and indexes. */
export async function prepare(db: Db): Promise<void> {
  const existing = await db.listCollections<{ name: string; options?: Document }>().toArray();
  const options = new Map(existing.map((one) => [one.name, one.options ?? {}]));
  await Promise.all(
    Object.values(COLLECTIONS).map((row) => prepareCollection(db, row, options.get(row.name))),
  );
}

async function prepareCollection(db: Db, row: CollectionRow, found: Document | undefined): Promise<void> {
  const validator = { $jsonSchema: row.validator };
  if (found === undefined) await createCollection(db, row.name, validator);
  else if (!isDeepStrictEqual(found.validator, validator)) {
    await db.command({ collMod: row.name, validator, validationLevel: 'strict', validationAction: 'error' });
  }
  const collection = db.collection(row.name);
  for (const index of row.indexes) await prepareIndex(collection, index);
}

async function createCollection(db: Db, name: string, validator: Document): Promise<void> {
  try {
    await db.createCollection(name, { validator });
  } catch (error) {
    // Another process was faster, with the same table in hand.
    if (!hasCode(error, (code) => code === NAMESPACE_EXISTS)) throw error;
  }
}

async function prepareIndex(collection: Collection, { key, ...options }: IndexRow): Promise<void> {
  try {
    await collection.createIndex({ ...key }, options, {});
  } catch (error) {
    if (!hasCode(error, (code) => INDEX_CONFLICTS.has(code))) throw error;
    await dropIndex(collection, options.name);
    await collection.createIndex({ ...key }, options, {});
  }
}

async function dropIndex(collection: Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (!hasCode(error, (code) => code === INDEX_NOT_FOUND)) throw error;
  }
}

const hasCode = (error: unknown, fits: (code: number) => boolean): boolean =>
  error instanceof MongoServerError && typeof error.code === 'number' && fits(error.code);
