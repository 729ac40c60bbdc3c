// Who is in scope: each rule, every reason, their order; prefixes exactly as written down.
import assert from 'node:assert/strict';
import { REASON_ORDER, type Reason } from '../../../services/directory/reason.ts';
import type { Policy, SubdomainPolicy } from '../../../services/directory/policy.ts';
import type { GroupFacts } from '../../../services/directory/group.ts';
import type { UserFacts } from '../../../services/directory/user.ts';
import { createClosure, type KnownMembers } from '../../../services/sync/closure.ts';
import {
  decideGroupScope,
  decideScope,
  includeDomains,
  keepUnchecked,
  type IncludedDomains,
  type Unchecked,
} from '../../../services/sync/scope.ts';
import { domain, DOMAINS, groupFacts, memberRef, oid, oids, policyWith, userFacts } from './worlds.ts';

const off: SubdomainPolicy = { enabled: false, includeAll: false, chosen: [] };

interface Given {
  readonly facts?: Partial<UserFacts>;
  readonly policy?: Partial<Policy>;
  readonly members?: Record<string, readonly string[]>;
  /** Groups of which there may be more members. */
  readonly cut?: readonly string[];
  readonly domains?: IncludedDomains | null;
}

function decide({ facts, policy: change, members = {}, cut = [], domains }: Given) {
  const policy = policyWith(change);
  const known = new Map<string, KnownMembers>(
    Object.entries(members).map(([group, names]) => [
      group,
      { members: names.map(memberRef), complete: !cut.includes(group) },
    ]),
  );
  const listed = new Set([...policy.allowedGroups, ...policy.deniedGroups]);
  const closure = createClosure((group) => known.get(group), listed, policy.nestedMembership);
  const world = {
    closure,
    domains: domains === undefined ? includeDomains(DOMAINS, policy.subdomains) : domains,
  };
  return decideScope({ objectId: oid('u1'), facts: userFacts(facts) }, world, policy);
}

const active = { status: 'active', reasons: [], unchecked: [] };
const unknown = (...unchecked: Unchecked[]) => ({ status: 'unknown', reasons: [], unchecked });
const inactive = (...reasons: Reason[]) => ({ status: 'inactive', reasons, unchecked: [] });
const DOMAIN: Unchecked = { kind: 'domainNotIncluded' };
const ALLOWED: Unchecked = { kind: 'memberOfNoAllowedGroup' };
const deniedBy = (group: string) => ({ kind: 'memberOfDeniedGroup', groupId: oid(group) }) as const;
const guests = { users: { enabled: true, guests: true } };

describe('decideScope', () => {
  it('finds an enabled member of the primary domain active', () => {
    assert.deepEqual(decide({}), active);
  });

  it('says that an account is disabled', () => {
    assert.deepEqual(decide({ facts: { accountEnabled: false } }), inactive({ kind: 'disabled' }));
  });

  describe('domains', () => {
    const inDomain = (
      mail: string | null,
      subdomains: Partial<SubdomainPolicy> = {},
      upn = 'x@example.com',
    ) =>
      decide({
        facts: { mail, userPrincipalName: upn },
        policy: { subdomains: { ...off, ...subdomains } },
      });
    const not = (name: string) => inactive({ kind: 'domainNotIncluded', domain: name });

    it('include only the primary one while subdomains are off, whatever is chosen', () => {
      assert.deepEqual(inDomain('a@example.com'), active);
      assert.deepEqual(inDomain('a@EXAMPLE.com'), active);
      const chosen = { chosen: ['sub.example.com'], includeAll: true };
      assert.deepEqual(inDomain('a@sub.example.com', chosen), not('sub.example.com'));
    });

    it('include the chosen verified ones while subdomains are on', () => {
      const chosen = { enabled: true, chosen: ['sub.example.com', 'nowhere.net'] };
      assert.deepEqual(inDomain('a@sub.example.com', chosen), active);
      assert.deepEqual(inDomain('a@example.com', chosen), active);
      assert.deepEqual(inDomain('a@other.example.com', chosen), not('other.example.com'));
      assert.deepEqual(inDomain('a@nowhere.net', chosen), not('nowhere.net'));
    });

    it('include every subdomain of the primary one, at any depth and nothing that merely ends alike', () => {
      const all = { enabled: true, includeAll: true };
      assert.deepEqual(inDomain('a@sub.example.com', all), active);
      assert.deepEqual(inDomain('a@deep.sub.example.com', all), active);
      assert.deepEqual(inDomain('a@badexample.com', all), not('badexample.com'));
    });

    it('are taken from the mail address, and from the UPN only without one', () => {
      assert.deepEqual(inDomain(null, {}, 'a@example.com'), active);
      assert.deepEqual(inDomain(null, {}, 'a@elsewhere.org'), not('elsewhere.org'));
      assert.deepEqual(inDomain('a@elsewhere.org', {}, 'a@example.com'), not('elsewhere.org'));
      assert.deepEqual(inDomain('no address'), not(''));
    });

    it('decide nothing while they are not known', () => {
      assert.deepEqual(decide({ domains: null }), unknown(DOMAIN));
      const disabled = decide({ domains: null, facts: { accountEnabled: false } });
      assert.deepEqual(disabled, { ...inactive({ kind: 'disabled' }), unchecked: [DOMAIN] });
    });

    it('are not known without a verified primary one', () => {
      assert.equal(includeDomains([], off), null);
      assert.equal(includeDomains([domain('example.com')], off), null);
      assert.equal(includeDomains([domain('a.b', { isDefault: true, isVerified: false })], off), null);
    });
  });

  describe('guests', () => {
    const guest: Partial<UserFacts> = { userType: 'Guest', mail: 'g@elsewhere.org' };

    it('are inactive by default, and the domain rule has no say about them', () => {
      assert.deepEqual(decide({ facts: guest }), inactive({ kind: 'guest' }));
    });

    it('are active when switched on, also while domains are not known', () => {
      assert.deepEqual(decide({ facts: guest, policy: guests }), active);
      assert.deepEqual(decide({ facts: guest, policy: guests, domains: null }), active);
    });
  });

  describe('lists', () => {
    it('deny a member and say by which group and path', () => {
      const members = { g1: ['g2'], g2: ['g3'], g3: ['u1'] };
      assert.deepEqual(
        decide({ policy: { deniedGroups: oids('g1') }, members }),
        inactive({ kind: 'memberOfDeniedGroup', groupId: oid('g1'), path: oids('g3', 'g2', 'g1') }),
      );
    });

    it('count direct members only when nested membership is off', () => {
      const policy = { deniedGroups: oids('g1'), nestedMembership: false };
      assert.deepEqual(decide({ policy, members: { g1: ['g2'], g2: ['u1'] } }), active);
      assert.equal(decide({ policy, members: { g1: ['u1'] } }).status, 'inactive');
    });

    it('name each denied group once, in order of id', () => {
      const { reasons } = decide({
        policy: { deniedGroups: oids('g2', 'g1', 'g2') },
        members: { g1: ['u1'], g2: ['u1'] },
      });
      assert.deepEqual(
        reasons.map((reason) => reason.kind === 'memberOfDeniedGroup' && reason.groupId),
        ['g1', 'g2'],
      );
    });

    it('allow a member of any allowed group and nobody else', () => {
      const policy = { allowedGroups: oids('g1', 'g2') };
      assert.deepEqual(decide({ policy, members: { g1: [], g2: ['u1'] } }), active);
      assert.deepEqual(
        decide({ policy, members: { g1: [], g2: ['u2'] } }),
        inactive({ kind: 'memberOfNoAllowedGroup' }),
      );
    });

    it('let denied beat allowed', () => {
      const policy = { allowedGroups: oids('g1'), deniedGroups: oids('g2') };
      assert.deepEqual(
        decide({ policy, members: { g1: ['u1'], g2: ['u1'] } }),
        inactive({ kind: 'memberOfDeniedGroup', groupId: oid('g2'), path: oids('g2') }),
      );
    });

    it('make no reason of members that could not be read', () => {
      const denied = { policy: { deniedGroups: oids('g1') } };
      assert.deepEqual(decide({ ...denied }), unknown(deniedBy('g1')));
      assert.deepEqual(decide({ ...denied, members: { g1: ['u2'] }, cut: ['g1'] }), unknown(deniedBy('g1')));
      assert.equal(decide({ ...denied, members: { g1: ['u1'] }, cut: ['g1'] }).status, 'inactive');
      const allowed = { policy: { allowedGroups: oids('g1', 'g2') } };
      assert.deepEqual(decide({ ...allowed, members: { g1: ['u2'] } }), unknown(ALLOWED));
      assert.deepEqual(decide({ ...allowed, members: { g1: ['u1'] } }), active);
    });

    it('do not keep a disabled account active because a list could not be read', () => {
      assert.deepEqual(decide({ facts: { accountEnabled: false }, policy: { allowedGroups: oids('g1') } }), {
        ...inactive({ kind: 'disabled' }),
        unchecked: [ALLOWED],
      });
    });
  });

  it('gives every reason that applies, in the fixed order', () => {
    const members = { g1: ['u1'], g2: [] };
    const lists = { deniedGroups: oids('g1'), allowedGroups: oids('g2') };
    const member = decide({
      facts: { accountEnabled: false, mail: 'a@b.c' },
      policy: lists,
      members,
    });
    const guest = decide({ facts: { accountEnabled: false, userType: 'Guest' }, policy: lists, members });
    const kinds = (reasons: readonly Reason[]) => reasons.map((reason) => reason.kind);
    const inOrder = (wanted: readonly string[]) => REASON_ORDER.filter((kind) => wanted.includes(kind));
    const common = ['disabled', 'memberOfDeniedGroup', 'memberOfNoAllowedGroup'];
    assert.deepEqual(kinds(member.reasons), inOrder([...common, 'domainNotIncluded']));
    assert.deepEqual(kinds(guest.reasons), inOrder([...common, 'guest']));
  });
});

describe('keepUnchecked', () => {
  const disabled: Reason = { kind: 'disabled' };
  const elsewhere: Reason = { kind: 'domainNotIncluded', domain: 'elsewhere.org' };
  const noAllowed: Reason = { kind: 'memberOfNoAllowedGroup' };
  const denied = (group: string, ...by: string[]): Reason => ({
    ...deniedBy(group),
    path: oids(...by, group),
  });

  it('gives what was found when everything could be checked', () => {
    const scope = { reasons: [disabled], unchecked: [] };
    assert.deepEqual(keepUnchecked(scope, [elsewhere, noAllowed]), [disabled]);
  });

  it('keeps stored reasons that could not be checked, each in its place, and no others', () => {
    const stored = [elsewhere, denied('g1'), denied('g3'), denied('g4'), noAllowed];
    const scope = { reasons: [disabled, denied('g2')], unchecked: [deniedBy('g3'), DOMAIN, deniedBy('g1')] };
    const expected = [disabled, elsewhere, denied('g1'), denied('g2'), denied('g3')];
    assert.deepEqual(keepUnchecked(scope, stored), expected);
    assert.deepEqual(keepUnchecked({ reasons: [disabled], unchecked: [ALLOWED] }, stored), [
      disabled,
      noAllowed,
    ]);
  });

  it('keeps the stored path where the list was read in part, and never says a reason twice', () => {
    const scope = { reasons: [denied('g1', 'g2')], unchecked: [deniedBy('g1')] };
    assert.deepEqual(keepUnchecked(scope, [denied('g1')]), [denied('g1')]);
  });

  it('makes no reason of not knowing', () => {
    assert.deepEqual(keepUnchecked({ reasons: [disabled], unchecked: [DOMAIN, ALLOWED] }, []), [disabled]);
  });
});

describe('decideGroupScope', () => {
  const decideGroup = (facts: Partial<GroupFacts>, groups: Partial<Policy['groups']>) => {
    const scope = decideGroupScope(
      groupFacts(facts),
      policyWith({ groups: { enabled: true, withoutMail: false, prefixes: [], ...groups } }),
    );
    return scope.kind === 'inScope' ? 'in' : scope.reasons.join(' ');
  };

  it('leaves out groups without mail unless they are switched on', () => {
    assert.equal(decideGroup({}, {}), 'in');
    assert.equal(decideGroup({ mail: null }, {}), 'noMail');
    assert.equal(decideGroup({ mail: null }, { withoutMail: true }), 'in');
  });

  it('says both reasons when both apply', () => {
    assert.equal(decideGroup({ mail: null }, { prefixes: ['X'] }), 'noMail prefixNotIncluded');
  });

  const CASES: readonly [name: string, prefixes: readonly string[], expected: 'in' | 'out', why: string][] = [
    ['Team Blue', [], 'in', 'no prefix set'],
    ['Team Blue', ['Team'], 'in', 'begins with it'],
    ['team blue', ['TEAM'], 'in', 'case does not count'],
    ['Blue Team', ['Team'], 'out', 'ends with it'],
    ['Blue', ['Team', 'Bl'], 'in', 'any of them'],
    [' Team', ['Team'], 'out', 'a leading space counts'],
    [' Team', [' team'], 'in', 'a leading space in both'],
    ['Team', ['Team '], 'out', 'a trailing space of the prefix counts'],
    ['ＴＥＡＭ', ['Team'], 'out', 'full-width letters are other letters'],
    ['ＴＥＡＭ', ['ｔｅ'], 'in', 'full-width letters have cases too'],
    ['Cafe\u0301 Paris', ['CAF\u00c9'], 'in', 'composed and decomposed are the same (NFC)'],
    ['Café', ['Cafe'], 'out', 'an accent is not dropped'],
    ['Straße', ['STRASSE'], 'in', 'full case folding'],
    ['STRAẞE', ['straße'], 'in', 'capital sharp s'],
    ['ΟΔΟΣ', ['οδος'], 'in', 'final sigma'],
    ['ΟΔΟΣΑ', ['οδος'], 'in', 'final sigma of the prefix in the middle of the name'],
    ['ırmak', ['Ir'], 'out', 'dotless i is another letter'],
  ];
  for (const [displayName, prefixes, expected, why] of CASES) {
    it(`prefix ${JSON.stringify(prefixes)} and "${displayName}": ${expected} (${why})`, () => {
      assert.equal(
        decideGroup({ displayName }, { prefixes }),
        expected === 'in' ? 'in' : 'prefixNotIncluded',
      );
    });
  }
});
