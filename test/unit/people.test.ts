// Who may be what: the rules about owners as a table.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ROLES, type PersonEntry, type PersonLookup, type Role } from '../../services/directory/person.ts';
import { AppError } from '../../services/errors.ts';
import { decideAdmission, decideFirstOwner, decidePeople } from '../../services/people.ts';

const NOW = new Date('2026-05-01T09:00:00Z');
const actor = (objectId: string) => ({ objectId, displayName: objectId.toUpperCase() });
const person = (objectId: string, role: Role): PersonEntry => ({
  ...actor(objectId),
  role,
  since: new Date(0),
  addedBy: null,
});
type Short = Readonly<Record<string, Role>>;
const people = (short: Short) => Object.entries(short).map(([id, role]) => person(id, role));
const short = (list: readonly PersonEntry[]): Short =>
  Object.fromEntries(list.map(({ objectId, role }) => [objectId, role]));

/** The people after the change, `same` when nothing changes, or the code of the refusal. */
function outcome(before: Short, by: string, whom: string, role: Role | null, met = 'abcd'): Short | string {
  return codeOf(() => {
    const change = { actor: actor(by), ...actor(whom), role };
    const after = decidePeople(people(before), change, (objectId) => met.includes(objectId), NOW);
    return after === null ? 'same' : short(after);
  });
}

/** What it gives, or the code of the refusal. */
function codeOf<T>(decide: () => T): T | string {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code;
  }
}

describe('people', () => {
  const table: [string, Short, string, string, Role | null, Short | string][] = [
    ['an owner adds a viewer', { a: 'owner' }, 'a', 'b', 'viewer', { a: 'owner', b: 'viewer' }],
    ['an owner adds an owner', { a: 'owner' }, 'a', 'b', 'owner', { a: 'owner', b: 'owner' }],
    ['an owner changes a role', { a: 'owner', b: 'viewer' }, 'a', 'b', 'admin', { a: 'owner', b: 'admin' }],
    ['an owner takes somebody out', { a: 'owner', b: 'admin' }, 'a', 'b', null, { a: 'owner' }],
    [
      'one of two owners steps down',
      { a: 'owner', b: 'owner' },
      'a',
      'a',
      'viewer',
      { b: 'owner', a: 'viewer' },
    ],
    ['an owner goes', { a: 'owner', b: 'owner' }, 'a', 'a', null, { b: 'owner' }],
    ['the last owner cannot go', { a: 'owner', b: 'admin' }, 'a', 'a', null, 'last-owner'],
    ['the last owner cannot become less', { a: 'owner', b: 'admin' }, 'a', 'a', 'admin', 'last-owner'],
    ['the same role is no change', { a: 'owner', b: 'admin' }, 'a', 'b', 'admin', 'same'],
    ['nobody to take out is no change', { a: 'owner' }, 'a', 'b', null, 'same'],
    ['an admin changes nobody', { a: 'owner', b: 'admin' }, 'b', 'c', 'viewer', 'role-needed'],
    ['an admin does not raise himself', { a: 'owner', b: 'admin' }, 'b', 'b', 'owner', 'role-needed'],
    ['a viewer changes nobody', { a: 'owner', b: 'viewer' }, 'b', 'a', null, 'role-needed'],
    ['a stranger changes nobody', { a: 'owner' }, 'x', 'x', 'owner', 'role-needed'],
    ['where nobody owns, nobody changes', {}, 'a', 'a', 'owner', 'role-needed'],
    ['the case of an id does not matter', { a: 'owner', b: 'admin' }, 'A', 'B', null, { a: 'owner' }],
    ['nor to the last owner', { a: 'owner' }, 'a', 'A', null, 'last-owner'],
  ];
  for (const [name, before, by, whom, role, expected] of table)
    it(name, () => assert.deepEqual(outcome(before, by, whom, role), expected));

  it('have an owner after any changes, once they had one', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const change = fc.tuple(id, id, fc.constantFrom(...ROLES, null));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let now: Short = { a: 'owner' };
        for (const [by, whom, role] of changes) {
          const after = outcome(now, by, whom, role);
          if (typeof after !== 'string') now = after;
          assert.ok(Object.values(now).includes('owner'));
        }
      }),
    );
  });

  it('keep the last owner who was ever met, whoever was picked since', () => {
    const before = { a: 'owner', b: 'owner', c: 'owner' } as const;
    assert.equal(outcome(before, 'a', 'a', null, 'a'), 'owner-not-met');
    assert.equal(outcome(before, 'a', 'a', 'admin', 'a'), 'owner-not-met');
    assert.deepEqual(outcome(before, 'a', 'b', null, 'a'), { a: 'owner', c: 'owner' });
    assert.deepEqual(outcome(before, 'a', 'a', null, 'ac'), { b: 'owner', c: 'owner' });
  });

  it('have an owner whom Rollcall has met after any changes', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const change = fc.tuple(id, id, fc.constantFrom(...ROLES, null));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let now: Short = { a: 'owner' };
        for (const [by, whom, role] of changes) {
          const after = outcome(now, by, whom, role, 'ab');
          if (typeof after !== 'string') now = after;
          assert.ok(now.a === 'owner' || now.b === 'owner');
        }
      }),
    );
  });

  it('are members whom Microsoft 365 knows, or who wrote to Rollcall', () => {
    const known = (more: { isGuest?: boolean; isEnabled?: boolean }): PersonLookup => ({
      kind: 'known',
      person: { objectId: 'b', displayName: 'Bea', isGuest: false, isEnabled: true, ...more },
    });
    const cases: [PersonLookup, string | null, string][] = [
      [known({}), null, 'Bea'],
      [known({}), 'Bea in chat', 'Bea'],
      [known({ isGuest: true }), 'Bea in chat', 'guest-refused'],
      [known({ isEnabled: false }), 'Bea in chat', 'person-disabled'],
      [{ kind: 'nobody' }, null, 'person-unknown'],
      [{ kind: 'nobody' }, 'Bea in chat', 'person-unknown'],
      [{ kind: 'unknown' }, null, 'person-unknown'],
      [{ kind: 'unknown' }, 'Bea in chat', 'Bea in chat'],
    ];
    for (const [lookup, met, expected] of cases)
      assert.equal(
        codeOf(() => decideAdmission(lookup, met)),
        expected,
        JSON.stringify([lookup, met]),
      );
  });

  it('have their first owner once', () => {
    assert.deepEqual(short(decideFirstOwner([], actor('A'), NOW) ?? []), { a: 'owner' });
    assert.deepEqual(short(decideFirstOwner(people({ a: 'viewer' }), actor('a'), NOW) ?? []), { a: 'owner' });
    assert.equal(decideFirstOwner(people({ b: 'owner' }), actor('a'), NOW), null);
  });
});
