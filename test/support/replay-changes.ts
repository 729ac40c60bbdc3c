// Replays the records of all changes from nothing and compares the result with what is stored: a record that is
// lost, doubled or untrue shows.
import assert from 'node:assert/strict';
import type { Db, Document } from 'mongodb';
import { withDatabase } from './test-services.ts';

interface Snapshot {
  readonly entries: Record<string, unknown>;
  readonly edges: readonly string[];
}

/** Throws when the records do not lead exactly to what is stored; returns what is stored, without ids and dates. */
export const checkRecords = (uri: string): Promise<Snapshot> =>
  withDatabase(uri, async (client) => {
    const db = client.db();
    const runs = await db.collection('runs').find().sort({ number: 1 }).toArray();
    const records = await db.collection('changes').find().toArray();
    const order = new Map(runs.map((run, index) => [String(run._id), index]));
    const placeOf = (record: Document) => order.get(String(record._id).split('/')[0] ?? '') ?? -1;
    records.sort((a, b) => placeOf(a) - placeOf(b) || String(a._id).localeCompare(String(b._id)));
    for (const run of runs) assert.deepEqual(run.pending, [], `run ${String(run.number)} is not through`);

    const entries = new Map<string, unknown>();
    const edges = new Set<string>();
    for (const record of records) {
      if (record.type === 'memberships') replayEdges(edges, record);
      else replayEntry(entries, record);
    }
    const stored = { entries: await readEntries(db), edges: await readEdges(db) };
    assert.deepEqual(Object.fromEntries([...entries].sort()), stored.entries);
    assert.deepEqual([...edges].sort(), stored.edges);
    return stored;
  });

function replayEntry(entries: Map<string, unknown>, record: Document): void {
  const key = `${String(record.type)} ${String(record.objectId)}`;
  assert.deepEqual(
    entries.get(key) ?? null,
    record.before,
    `${key}: a change begins where the last one ended`,
  );
  if (record.after === null) entries.delete(key);
  else entries.set(key, record.after);
}

function replayEdges(edges: Set<string>, { objectId, added, removed }: Document): void {
  for (const member of added as string[]) {
    const edge = `${String(objectId)}/${member}`;
    assert.ok(!edges.has(edge), `${edge} is added twice`);
    edges.add(edge);
  }
  for (const member of removed as string[])
    assert.ok(edges.delete(`${String(objectId)}/${member}`), 'what is removed was there');
}

async function readEntries(db: Db) {
  const entries: [string, unknown][] = [];
  for (const type of ['user', 'group']) {
    for (const { objectId, status, reasons, facts } of await db.collection(`${type}s`).find().toArray())
      entries.push([`${type} ${String(objectId)}`, { status, reasons, facts }]);
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readEdges(db: Db) {
  const edges = await db.collection<{ _id: string }>('memberships').find().toArray();
  return edges.map(({ _id }) => _id.slice(_id.indexOf('/') + 1)).sort();
}
