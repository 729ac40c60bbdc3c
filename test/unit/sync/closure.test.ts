// Membership through nested groups: shortest paths, cycles, depth, size, and what is not known.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemberRef } from '../../../services/directory/group.ts';
import type { ObjectId } from '../../../services/directory/ids.ts';
import { createClosure, type KnownMembers } from '../../../services/sync/closure.ts';
import { memberRef, oid, oids } from './worlds.ts';

type Edges = Record<string, readonly string[]>;

function close(edges: Edges, listed: string[], nested = true, cut: string[] = []) {
  const known = new Map<string, KnownMembers>(
    Object.entries(edges).map(([group, names]) => [
      group,
      { members: names.map(memberRef), complete: !cut.includes(group) },
    ]),
  );
  const closure = createClosure((group) => known.get(group), new Set(listed.map(oid)), nested);
  return {
    path: (list: string, user: string) => closure.pathTo(oid(list), oid(user))?.join(' ') ?? null,
    complete: (list: string) => closure.isComplete(oid(list)),
  };
}

describe('createClosure', () => {
  it('finds direct members, and nobody who is not one', () => {
    const { path } = close({ g1: ['u1'] }, ['g1']);
    assert.equal(path('g1', 'u1'), 'g1');
    assert.equal(path('g1', 'u2'), null);
  });

  it('knows nothing of groups that are on no list', () => {
    const { path, complete } = close({ g1: ['u1'], g2: ['u1'] }, ['g1']);
    assert.equal(path('g2', 'u1'), null);
    assert.equal(complete('g2'), false);
  });

  it('takes the shortest of several paths, and the first in order of ids of equally short ones', () => {
    const edges = { g1: ['g5', 'g3', 'g2'], g2: ['u2'], g3: ['g4', 'u2'], g4: ['u1'], g5: ['u1'] };
    const { path } = close(edges, ['g1']);
    assert.equal(path('g1', 'u1'), 'g5 g1');
    assert.equal(path('g1', 'u2'), 'g2 g1');
  });

  it('chooses between equally short ways up by id, whatever the order of members', () => {
    for (const top of [
      ['g2', 'g3'],
      ['g3', 'g2'],
    ])
      assert.equal(
        close({ g1: top, g2: ['g4'], g3: ['g4'], g4: ['u1'] }, ['g1']).path('g1', 'u1'),
        'g4 g2 g1',
      );
  });

  it('answers for each list by itself', () => {
    const { path } = close({ g1: ['g2'], g2: ['u1'], g3: ['u2'] }, ['g1', 'g2', 'g3']);
    assert.deepEqual([path('g1', 'u1'), path('g2', 'u1'), path('g3', 'u1')], ['g2 g1', 'g2', null]);
  });

  it('walks cycles once', () => {
    const { path } = close({ g1: ['g2'], g2: ['g3', 'g1'], g3: ['g2', 'g3', 'u1'] }, ['g1', 'g3']);
    assert.equal(path('g1', 'u1'), 'g3 g2 g1');
    assert.equal(path('g3', 'u1'), 'g3');
  });

  it('is incomplete as long as one group below the list is', () => {
    const edges = { g1: ['g2'], g2: ['u1'] };
    assert.equal(close(edges, ['g1']).complete('g1'), true);
    assert.equal(close(edges, ['g1'], true, ['g2']).complete('g1'), false);
    assert.equal(close({ g1: ['g2'] }, ['g1']).complete('g1'), false);
    assert.equal(close(edges, ['g1'], false, ['g2']).complete('g1'), true);
  });

  it('asks for nothing when nothing is listed', () => {
    createClosure(() => assert.fail('asked for members'), new Set(), true);
  });

  it('agrees with a search of all paths', () => {
    const groups = ['g0', 'g1', 'g2', 'g3', 'g4'];
    const edges = fc.record(
      Object.fromEntries(
        groups.map((group) => [group, fc.uniqueArray(fc.constantFrom(...groups, 'u0', 'u1'))]),
      ),
    );
    fc.assert(
      fc.property(edges, fc.boolean(), (graph, nested) => {
        const { path } = close(graph, groups, nested);
        for (const list of groups) {
          for (const user of ['u0', 'u1']) {
            const found = path(list, user);
            const shortest = searchAll(graph, list, user, nested);
            assert.equal(found === null ? null : found.split(' ').length, shortest);
            if (found !== null) assertIsPath(graph, found.split(' '), user, list);
          }
        }
      }),
    );
  });

  it('copes with 50,000 members, 200,000 edges and a depth of 2,000', () => {
    const members = new Map<ObjectId, KnownMembers>();
    const depth = 2_000;
    for (let i = 0; i < depth; i++) {
      const refs: MemberRef[] = Array.from({ length: 100 }, (_, n) => memberRef(`u${(i * 25 + n) % 50_000}`));
      if (i + 1 < depth) refs.push(memberRef(`g${i + 1}`));
      members.set(oid(`g${i}`), { members: refs, complete: true });
    }
    const before = process.cpuUsage();
    const lists = new Set(oids('g0', 'g500', 'g1999'));
    const closure = createClosure((group) => members.get(group), lists, true);
    let found = 0;
    for (let i = 0; i < 50_000; i++) if (closure.pathTo(oid('g500'), oid(`u${i}`)) !== null) found++;
    assert.equal(found, 50_000 - 500 * 25 + 75);
    assert.ok(process.cpuUsage(before).user < 5_000_000, 'takes more than five seconds of processor time');
  });
});

/** The number of groups on the shortest path, by looking at all. */
function searchAll(
  graph: Edges,
  group: string,
  user: string,
  nested: boolean,
  seen: string[] = [],
): number | null {
  const members = graph[group] ?? [];
  if (members.includes(user)) return 1;
  if (!nested || seen.includes(group)) return null;
  const below = members
    .filter((name) => name.startsWith('g'))
    .map((name) => searchAll(graph, name, user, nested, [...seen, group]))
    .filter((length) => length !== null);
  return below.length === 0 ? null : 1 + Math.min(...below);
}

function assertIsPath(graph: Edges, path: string[], user: string, list: string): void {
  let member = user;
  for (const group of path) {
    assert.ok(graph[group]?.includes(member), `${group} does not contain ${member}`);
    member = group;
  }
  assert.equal(member, list);
}
