// insert, update, delete and findAndModify: run by DocumentDB, with its errors put into MongoDB's form and with lost
// races for a unique key run again, as mongod does.
import { deserialize } from 'bson';
import { columnOf, commandDocuments, type Answer, type Command, type Handler } from './command.ts';
import { CommandError, DUPLICATE_KEY, mongoCode, unpackSqlState, WRITE_CONFLICT } from './command-error.ts';
import {
  duplicateError,
  duplicateMessage,
  duplicateOf,
  findIndex,
  type ViolatedIndex,
} from './duplicate-key.ts';
import { deepFields, fieldsOf, isFields, listOf, numberOf, textOf, type Fields } from './fields.ts';

type Kind = 'insert' | 'update' | 'delete';
type Place = Pick<Command, 'query' | 'database' | 'collection'>;

/** An upsert that lost this often against others is told so. */
const MAX_LOST_RACES = 5;
const ONE = 1;

export const insert: Handler = (command) => write(command, 'insert', 'documents');

export const remove: Handler = (command) => write(command, 'delete', 'deletes');

export const update: Handler = async (command) => {
  for (let attempt = 0; ; attempt++) {
    const answer = await write(command, 'update', 'updates');
    if (answer instanceof Uint8Array || command.isInTransaction || attempt === MAX_LOST_RACES) return answer;
    // Only a lone statement may be run again: of several, some have been done.
    const [only, ...others] = commandDocuments(command, 'updates');
    if (!only || others.length > 0) return answer;
    const { q, upsert } = deepFields(only);
    const [error] = listOf(answer.writeErrors);
    if (!lostRace(upsert, fieldsOf(q), fieldsOf(fieldsOf(error).keyPattern))) return answer;
  }
};

export const findAndModify: Handler = async (command) => {
  const { query, database, bytes, fields } = command;
  for (let attempt = 0; ; attempt++) {
    try {
      return columnOf(
        await query('SELECT p_result FROM documentdb_api.find_and_modify($1, $2)', [database, bytes]),
      );
    } catch (error) {
      const duplicate =
        command.isInTransaction || attempt === MAX_LOST_RACES
          ? undefined
          : await duplicateError(command, error);
      const filter = fields.query instanceof Uint8Array ? deepFields(fields.query) : {};
      if (!lostRace(fields.upsert, filter, fieldsOf(duplicate?.details.keyPattern))) throw duplicate ?? error;
    }
  }
};

async function write(command: Command, kind: Kind, listName: string): Promise<Answer> {
  const { query, database, bytes, sequences } = command;
  const rows = await query(`SELECT * FROM documentdb_api.${kind}($1, $2, $3)`, [
    database,
    bytes,
    sequences.get(listName) ?? null,
  ]);
  const result = columnOf(rows);
  const hasSucceeded = columnOf(rows, 1).readUInt8(0) === ONE;
  return hasSucceeded
    ? result
    : withMongoErrors(command, deserialize(result), commandDocuments(command, listName), kind);
}

/**
 * An answer of the extension with MongoDB's codes in its writeErrors, and index and values for duplicate keys.
 * @param statements the documents or statements of the command, in the order in which writeErrors count them
 */
export async function withMongoErrors(
  place: Place,
  result: Fields,
  statements: readonly Uint8Array[],
  kind: Kind,
): Promise<Fields> {
  const writeErrors: Fields[] = [];
  // Looked up once, however many of the documents violate it.
  const indexes = new Map<string, ViolatedIndex>();
  for (const error of listOf(result.writeErrors).filter(isFields)) {
    const [code, codeName] = mongoCode(unpackSqlState(numberOf(error.code)));
    const errmsg = textOf(error.errmsg);
    if (code === WRITE_CONFLICT) throw new CommandError(code, codeName, errmsg);
    const name = code === DUPLICATE_KEY ? /Index '(.*)'$/.exec(errmsg)?.[1] : undefined;
    if (name === undefined) {
      writeErrors.push({ ...error, code });
      continue;
    }
    const index = indexes.get(name) ?? (await findIndex(place, 'name', name));
    indexes.set(name, index);
    const statement = statements[numberOf(error.index)];
    const duplicate = duplicateOf(index, statement ? refusedDocument(statement, kind) : {});
    const { keyPattern, keyValue } = duplicate;
    writeErrors.push({ ...error, code, errmsg: duplicateMessage(duplicate), keyPattern, keyValue });
  }
  return writeErrors.length > 0 ? { ...result, writeErrors } : result;
}

/** What a statement tells of the document that it would have written. */
function refusedDocument(statement: Uint8Array, kind: Kind): Fields {
  const fields = deepFields(statement);
  if (kind === 'insert') return fields;
  const change = fieldsOf(fields.u);
  return { ...fieldsOf(fields.q), ...change, ...fieldsOf(change.$set), ...fieldsOf(change.$setOnInsert) };
}

/** Whether an upsert failed only because somebody else created the document that it looks for by a unique key. */
export function lostRace(upsert: unknown, filter: Fields, keyPattern: Fields): boolean {
  const paths = Object.keys(keyPattern);
  const isAskedFor = (path: string) =>
    path in filter && !Object.keys(fieldsOf(filter[path])).some((name) => name.startsWith('$'));
  return upsert === true && paths.length > 0 && paths.every(isAskedFor);
}
