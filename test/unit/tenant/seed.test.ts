import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createChance, guidOf } from '../../../local/tenant/chance.ts';
import { seedTenant } from '../../../local/tenant/seed/seed-tenant.ts';
import type { TenantContent } from '../../../local/tenant/directory.ts';

const nowMs = Date.UTC(2026, 4, 4);

function links(content: TenantContent): number {
  return content.groups
    .filter((group) => group.state === 'live')
    .flatMap((group) => [...group.members])
    .filter((member) => member.state === 'live' && member.kind !== 'servicePrincipal').length;
}

describe('local tenant: seed', () => {
  it('repeats the same numbers and ids for the same seed', () => {
    const [a, b] = [createChance('x'), createChance('x')];
    for (let step = 0; step < 100; step += 1) assert.equal(a.guid(), b.guid());
    assert.match(guidOf('x'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(createChance('x').guid(), createChance('y').guid());
  });

  it('makes exactly the sizes that were asked for', () => {
    const content = seedTenant({ seed: 's', users: 500, groups: 60, memberships: 1200 }, nowMs);
    assert.equal(content.users.filter((user) => user.state === 'live').length, 500);
    assert.equal(content.groups.filter((group) => group.state === 'live').length, 60);
    assert.equal(links(content), 1200);
  });

  it('makes a sound tenant of any size', () => {
    const size = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(
        fc.string(),
        size,
        fc.integer({ min: 0, max: 40 }),
        size,
        (seed, users, groups, memberships) => {
          const content = seedTenant({ seed, users, groups, memberships }, nowMs);
          const ids = [...content.users, ...content.groups, ...content.others].map((object) => object.id);
          assert.equal(new Set(ids).size, ids.length);
          const names = content.users.map((user) => user.facts.userPrincipalName.toLowerCase());
          assert.equal(new Set(names).size, names.length);
          assert.ok(links(content) <= memberships);
          for (const user of content.users) assert.ok(user.facts.displayName.length <= 256);
          for (const group of content.groups) {
            for (const member of group.members) {
              assert.ok(member.memberOf.has(group));
              if (group.facts.groupTypes.includes('Unified')) assert.equal(member.kind, 'user');
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps the people in every tenant of a seed, whatever its size', () => {
    const [small, large] = [40, 300].map(
      (users) => seedTenant({ seed: 's', users, groups: 20 }, nowMs).people,
    );
    assert.deepEqual(small, large);
    assert.deepEqual(
      small?.map((person) => person.role),
      ['global administrator', 'second administrator', 'no role'],
    );
  });

  it('has every kind of awkward person', () => {
    const { users } = seedTenant({ seed: 's', users: 400, groups: 20 }, nowMs);
    const some = (test: (user: (typeof users)[number]) => boolean): void =>
      assert.ok(users.some(test), String(test));
    some((user) => user.facts.displayName.includes('<b>'));
    some((user) => user.facts.displayName === '[click](http://x)');
    some((user) => user.facts.displayName.length === 256);
    some((user) => user.facts.displayName.startsWith('  '));
    some((user) => user.facts.userType === 'Guest' && user.facts.externalUserState === 'PendingAcceptance');
    some((user) => user.facts.userType === 'Member' && user.facts.userPrincipalName.includes('#EXT#'));
    some((user) => user.facts.userType === null);
    some((user) => user.facts.mail === null);
    some((user) => user.purpose === 'room');
    some((user) => !user.facts.accountEnabled);
    some((user) => user.state === 'deleted');
  });
});
