// The bulkWrite command of MongoDB 8 (`client.bulkWrite`). The extension has none, so it is split into runs of like
// operations, each of them one insert, update or delete.
import { serialize } from 'bson';
import { columnOf, commandDocuments, type Command } from './command.ts';
import { CommandError } from './command-error.ts';
import {
  deepFields,
  exactFields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  textOf,
  type Fields,
} from './fields.ts';
import { withMongoErrors } from './writes.ts';

/** An operation as a statement of the command that it becomes; its first field, the kind, is not part of that. */
const KINDS = {
  insert: ({ document }: Fields): Fields => fieldsOf(document),
  update: ({ filter, updateMods, ...options }: Fields): Fields => ({ q: filter, u: updateMods, ...options }),
  delete: ({ filter, multi, ...options }: Fields): Fields => ({
    q: filter,
    limit: multi === true ? 0 : 1,
    ...options,
  }),
} as const;
type Kind = keyof typeof KINDS;

interface Operation {
  readonly index: number;
  readonly kind: Kind;
  readonly namespace: string;
  readonly options: Fields;
}

export async function bulkWrite(command: Command): Promise<Fields> {
  const isOrdered = command.fields.ordered !== false;
  const errorsOnly = command.fields.errorsOnly === true;
  const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Fields[] = [];

  for (const run of runsOf(operationsOf(command), errorsOnly)) {
    const [first] = run;
    if (!first || (isOrdered && totals.nErrors > 0)) break;
    const answer = await runOne(command, first, run, isOrdered);
    const errors = listOf(answer.writeErrors).filter(isFields);
    addTo(totals, first.kind, answer, errors.length);
    for (const { index, ...error } of errors)
      results.push({ ok: 0, idx: first.index + numberOf(index), n: 0, ...error });
    if (!errorsOnly && errors.length === 0) results.push(resultOf(first, answer));
  }
  return { cursor: { id: 0n, firstBatch: results, ns: 'admin.$cmd.bulkWrite' }, ...totals, ok: 1 };
}

function operationsOf(command: Command): Operation[] {
  const namespaces = commandDocuments(command, 'nsInfo').map((document) => textOf(deepFields(document).ns));
  return commandDocuments(command, 'ops').map((document, index) => {
    const fields = exactFields(document);
    const [kind = ''] = Object.keys(fields);
    if (!isKind(kind))
      throw new CommandError(9, 'FailedToParse', `Expected insert, update or delete, got '${kind}'`);
    const { [kind]: namespace, ...options } = fields;
    return { index, kind, namespace: namespaces[numberOf(namespace)] ?? '', options };
  });
}

const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

/** Neighbours of one kind and namespace together; one by one when the caller wants the result of each. */
function runsOf(operations: readonly Operation[], mayJoin: boolean): Operation[][] {
  const runs: Operation[][] = [];
  for (const operation of operations) {
    const last = runs.at(-1);
    const [first] = last ?? [];
    if (mayJoin && last && first?.kind === operation.kind && first.namespace === operation.namespace)
      last.push(operation);
    else runs.push([operation]);
  }
  return runs;
}

async function runOne(
  command: Command,
  { kind, namespace }: Operation,
  run: readonly Operation[],
  ordered: boolean,
): Promise<Fields> {
  const dot = namespace.indexOf('.');
  const place = {
    query: command.query,
    database: namespace.slice(0, dot),
    collection: namespace.slice(dot + 1),
  };
  const statements = run.map((operation) => serialize(KINDS[kind](operation.options)));
  const variables = command.fields.let instanceof Uint8Array ? { let: exactFields(command.fields.let) } : {};
  const statement = serialize({ [kind]: place.collection, ordered, ...variables });
  const rows = await command.query(`SELECT p_result FROM documentdb_api.${kind}($1, $2, $3)`, [
    place.database,
    statement,
    Buffer.concat(statements),
  ]);
  return withMongoErrors(place, deepFields(columnOf(rows)), statements, kind);
}

function addTo(totals: Record<string, number>, kind: Kind, answer: Fields, errors: number): void {
  const add = (name: string, count: number) => (totals[name] = (totals[name] ?? 0) + count);
  const n = numberOf(answer.n);
  const upserted = listOf(answer.upserted).length;
  add('nErrors', errors);
  if (kind === 'insert') add('nInserted', n);
  else if (kind === 'delete') add('nDeleted', n);
  else {
    add('nMatched', n - upserted);
    add('nModified', numberOf(answer.nModified));
    add('nUpserted', upserted);
  }
}

function resultOf({ index, kind }: Operation, answer: Fields): Fields {
  const [upserted] = listOf(answer.upserted).filter(isFields);
  return {
    ok: 1,
    idx: index,
    n: numberOf(answer.n),
    ...(kind === 'update' && { nModified: numberOf(answer.nModified) }),
    ...(upserted && { upserted: { _id: upserted._id } }),
  };
}
