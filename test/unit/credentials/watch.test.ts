// The round that looks after credentials, through its ports: what is tested, what is told, and that one's trouble is
// nobody else's.
import assert from 'node:assert/strict';
import { startWatch } from '../../../services/credentials/watch.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import type { ServiceNotice } from '../../../services/directory/notice.ts';
import { AppError } from '../../../services/errors.ts';
import { aCredential, FAILED, SOME_TIME } from '../../support/a-credential.ts';
import { createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const DAY_MS = 86_400_000;
const AWAY = () => new AppError('database-refused');

/** One round over these, at `now`. `broken`: the port of which each call fails. */
async function goRound(
  all: readonly Credential[],
  { appEnds = null, now = SOME_TIME, broken = null }: Partial<Settings> = {},
) {
  const seen = { tested: [] as string[], told: [] as ServiceNotice[], warned: 0, lines: [] as unknown[] };
  const claims = new Set<string>();
  const rounds: (() => void)[] = [];
  const [tenantId] = all.map((one) => one.tenantId);
  assert.ok(tenantId);
  const log = {
    ...quietLog(),
    warn: () => {
      seen.warned++;
    },
  };
  const stop = startWatch({
    credentials: { listAll: () => Promise.resolve(all), setExpiry: () => Promise.resolve() },
    claims: {
      claim: (key) => Promise.resolve(!claims.has(key) && claims.add(key).size > 0),
    },
    notices: {
      tell: (notice) => {
        if (broken === 'notices') return Promise.reject(AWAY());
        seen.told.push(notice);
        return Promise.resolve();
      },
      amend: () => Promise.resolve(),
      take: () => Promise.resolve(null),
      place: () => Promise.resolve(),
      awaitChat: () => Promise.resolve(),
      wake: () => Promise.resolve(),
    },
    tester: {
      test: () => Promise.resolve(null),
      testWithSiblings: (credential) => {
        seen.tested.push(credential.id);
        return broken === 'tests' ? Promise.reject(AWAY()) : Promise.resolve(credential);
      },
    },
    people: {
      audited: async (_, work, end) => {
        const done = await work();
        seen.lines.push(end(done));
        return done;
      },
    },
    health: {
      peopleToTell: () => Promise.resolve(['anna']),
      tellNews: () => (broken === 'news' ? Promise.reject(AWAY()) : Promise.resolve()),
    },
    allowedTenants: new Set([tenantId]),
    appExpiry: { expiresAt: appEnds, expiryOf: appEnds && 'clientSecret' },
    clock: {
      ...createSteppingClock(),
      now: () => now,
      every: (_, round) => {
        rounds.push(round);
        return () => undefined;
      },
    },
    log,
  });
  rounds.forEach((round) => round());
  // All ports answer at once: a turn of the event loop later the round is over.
  await new Promise((resolve) => setImmediate(resolve));
  stop();
  return seen;
}

interface Settings {
  readonly appEnds: Date | null;
  readonly now: Date;
  readonly broken: 'notices' | 'tests' | 'news' | null;
}
const after = (days: number) => new Date(SOME_TIME.getTime() + days * DAY_MS);
const expiring = (told: readonly ServiceNotice[]) =>
  told.map((one) => one.kind === 'expiring' && [one.credential.kind, one.credential.expiryOf, one.daysLeft]);

describe('credentials: the watch', () => {
  it('tells of the end of the secret where only accounts are connected, once for the tenant', async () => {
    const accounts = [aCredential('anna'), aCredential('bob', 'groups')];
    const { told } = await goRound(accounts, { appEnds: after(6) });
    assert.deepEqual(expiring(told), [['application', 'clientSecret', 6]]);
    const both = await goRound([...accounts, aCredential('app', 'everything')], { appEnds: after(6) });
    assert.deepEqual(
      both.told.map(({ key }) => key),
      told.map(({ key }) => key),
      'the same, with the app',
    );
    const failed = aCredential('app', 'everything', { health: FAILED });
    assert.equal((await goRound([failed], { appEnds: after(6) })).told.length, 1, 'accounts need it still');
  });

  it('does not tell of an end that has come with the sign-in already', async () => {
    const every = (days: number, now: Date) =>
      goRound(
        [
          aCredential('anna', 'users', {
            ...{ signInPeriodMs: days * DAY_MS, expiresAt: after(days), expiryOf: 'signInFrequency' },
          }),
        ],
        { now },
      );
    for (const days of [0.5, 1, 7, 30]) assert.deepEqual((await every(days, SOME_TIME)).told, [], `${days}`);
    assert.deepEqual(expiring((await every(7, after(6))).told), [['delegated', 'signInFrequency', 1]]);
    assert.deepEqual(expiring((await every(30, after(16))).told), [['delegated', 'signInFrequency', 14]]);
  });

  it('tests what failed of one account once, however much it is for', async () => {
    const account = { objectId: 'one', displayName: 'One', userPrincipalName: 'one' };
    const failed = (['users', 'groups', 'domains'] as const).map((grant) =>
      aCredential(grant, grant, { account, health: FAILED }),
    );
    const other = aCredential('other', 'users', { health: FAILED });
    const { tested } = await goRound([...failed, other], { now: after(1) });
    assert.deepEqual(tested, ['users', 'other']);
  });

  for (const broken of ['notices', 'tests', 'news'] as const)
    it(`goes on with the others when ${broken} fail`, async () => {
      const due = { lastTestedAt: SOME_TIME, expiresAt: after(8), expiryOf: 'idleRefreshToken' } as const;
      const all = [aCredential('anna', 'users', due), aCredential('bob', 'groups', due)];
      const { tested, told, warned } = await goRound(all, { now: after(7.5), broken });
      assert.ok(warned > 0);
      if (broken === 'tests') assert.equal(tested.length, 2);
      if (broken !== 'notices') assert.equal(told.length, 2);
      if (broken === 'news') assert.deepEqual(tested, ['anna', 'bob']);
    });

  it('records a test that did not take place as not done', async () => {
    const { lines } = await goRound([aCredential('anna')], { now: after(8) });
    assert.deepEqual(lines, [{ before: 'good', after: 'not-finished', result: 'failed' }]);
  });
});
