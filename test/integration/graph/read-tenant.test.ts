// Reads a whole local tenant, first honestly, then with each fault that it can play.
import assert from 'node:assert/strict';
import { z } from 'zod';
import { proveCoverage, type Coverage, type ListObservation } from '../../../services/directory/evidence.ts';
import type { GroupFacts } from '../../../services/directory/group.ts';
import { parseObjectId, parseTenantId, type ObjectId } from '../../../services/directory/ids.ts';
import type { MembersRead, Source } from '../../../services/directory/source.ts';
import { AppError } from '../../../services/errors.ts';
import { openTenant, PERMISSIONS, type OpenTenant } from './open-tenant.ts';

const signal = () => new AbortController().signal;

async function readUsers(
  source: Source,
): Promise<{ ids: Set<string>; observation: ListObservation; coverage: Coverage }> {
  const ids = new Set<string>();
  const observation = await source.readUsers((page) => {
    for (const { objectId } of page.sightings) ids.add(objectId);
  }, signal());
  return { ids, observation, coverage: proveCoverage(observation) };
}

async function readGroups(
  source: Source,
): Promise<{ groups: Map<ObjectId, GroupFacts>; coverage: Coverage }> {
  const groups = new Map<ObjectId, GroupFacts>();
  const observation = await source.readGroups((page) => {
    for (const { objectId, evidence } of page.sightings)
      if (evidence.kind === 'seen') groups.set(objectId, evidence.facts);
  }, signal());
  return { groups, coverage: proveCoverage(observation) };
}

async function readMembers(source: Source, ids: Iterable<ObjectId>): Promise<Map<ObjectId, MembersRead>> {
  const reads = new Map<ObjectId, MembersRead>();
  await source.readMembers([...ids], (read) => reads.set(read.groupId, read), signal());
  return reads;
}

describe('reading a local tenant', function () {
  this.timeout(60_000);
  let open: OpenTenant;
  let all: Set<string>;
  let groups: Map<ObjectId, GroupFacts>;

  before(async () => {
    open = await openTenant({ users: 2500, groups: 60 });
    const source = open.source();
    all = (await readUsers(source)).ids;
    ({ groups } = await readGroups(source));
  });
  after(() => open.close());
  afterEach(() => open.clearFaults());

  it('reads everything and can prove it', async () => {
    const source = open.source();
    const [users, read, domains] = await Promise.all([
      readUsers(source),
      readGroups(source),
      source.readDomains(signal()),
    ]);
    assert.equal(users.coverage.kind, 'complete');
    assert.equal(read.coverage.kind, 'complete');
    assert.equal(proveCoverage(domains.observation).kind, 'complete');
    assert.equal(domains.domains.filter((domain) => domain.isDefault).length, 1);
    assert.ok(users.ids.size >= 2500);
    const members = await readMembers(source, read.groups.keys());
    assert.equal(members.size, read.groups.size);
    for (const [id, { observation }] of members)
      assert.equal(proveCoverage(observation).kind, 'complete', `${id}: ${JSON.stringify(observation)}`);
    const rows = [...members.values()].map(({ observation }) => observation.rows);
    const { memberships } = z.object({ memberships: z.number() }).parse(await open.control('GET', '/stats'));
    assert.equal(
      rows.reduce((sum, count) => sum + count, 0),
      memberships,
    );
    assert.ok(
      Math.max(...rows) > 999,
      'one group is larger than a page, so that links in batches were followed',
    );
    const { requests, resourceUnits, throttled } = source.costs();
    assert.ok(requests < 120, String(requests));
    assert.ok(resourceUnits > 0);
    assert.equal(throttled, 0);
    const kinds = new Set([...read.groups.values()].map((group) => group.kind));
    assert.deepEqual([...kinds].sort(), ['distribution', 'mailEnabledSecurity', 'microsoft365', 'security']);
  });

  it('takes delta tokens', async () => {
    const tokens = await open.source().takeDeltaTokens(signal());
    for (const token of Object.values(tokens))
      assert.match(token, /^https:\/\/localhost:\d+\/v1\.0\/(users|groups)\/delta\?/);
  });

  it('leaves groups with hidden membership alone without the permission for them', async () => {
    const source = open.source(PERMISSIONS.filter((permission) => permission !== 'Member.Read.Hidden'));
    await readGroups(source);
    const members = await readMembers(source, groups.keys());
    const partial = [...members]
      .filter(([, read]) => proveCoverage(read.observation).kind === 'partial')
      .map(([id]) => id);
    const hidden = [...groups].filter(([, facts]) => facts.hiddenMembership).map(([id]) => id);
    assert.ok(hidden.length > 0, 'the tenant has such groups');
    assert.deepEqual(partial.sort(), hidden.sort());
  });

  it('reads the domains from the organization without the permission for domains', async () => {
    const { domains, observation } = await open
      .source(PERMISSIONS.filter((permission) => permission !== 'Domain.Read.All'))
      .readDomains(signal());
    assert.equal(proveCoverage(observation).kind, 'complete');
    assert.ok(domains.length > 1);
  });

  it('has read nothing without any permission', async () => {
    const source = open.source([]);
    const { ids, observation } = await readUsers(source);
    assert.equal(ids.size, 0);
    assert.deepEqual(observation.failure, { kind: 'notRead', code: 'graph-forbidden' });
  });

  it('tells gone from existing', async () => {
    const [one, two] = [...all].map(parseObjectId);
    assert.ok(one && two);
    await open.control('POST', `/users/${one}/delete`);
    const witnesses = await open.source().confirmGone('user', [one, two], signal());
    await open.control('POST', `/users/${one}/restore`);
    assert.deepEqual([...witnesses.values()].sort(), ['exists', 'gone']);
    assert.equal(witnesses.get(one), 'gone');
  });

  describe('of a list with a fault', () => {
    const users = { path: '/users\\?' };
    const second = { ...users, page: 2 };
    /** Silence must be waited for; nothing else may time out on a busy machine. */
    const timeoutFor = (fault: object) => (JSON.stringify(fault).includes('silent') ? 800 : undefined);
    const recovered: readonly (readonly [string, object])[] = [
      [
        'throttled with a fraction of a second',
        { kind: 'throttle', match: second, options: { retryAfter: 0.2 } },
      ],
      ['unavailable on page 3', { kind: 'unavailable', match: { ...users, page: 3 } }],
      ['500 on page 2', { kind: 'unavailable', match: second, options: { status: 500 } }],
      ['cut off', { kind: 'truncated-json', match: second }],
      ['page token expired', { kind: 'expired-page-token', match: users }],
      ['connection reset', { kind: 'reset', match: second }],
      ['HTML from a gateway', { kind: 'html-error', match: second }],
      ['unauthorized in the middle', { kind: 'unauthorized', match: second }],
      ['slow', { kind: 'slow', match: second, options: { ms: 300 } }],
      ['silent once', { kind: 'silent', match: second }],
    ];
    for (const [name, fault] of recovered)
      it(`${name}: recovers, complete`, async () => {
        await open.fault(fault);
        const { ids, coverage } = await readUsers(open.source(PERMISSIONS, timeoutFor(fault)));
        assert.deepEqual(await open.clearFaults(), [1]);
        assert.equal(coverage.kind, 'complete');
        assert.deepEqual(ids, all);
      });

    const partial: readonly (readonly [string, object, string])[] = [
      [
        '500 for ever',
        { kind: 'unavailable', match: second, times: 0, options: { status: 500 } },
        'graph-unavailable',
      ],
      ['cut off for ever', { kind: 'truncated-json', match: second, times: 0 }, 'graph-bad-answer'],
      [
        'page tokens expire for ever',
        { kind: 'expired-page-token', match: users, times: 0 },
        'graph-page-expired',
      ],
      ['nulls on a page', { kind: 'null-properties', match: second }, 'propertiesHidden'],
      ['forbidden', { kind: 'forbidden', match: users }, 'graph-forbidden'],
      ['forbidden in the middle', { kind: 'forbidden', match: second }, 'graph-forbidden'],
      ['reset for ever', { kind: 'reset', match: second, times: 0 }, 'graph-unreachable'],
      ['HTML for ever', { kind: 'html-error', match: second, times: 0 }, 'graph-unavailable'],
      ['empty', { kind: 'empty', match: users }, 'countDisagrees'],
      [
        'an empty page in the middle',
        { kind: 'empty', match: second, options: { keepNextLink: true } },
        'countDisagrees',
      ],
      ['a repeated page', { kind: 'repeated-page', match: second, times: 0 }, 'graph-bad-answer'],
      ['a foreign next link', { kind: 'foreign-next-link', match: users }, 'graph-bad-answer'],
      ['a wrong count', { kind: 'count-mismatch', match: users }, 'countDisagrees'],
      ['a lost next link', { kind: 'lost-next-link', match: second }, 'countDisagrees'],
      ['silent for ever', { kind: 'silent', match: second, times: 0 }, 'graph-timeout'],
    ];
    for (const [name, fault, gap] of partial)
      it(`${name}: partial, and says why`, async () => {
        await open.fault(fault);
        const { coverage } = await readUsers(open.source(PERMISSIONS, timeoutFor(fault)));
        const served = await open.clearFaults();
        assert.ok((served[0] ?? 0) > 0, 'the fault was played');
        const why = coverage.kind === 'partial' ? coverage.gap : null;
        assert.equal(why && 'code' in why ? why.code : why?.kind, gap);
      });

    it('unauthorized for ever: ends the run', async () => {
      await open.fault({ kind: 'unauthorized', match: second, times: 0 });
      await assert.rejects(
        readUsers(open.source()),
        (error) => error instanceof AppError && error.code === 'graph-unauthorized',
      );
    });
  });

  describe('of members with a fault', () => {
    const members = { path: '/groups/[^/]+/members' };
    const recovered: readonly (readonly [string, object])[] = [
      ['parts throttled', { kind: 'throttle', match: members, times: 7, options: { retryAfter: 0.2 } }],
      ['parts unavailable', { kind: 'unavailable', match: members, times: 3 }],
      ['the whole batch reset', { kind: 'reset', match: { path: '\\$batch' } }],
      ['the whole batch unauthorized', { kind: 'unauthorized', match: { path: '\\$batch' } }],
    ];
    for (const [name, fault] of recovered)
      it(`${name}: recovers, complete`, async () => {
        await open.fault(fault);
        const source = open.source();
        const reads = await readMembers(source, groups.keys());
        assert.ok(((await open.clearFaults())[0] ?? 0) > 0, 'the fault was played');
        for (const [id, read] of reads) assert.equal(proveCoverage(read.observation).kind, 'complete', id);
        assert.ok(source.costs().retried > 0);
      });

    const partial: readonly (readonly [string, object])[] = [
      ['forbidden', { kind: 'forbidden', match: members }],
      ['500 for ever', { kind: 'unavailable', match: members, times: 4, options: { status: 500 } }],
      ['a wrong count', { kind: 'count-mismatch', match: members }],
    ];
    for (const [name, fault] of partial)
      it(`${name}: never complete where it struck, and blocks no other group`, async () => {
        await open.fault(fault);
        const reads = await readMembers(open.source(), groups.keys());
        assert.ok(((await open.clearFaults())[0] ?? 0) > 0, 'the fault was played');
        assert.equal(reads.size, groups.size);
        const truth = await readMembers(open.source(), groups.keys());
        for (const [id, read] of reads)
          if (proveCoverage(read.observation).kind === 'complete')
            assert.equal(read.members.length, truth.get(id)?.members.length, id);
      });
  });

  describe('signing in', () => {
    const tenantId = () => parseTenantId(open.tenant.tenantId);
    it('gets a token and keeps it', async () => {
      const tokens = open.tokens();
      const token = await tokens.accessToken(tenantId(), signal());
      assert.equal(await tokens.accessToken(tenantId(), signal()), token);
    });

    it('says which code a wrong secret gives', async () => {
      await assert.rejects(
        open.tokens(PERMISSIONS, 'wrong').accessToken(tenantId(), signal()),
        (error) =>
          error instanceof AppError && error.code === 'sign-in-failed' && error.details.aadsts === 7000215,
      );
    });

    it('says which code an expired secret gives, through the source', async () => {
      await open.fault({ kind: 'sign-in-error', options: { code: 7000222 } });
      await assert.rejects(
        readUsers(open.source()),
        (error) =>
          error instanceof AppError && error.code === 'sign-in-failed' && error.details.aadsts === 7000222,
      );
    });
  });

  it('stops at once when it is cancelled in the middle', async () => {
    await open.fault({ kind: 'slow', match: { path: '/users\\?', page: 2 }, options: { ms: 1200 } });
    const controller = new AbortController();
    const reason = new Error('stopped');
    const read = open.source().readUsers(() => controller.abort(reason), controller.signal);
    await assert.rejects(read, (error) => error === reason);
  });
});
