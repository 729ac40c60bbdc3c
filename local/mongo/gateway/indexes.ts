// createIndexes: built at once, and with MongoDB's words when documents that are there already stand in the way.
import { serialize } from 'bson';
import { columnOf, commandDocuments, type Command, type Handler } from './command.ts';
import { CommandError, DUPLICATE_KEY, mongoCode, unpackSqlState } from './command-error.ts';
import { duplicateKeyError } from './duplicate-key.ts';
import { deepFields, fieldsOf, isFields, listOf, numberOf, textOf, type Fields } from './fields.ts';
import { PostgresError } from '../postgres/postgres-error.ts';

/** Under a lock, rather than by the extension's background job, which takes two seconds. */
const CREATE = 'SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2, true)';

export const createIndexes: Handler = async (command) => {
  const { query, database, bytes, isInTransaction } = command;
  try {
    return indexAnswer(columnOf(await query(CREATE, [database, bytes])));
  } catch (error) {
    const isDuplicate = error instanceof PostgresError && mongoCode(error.sqlState)[0] === DUPLICATE_KEY;
    // A failed transaction answers no further questions.
    if (!isDuplicate || isInTransaction) throw error;
    throw (await findDuplicate(command)) ?? error;
  }
};

/** The extension packs errors into the part of its only shard. */
function indexAnswer(result: Uint8Array): Fields {
  const { code, errmsg, ...answer } = fieldsOf(fieldsOf(deepFields(result).raw).defaultShard);
  if (numberOf(code) === 0) return answer;
  const [mongo, codeName] = mongoCode(unpackSqlState(numberOf(code)));
  throw new CommandError(mongo, codeName, textOf(errmsg));
}

/**
 * The refused index is rolled back when its failure is told, and the failure names neither it nor the key: so the
 * unique indexes that were asked for are tried against the documents.
 */
async function findDuplicate(command: Command): Promise<CommandError | undefined> {
  const { database, collection } = command;
  const unique = commandDocuments(command, 'indexes')
    .map(deepFields)
    .filter((index) => index.unique === true);
  for (const { key, name, partialFilterExpression } of unique) {
    const keyPattern = fieldsOf(key);
    const values = await firstRepeated(command, Object.keys(keyPattern), fieldsOf(partialFilterExpression));
    if (!values) continue;
    const keyValue = Object.fromEntries(
      Object.keys(keyPattern).map((path, index) => [path, values[index] ?? null]),
    );
    return duplicateKeyError({
      namespace: `${database}.${collection}`,
      index: textOf(name),
      keyPattern,
      keyValue,
    });
  }
  return undefined;
}

/** The values at these paths that more than one document has. */
async function firstRepeated(
  { query, database, collection }: Command,
  paths: readonly string[],
  filter: Fields,
): Promise<readonly unknown[] | undefined> {
  const pipeline = [
    { $match: filter },
    { $group: { _id: paths.map((path) => ({ $ifNull: [`$${path}`, null] })), documents: { $sum: 1 } } },
    { $match: { documents: { $gt: 1 } } },
    { $limit: 1 },
  ];
  const aggregate = serialize({ aggregate: collection, pipeline, cursor: {} });
  const page = deepFields(
    columnOf(
      await query('SELECT * FROM documentdb_api.aggregate_cursor_first_page($1, $2)', [database, aggregate]),
    ),
  );
  const [group] = listOf(fieldsOf(page.cursor).firstBatch).filter(isFields);
  return group && listOf(group._id);
}
