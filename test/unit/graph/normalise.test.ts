import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decideGroupKind,
  normaliseDomain,
  normaliseGroup,
  normaliseMember,
  normaliseUser,
  normaliseVerifiedDomains,
} from '../../../services/graph/normalise.ts';

const anna = {
  id: '0B0B7F0E-5B5F-4D8E-9A51-6A1F6F6D0001',
  userPrincipalName: 'anna@fabrikam.example',
  displayName: 'Anna Ångström 安娜',
  givenName: 'Anna',
  surname: null,
  mail: 'anna@fabrikam.example',
  accountEnabled: true,
  userType: 'Member',
};
const finance = {
  id: 'g-1',
  displayName: ' Finance',
  description: null,
  mail: 'finance@fabrikam.example',
  mailEnabled: true,
  securityEnabled: false,
  groupTypes: ['Unified', 'DynamicMembership'],
  visibility: 'Hiddenmembership',
};

describe('graph: normalise users', () => {
  it('takes facts as they are and ids in lower case', () => {
    const { id, ...facts } = anna;
    assert.deepEqual(normaliseUser(anna), {
      sighting: { objectId: id.toLowerCase(), evidence: { kind: 'seen', facts } },
      hidden: false,
    });
  });

  it('counts very old accounts without a type as members', () => {
    const user = normaliseUser({ ...anna, userType: null });
    assert.equal(user?.sighting.evidence.kind === 'seen' && user.sighting.evidence.facts.userType, 'Member');
  });

  it('keeps what it cannot understand as existing, naming the property but not its value', () => {
    const user = normaliseUser({ ...anna, accountEnabled: 'of course' });
    assert.equal(user?.hidden, false);
    const evidence = user.sighting.evidence;
    assert.match(evidence.kind === 'malformed' ? evidence.problem : '', /^accountEnabled: /);
    assert.doesNotMatch(JSON.stringify(evidence), /of course/);
  });

  it('knows an object of which only the id is shown', () => {
    const blank = Object.fromEntries(Object.keys(anna).map((name) => [name, null]));
    const user = normaliseUser({ ...blank, id: 'u-1' });
    assert.equal(user?.hidden, true);
    assert.equal(user.sighting.evidence.kind, 'malformed');
    assert.equal(normaliseUser({ id: 'u-1' })?.hidden, true);
    assert.equal(normaliseUser({ ...anna, userPrincipalName: null })?.hidden, false);
  });

  it('has nothing to say of an object without id', () => {
    for (const item of [{ ...anna, id: null }, { ...anna, id: '' }, {}, null, 'text', 7, []])
      assert.equal(normaliseUser(item), null);
  });
});

describe('graph: normalise groups', () => {
  it('takes facts, kind, dynamic and hidden membership', () => {
    const group = normaliseGroup(finance);
    assert.deepEqual(group?.sighting.evidence, {
      kind: 'seen',
      facts: {
        displayName: ' Finance',
        description: null,
        mail: 'finance@fabrikam.example',
        kind: 'microsoft365',
        dynamic: true,
        hiddenMembership: true,
      },
    });
  });

  const kinds: readonly (readonly [readonly string[], boolean, boolean, string | null])[] = [
    [['Unified'], true, false, 'microsoft365'],
    [['Unified'], true, true, 'microsoft365'],
    [['Unified', 'DynamicMembership'], true, false, 'microsoft365'],
    [[], false, true, 'security'],
    [['DynamicMembership'], false, true, 'security'],
    [[], true, true, 'mailEnabledSecurity'],
    [[], true, false, 'distribution'],
    [[], false, false, null],
  ];
  for (const [groupTypes, mailEnabled, securityEnabled, kind] of kinds)
    it(`[${groupTypes.join()}] mail ${String(mailEnabled)} security ${String(securityEnabled)} is ${String(kind)}`, () =>
      assert.equal(decideGroupKind({ groupTypes, mailEnabled, securityEnabled }), kind));

  it('keeps a group of no known kind as existing', () => {
    const group = normaliseGroup({ ...finance, groupTypes: [], mailEnabled: false, securityEnabled: false });
    assert.equal(group?.sighting.evidence.kind, 'malformed');
  });

  it('knows a group of which only the id is shown', () => {
    assert.equal(normaliseGroup({ id: 'g-1', displayName: null, mailEnabled: null })?.hidden, true);
  });
});

describe('graph: normalise members and domains', () => {
  it('needs id and type of a member and nothing else', () => {
    const member = (type: string | null) => normaliseMember({ '@odata.type': type, id: 'X', mail: null });
    assert.deepEqual(member('#microsoft.graph.user'), {
      kind: 'kept',
      member: { objectId: 'x', kind: 'user' },
    });
    assert.deepEqual(member('#microsoft.graph.group'), {
      kind: 'kept',
      member: { objectId: 'x', kind: 'group' },
    });
    for (const type of ['device', 'servicePrincipal', 'orgContact', 'somethingNew'])
      assert.deepEqual(member(`#microsoft.graph.${type}`), { kind: 'other', objectId: 'x' });
    assert.equal(member(null), null);
    assert.equal(normaliseMember({ '@odata.type': '#microsoft.graph.user' }), null);
  });

  it('takes domains in lower case', () => {
    const flags = { isDefault: true, isInitial: false, isRoot: true, isVerified: true };
    assert.deepEqual(normaliseDomain({ id: 'Fabrikam.Example', ...flags }), {
      name: 'fabrikam.example',
      ...flags,
    });
    assert.equal(normaliseDomain({ id: 'x', ...flags, isVerified: null }), null);
  });

  it('finds out from the names which verified domains are roots', () => {
    const verifiedDomains = ['fabrikam.example', 'sales.fabrikam.example', 'notfabrikam.example'].map(
      (name) => ({
        name,
        isDefault: name === 'fabrikam.example',
        isInitial: false,
      }),
    );
    const domains = normaliseVerifiedDomains({ id: 't', verifiedDomains });
    assert.deepEqual(
      domains?.map((domain) => domain.isRoot),
      [true, false, true],
    );
  });
});

describe('graph: normalise anything', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, id) => {
        for (const item of [value, { ...anna, ...Object(value), id }, { ...finance, ...Object(value) }]) {
          normaliseUser(item);
          normaliseGroup(item);
          normaliseMember(item);
          normaliseDomain(item);
          normaliseVerifiedDomains(item);
        }
      }),
    );
  });
});
