// Fingerprints: equal for equal states however they are written down, different for every difference, and fast.
import assert from 'node:assert/strict';
import { fingerprint } from '../../../services/directory/fingerprint.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import type { Reason } from '../../../services/directory/reason.ts';
import type { GroupFacts, GroupState } from '../../../services/directory/group.ts';
import type { UserFacts, UserState } from '../../../services/directory/user.ts';

const facts: UserFacts = {
  userPrincipalName: 'anna@example.com',
  displayName: 'Anna Berg',
  givenName: 'Anna',
  surname: 'Berg',
  mail: 'anna@example.com',
  accountEnabled: true,
  userType: 'Member',
};
const user = (change: Partial<UserFacts> = {}, reasons: readonly Reason[] = []): UserState => ({
  status: reasons.length > 0 ? 'inactive' : 'active',
  reasons,
  facts: { ...facts, ...change },
});
const groupFacts: GroupFacts = {
  displayName: 'Staff',
  description: null,
  mail: null,
  kind: 'security',
  dynamic: false,
  hiddenMembership: false,
};
const group = (change: Partial<GroupFacts> = {}): GroupState => ({
  status: 'active',
  reasons: [],
  facts: { ...groupFacts, ...change },
});
const [g1, g2] = [parseObjectId('g1'), parseObjectId('g2')];

describe('fingerprint', () => {
  it('is a version and 128 bits in base64url', () => {
    assert.match(fingerprint(user()), /^1\.[\w-]{22}$/);
  });

  it('stays as it is: a change of this value would rewrite every directory', () => {
    assert.deepEqual(
      [fingerprint(user()), fingerprint(group())],
      ['1.dR5kAIbnd8Kurlvlz5tXQO', '1.VNYqbmvXCD7krKkWDuW04p'],
    );
  });

  it('does not depend on the order of properties', () => {
    const reversed = Object.fromEntries(Object.entries(facts).reverse()) as unknown as UserFacts;
    assert.equal(fingerprint({ facts: reversed, reasons: [], status: 'active' }), fingerprint(user()));
  });

  it('differs for every difference', () => {
    const states = [
      user(),
      user({ userPrincipalName: 'anna.berg@example.com' }),
      user({ displayName: 'Anna  Berg' }),
      user({ displayName: null }),
      user({ displayName: '' }),
      user({ givenName: null }),
      user({ surname: null }),
      user({ givenName: 'Berg', surname: 'Anna' }),
      user({ mail: null }),
      user({ accountEnabled: false }),
      user({ userType: 'Guest' }),
      user({}, [{ kind: 'disabled' }]),
      user({}, [{ kind: 'deleted' }]),
      user({}, [{ kind: 'domainNotIncluded', domain: 'a.b' }]),
      user({}, [{ kind: 'domainNotIncluded', domain: 'a.c' }]),
      user({}, [{ kind: 'memberOfDeniedGroup', groupId: g1, path: [g1] }]),
      user({}, [{ kind: 'memberOfDeniedGroup', groupId: g1, path: [g2, g1] }]),
      user({}, [{ kind: 'memberOfDeniedGroup', groupId: g2, path: [g1] }]),
      group(),
      group({ displayName: 'staff' }),
      group({ description: '' }),
      group({ mail: 'staff@example.com' }),
      group({ kind: 'distribution' }),
      group({ dynamic: true }),
      group({ hiddenMembership: true }),
    ];
    assert.equal(new Set(states.map(fingerprint)).size, states.length);
  });

  it('takes 100,000 in well under a second', () => {
    const states = Array.from({ length: 1_000 }, (_, i) => user({ displayName: `User ${i}` }));
    const before = process.cpuUsage();
    for (let round = 0; round < 100; round++) states.forEach(fingerprint);
    // Processor time: other work on the machine is not ours.
    const tookMs = process.cpuUsage(before).user / 1000;
    assert.ok(tookMs < 1_000, `took ${tookMs} ms`);
  });
});
