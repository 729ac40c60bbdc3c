import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { parseScopes } from '../../../local/tenant/entra/scopes.ts';
import { SignInError } from '../../../local/tenant/entra/aadsts.ts';
import { userFacts } from '../../../local/tenant/facts.ts';
import { createFaults, newFault } from '../../../local/tenant/faults.ts';
import { parseFilter } from '../../../local/tenant/graph/filter.ts';
import { GraphError } from '../../../local/tenant/graph/response.ts';
import { bucketSize, costOf, createThrottle } from '../../../local/tenant/graph/resource-units.ts';
import { createSeal } from '../../../local/tenant/graph/seal.ts';
import { parseJournal } from '../../../local/tenant/journal.ts';
import { createUserObject } from '../../../local/tenant/objects.ts';
import { defaultSettings } from '../../../local/tenant/settings.ts';

describe('local tenant: $filter', () => {
  const anna = createUserObject(
    'id-1',
    0,
    userFacts(
      {
        displayName: "Anna O'Neil",
        userPrincipalName: 'anna@contoso.com',
        mail: 'Anna@contoso.com',
        proxyAddresses: ['SMTP:anna@contoso.com'],
      },
      0,
    ),
    0,
  );
  const cases: readonly (readonly [filter: string, holds: boolean, advanced: boolean])[] = [
    ["mail eq 'anna@CONTOSO.com'", true, false],
    ["displayName eq 'Anna O''Neil'", true, false],
    ["startsWith(displayName,'ann') and accountEnabled eq true", true, false],
    ["userType ne 'Guest'", true, true],
    ["not startsWith(displayName,'B')", true, true],
    ["endsWith(mail,'@fabrikam.com')", false, true],
    ["(id eq 'x' or id eq 'id-1') and jobTitle eq null", true, false],
    ["id in ('a','id-1')", true, false],
    ["proxyAddresses/any(p:startsWith(p,'smtp:anna'))", true, false],
    ["otherMails/any(p:p eq 'x')", false, false],
    ['createdDateTime ge 1970-01-01T00:00:00Z', true, false],
    ['createdDateTime lt 1970-01-01T00:00:00Z', false, false],
  ];
  for (const [text, holds, advanced] of cases) {
    it(`reads ${text}`, () => {
      const filter = parseFilter(text, 'user');
      assert.deepEqual([filter.test(anna), filter.advanced], [holds, advanced]);
    });
  }

  it('refuses everything else with 400 and never throws otherwise', () => {
    for (const text of [
      '',
      'mail',
      "mail eq 'x",
      "mail like 'x'",
      "mail eq 'a' mail eq 'b'",
      "nothing eq 'x'",
      "mail eq '" + 'x'.repeat(121) + "'",
    ]) {
      assert.throws(
        () => parseFilter(text, 'user'),
        (error) => error instanceof GraphError && error.status === 400,
        text,
      );
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseFilter(text, 'user');
        } catch (error) {
          assert.ok(error instanceof GraphError);
        }
      }),
    );
  });
});

describe('local tenant: sealed tokens', () => {
  const seal = createSeal('key', 'RFNwd');
  const shape = z.object({ text: z.string() });

  it('gives back what it closed, and nothing for tokens that were touched', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, at) => {
        const token = seal.close({ text });
        assert.deepEqual(seal.open(token, shape), { text });
        const index = 5 + (at % (token.length - 6));
        const touched = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
        assert.equal(seal.open(touched, shape), undefined);
      }),
    );
  });

  it('refuses tokens of another key, another shape or none', () => {
    assert.equal(createSeal('other', 'RFNwd').open(seal.close({ text: '' }), shape), undefined);
    assert.equal(seal.open(seal.close({ other: 1 }), shape), undefined);
    assert.equal(seal.open('RFNwd', shape), undefined);
  });
});

describe('local tenant: resource units', () => {
  const cost = (base: number, query: Record<string, string>, method = 'GET'): number =>
    costOf({ method, query: new Map(Object.entries(query)) }, base);

  it('follows the documented modifiers and never falls below 1', () => {
    assert.equal(cost(2, {}), 2);
    assert.equal(cost(2, { $select: 'id' }), 1);
    assert.equal(cost(3, { $select: 'id', $top: '999' }), 2);
    assert.equal(cost(3, { $top: '19' }), 2);
    assert.equal(cost(1, { $expand: 'members' }), 2);
    assert.equal(cost(1, { $select: 'id', $top: '1' }), 1);
    assert.equal(cost(5, { $select: 'id' }, 'POST'), 2);
    assert.deepEqual([bucketSize(49), bucketSize(50), bucketSize(501)], [3500, 5000, 8000]);
  });

  it('refuses when the bucket is dry, and refills with time', () => {
    const settings = { ...defaultSettings(), throttling: true, resourceUnitsPer10s: 10 };
    const throttle = createThrottle('t', settings, () => 1);
    throttle.spend('app', 10, 0);
    assert.throws(
      () => throttle.spend('app', 1, 0),
      (error) => error instanceof GraphError && error.status === 429,
    );
    assert.deepEqual(throttle.spend('other', 1, 0), {});
    assert.deepEqual(throttle.spend('app', 1, 10_000), {});
  });
});

describe('local tenant: faults', () => {
  const target = { method: 'GET', url: '/users?$top=5', page: 2 };

  it('matches path, page and method, and ends after its times', () => {
    const faults = createFaults();
    const fault = faults.add(
      newFault.parse({ kind: 'reset', match: { path: '^/users', page: 2, method: 'get' }, times: 2 }),
    );
    assert.equal(faults.find(['reset'], { ...target, page: 1 }), undefined);
    assert.equal(faults.find(['reset'], { ...target, url: '/groups' }), undefined);
    assert.equal(faults.find(['silent'], target), undefined);
    assert.equal(faults.find(['reset'], target), fault);
    faults.serve(fault);
    faults.serve(fault);
    assert.equal(faults.find(['reset'], target), undefined);
    assert.deepEqual([fault.served, fault.remaining], [2, 0]);
  });

  it('stays until removed with times 0', () => {
    const faults = createFaults();
    const fault = faults.add(newFault.parse({ kind: 'slow', times: 0 }));
    faults.serve(fault);
    assert.equal(faults.find(['slow'], target), fault);
    assert.equal(faults.remove(fault.id), true);
    assert.equal(faults.find(['slow'], target), undefined);
  });

  it('refuses expressions that are none', () => {
    assert.equal(newFault.safeParse({ kind: 'slow', match: { path: '(' } }).success, false);
  });
});

describe('local tenant: scopes and journal', () => {
  const graph = ['https://graph.microsoft.com', 'https://localhost:3980'];

  it('reads resource and permissions', () => {
    assert.deepEqual(parseScopes('openid https://graph.microsoft.com/User.Read.All Domain.Read.All', graph), {
      audience: 'https://graph.microsoft.com',
      isGraph: true,
      wantsAll: false,
      permissions: ['User.Read.All', 'Domain.Read.All'],
      openId: ['openid'],
    });
    assert.equal(parseScopes('https://localhost:3980/.default', graph).audience, 'https://localhost:3980');
    assert.equal(parseScopes('https://api.botframework.com/.default', graph).isGraph, false);
  });

  it('refuses mixtures and unknown resources', () => {
    for (const text of [
      '',
      'https://graph.microsoft.com/.default User.Read',
      'https://x.example/.default',
      'https://api.botframework.com/a User.Read',
    ]) {
      assert.throws(() => parseScopes(text, graph), SignInError, text);
    }
  });

  it('reads a journal up to the line that a crash cut off', () => {
    const header = '{"version":1,"seed":"s","users":1,"groups":1,"memberships":null,"madeAtMs":5}';
    const line = '{"atMs":7,"action":{"do":"delete","id":"x"}}';
    assert.equal(parseJournal(`${header}\n${line}\n{"atMs":8,"act`)?.lines.length, 1);
    assert.equal(parseJournal('nonsense'), undefined);
  });
});
