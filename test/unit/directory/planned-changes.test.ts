// What is kept of a held plan: those who would go first, and not more than anybody reads.
import assert from 'node:assert/strict';
import { choosePlannedChanges, MOST_PLANNED_CHANGES } from '../../../services/directory/planned-changes.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import { splitMemberships } from '../../../services/sync/split-memberships.ts';
import { aUser, userChange } from '../../support/card-facts.ts';

const user = aUser('Megan Bowen');
const ref = (n: number) => ({ kind: 'user', objectId: parseObjectId(`u${n}`) }) as const;
const members = (added: number, removed: number) =>
  ({
    type: 'memberships',
    objectId: parseObjectId('g'),
    added: Array.from({ length: added }, (_, n) => ref(n)),
    removed: Array.from({ length: removed }, (_, n) => ref(n)),
  }) as const;

describe('choosePlannedChanges', () => {
  it('puts first who would go, then who would leave a group', () => {
    const update = userChange(user, user, 'update');
    const purge = userChange(user, null, 'purge');
    const inactivate = userChange(user, user, 'inactivate');
    const [join, leave] = [members(1, 0), members(1, 1)];
    assert.deepEqual(choosePlannedChanges([update, join, leave, purge, inactivate]), [
      inactivate,
      purge,
      leave,
      update,
      join,
    ]);
  });

  it('keeps not more than anybody reads', () => {
    const many = Array.from({ length: MOST_PLANNED_CHANGES + 5 }, () => userChange(null, user, 'create'));
    assert.equal(choosePlannedChanges(many).length, MOST_PLANNED_CHANGES);
  });
});

describe('splitMemberships', () => {
  it('cuts a large group and loses nobody', () => {
    const chunks = splitMemberships(members(12_000, 7_000));
    const sizes = chunks.map((one) =>
      one.type === 'memberships' ? one.added.length + one.removed.length : 0,
    );
    assert.deepEqual(sizes, [5000, 5000, 2000, 5000, 2000]);
  });

  it('leaves everything else as it is', () => {
    const change = userChange(user, user, 'update');
    assert.deepEqual(splitMemberships(change), [change]);
    assert.deepEqual(splitMemberships(members(5000, 0)), [members(5000, 0)]);
  });
});
