// Watches over credentials while nobody uses them: tries each once a week, failed ones every hour, and says in time when
// one is about to end. Of several processes one does the work. How a test is made is test-credential.ts's business.
import type { Clock } from '../ambient.ts';
import type { AuditEnd, AuditTrail } from '../audit-trail.ts';
import { parseCredentialId, type Credential } from '../directory/credential.ts';
import type { CredentialStore, SecretExpiry } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { NoticeStore } from '../directory/notice.ts';
import type { ClaimStore } from '../directory/people-store.ts';
import type { Log, LogFields } from '../log.ts';
import { lineOf, testEnd } from './audit-lines.ts';
import { accountKey, hasFailed, isClosed } from './candidates.ts';
import type { HealthKeeper } from './health.ts';
import type { CredentialTester } from './test-credential.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PERIOD_MS = 60_000;
/** Longer than a test, shorter than the wait for the next one. */
const CLAIM_MS = HOUR_MS / 2;
const DRILL_MS = 7 * DAY_MS;
const SOON_MS = 5 * PERIOD_MS;

/** Days before the end at which people are told. */
export const NOTICE_DAYS = [30, 14, 7, 1] as const;

interface Options {
  readonly credentials: Pick<CredentialStore, 'listAll' | 'setExpiry'>;
  readonly claims: ClaimStore;
  readonly notices: NoticeStore;
  readonly tester: CredentialTester;
  readonly people: Pick<AuditTrail, 'audited'>;
  readonly health: Pick<HealthKeeper, 'peopleToTell' | 'tellNews'>;
  readonly allowedTenants: ReadonlySet<TenantId>;
  /** When what the app signs in with ends, by the settings of this process. */
  readonly appExpiry: SecretExpiry;
  readonly clock: Clock;
  readonly log: Log;
}

/** Begins to watch; the returned function ends it. A failure is logged, and the next round tries again. */
export function startWatch(options: Options): () => void {
  const { clock, log } = options;
  let busy = false;
  return clock.every(PERIOD_MS, () => {
    if (busy) return;
    busy = true;
    goRound(options)
      .catch((error: unknown) => log.warn('credential.watch-failed', {}, error))
      .finally(() => {
        busy = false;
      });
  });
}

async function goRound(options: Options): Promise<void> {
  const { credentials, log, allowedTenants } = options;
  await alone(log, {}, () => options.health.tellNews());
  const all = (await credentials.listAll()).filter(({ tenantId }) => allowedTenants.has(tenantId));
  for (const tenantId of new Set(all.map((one) => one.tenantId)))
    await alone(log, { tenantId }, () =>
      watchApp(
        options,
        tenantId,
        all.filter((one) => one.tenantId === tenantId),
      ),
    );
  for (const credential of all)
    await alone(log, { tenantId: credential.tenantId, credentialId: credential.id }, async () => {
      if (credential.kind === 'delegated') await watchAccount(options, credential);
      await testWhenDue(options, credential);
    });
  log.debug('credential.round-ended', { credentials: all.length });
}

/** The trouble of one keeps nobody else from being looked after. */
async function alone(log: Log, fields: LogFields, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn('credential.watch-failed', fields, error);
  }
}

async function testWhenDue(options: Options, credential: Credential): Promise<void> {
  const { claims, tester, clock, log } = options;
  const now = clock.now();
  if (!isTestDue(credential, now)) return;
  const until = new Date(now.getTime() + CLAIM_MS);
  if (!(await claims.claim(testKeyOf(credential), until, now))) return;
  const { health, tenantId, id: credentialId } = credential;
  log.info('credential.test-begun', { tenantId, credentialId, state: health.state });
  await options.people.audited(
    lineOf(credential, 'credential.tested', null, null),
    () => tester.testWithSiblings(credential),
    (tested) => decideTestLine(credential, tested),
  );
}

/** Failed ones of an account are tested together, so that they are claimed together. */
const testKeyOf = (credential: Credential): string =>
  `credential-test/${hasFailed(credential) ? `${credential.tenantId}/${accountKey(credential)}` : credential.id}`;

/** A failed one is tried every hour: that it still fails is no news. */
function decideTestLine(credential: Credential, tested: Credential | null): AuditEnd | null {
  const stillFails = hasFailed(credential) && tested !== null && hasFailed(tested);
  return stillFails ? null : testEnd(credential, tested);
}

/**
 * Weekly for those that work, used or not; hourly for those that do not or could not be opened; and soon for those that
 * could not be tried when they were authorized: nobody shall wait for Microsoft's fault to be over.
 */
export function isTestDue(credential: Credential, now: Date): boolean {
  const { health, lastTestedAt, authorizedAt } = credential;
  const last = Math.max(
    (lastTestedAt ?? authorizedAt).getTime(),
    health.state === 'failed' ? health.since.getTime() : 0,
    health.state === 'untested' ? authorizedAt.getTime() : 0,
  );
  const often = health.state === 'failed' || isClosed(credential) ? HOUR_MS : DRILL_MS;
  return now.getTime() - last >= (health.state === 'untested' ? SOON_MS : often);
}

/**
 * The notice that is due: the last of the days that has come. Null before the first, and after the end. What lasts for
 * `periodMs` only is announced on the days that are shorter: the others have come with the sign-in already.
 */
export function decideExpiryNotice(
  expiresAt: Date,
  now: Date,
  periodMs: number | null = null,
): { readonly threshold: number; readonly daysLeft: number } | null {
  const daysLeft = Math.ceil((expiresAt.getTime() - now.getTime()) / DAY_MS);
  const days = NOTICE_DAYS.filter((one) => periodMs === null || one * DAY_MS < periodMs);
  const threshold = days.reverse().find((one) => daysLeft <= one);
  return threshold === undefined || daysLeft <= 0 ? null : { threshold, daysLeft };
}

async function watchAccount(options: Options, credential: Credential): Promise<void> {
  const { tenantId, id, expiryOf, signInPeriodMs } = credential;
  if (hasFailed(credential)) return;
  const periodMs = expiryOf === 'signInFrequency' ? signInPeriodMs : null;
  await tellExpiry(options, credential, `${tenantId}/${id}`, periodMs);
}

/** What the app proves itself with: without it no account works either, whether the app itself was authorized or not. */
async function watchApp(options: Options, tenantId: TenantId, its: readonly Credential[]): Promise<void> {
  const kept = its.find(({ kind }) => kind === 'application');
  const [first] = its;
  if (first === undefined) return;
  const app = kept ? await withCurrentExpiry(options, kept) : theApp(first, options.appExpiry);
  await tellExpiry(options, app, `${tenantId}/app`, null);
}

/** The app as it signs in for accounts, where nobody authorized it to read by itself. */
const theApp = (first: Credential, expiry: SecretExpiry): Credential => ({
  ...first,
  ...{ id: parseCredentialId('app'), grant: 'everything', kind: 'application', account: null, position: 0 },
  ...{ signInPeriodMs: null, health: { state: 'untested' } },
  ...expiry,
});

async function tellExpiry(
  { notices, clock, health }: Options,
  credential: Credential,
  what: string,
  periodMs: number | null,
): Promise<void> {
  const { tenantId, expiresAt } = credential;
  if (expiresAt === null) return;
  const due = decideExpiryNotice(expiresAt, clock.now(), periodMs);
  if (due === null) return;
  const { threshold, daysLeft } = due;
  const key = `expiring/${what}/${expiresAt.toISOString()}/${threshold}`;
  const people = await health.peopleToTell(tenantId);
  await notices.tell({ kind: 'expiring', key, tenantId, people, credential, daysLeft }, clock.now());
}

/** The app's secret is replaced in the settings, without anybody authorizing anew. */
async function withCurrentExpiry(
  { credentials, appExpiry }: Options,
  credential: Credential,
): Promise<Credential> {
  const { tenantId, id, expiresAt, expiryOf } = credential;
  const same = expiresAt?.getTime() === appExpiry.expiresAt?.getTime() && expiryOf === appExpiry.expiryOf;
  if (same) return credential;
  await credentials.setExpiry(tenantId, id, appExpiry);
  return { ...credential, ...appExpiry };
}
