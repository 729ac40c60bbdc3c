// Keeps what is found out about credentials, and tells people when one stops or starts working: once for each
// account, however many of its credentials fail together. Finds out nothing itself.
import type { Clock } from '../ambient.ts';
import type { Credential } from '../directory/credential.ts';
import type { CredentialNews, CredentialStore, Finding } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { NoticeStore } from '../directory/notice.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import { failureLines, recoveryLine } from './audit-lines.ts';
import { accountKey, hasFailed, isOperatorTrouble } from './candidates.ts';
import { grantsOf, incidentKey, incidentOf, openIncidents, type Incident } from './incident.ts';
import { learnSignInPeriod } from './expiry.ts';
import { describeFailure } from './problems.ts';

export interface HealthKeeper {
  /** Notes the finding; null when the credential is gone or authorized anew. Throws `database-…`. */
  record(credential: Credential, finding: Finding, how: 'use' | 'test'): Promise<Credential | null>;
  /**
   * Notes that Microsoft refused for good; where only the operator can help, as a warning, because it is not the
   * account's fault. Never throws: a run goes on without the note.
   */
  recordFailure(credential: Credential, error: unknown, how: 'use' | 'test'): Promise<void>;
  /** Tells what is known and was not told: the process that found it out may have ended. Throws `database-…`. */
  tellNews(): Promise<void>;
  /** Who hears of trouble: everybody who authorized, and the owners. */
  peopleToTell(tenantId: TenantId): Promise<readonly string[]>;
}

interface Options {
  readonly credentials: CredentialStore;
  readonly notices: NoticeStore;
  readonly people: Pick<PeopleService, 'listPeople' | 'recordAudit'>;
  readonly egressAddresses: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** The keeper of this process. */
export function createHealthKeeper(options: Options): HealthKeeper {
  const { credentials, notices, clock, log } = options;
  /** One after the other: which failure came first decides the key of the notice. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work, work);
    queue = done.catch(() => undefined);
    return done;
  };

  const peopleToTell = async (tenantId: TenantId): Promise<readonly string[]> => {
    const [all, people] = await Promise.all([
      credentials.list(tenantId),
      options.people.listPeople(tenantId),
    ]);
    const owners = people.filter(({ role }) => role === 'owner').map(({ objectId }) => objectId);
    const ids = [...all.map(({ authorizedBy }) => authorizedBy.objectId), ...owners];
    return [...new Set(ids.map((id) => id.toLowerCase()))];
  };

  async function record(
    credential: Credential,
    finding: Finding,
    how: 'use' | 'test',
  ): Promise<Credential | null> {
    const { tenantId, id, authorizedAt } = credential;
    const found = await credentials.recordFinding(tenantId, id, finding, clock.now(), how, authorizedAt);
    if (found === null) return null;
    const { before, after } = found;
    if (before.state !== after.health.state)
      log.info('credential.health-changed', {
        ...{ tenantId, credentialId: id, grant: after.grant, how },
        ...{ before: before.state, after: after.health.state },
        problem: 'problem' in after.health ? after.health.problem.code : null,
      });
    await tellNews();
    if (after.health.state !== 'failed' && ['failed', 'untested'].includes(before.state))
      await correctOthers(after);
    return after;
  }

  const noticeOf = (tenantId: TenantId, incident: Incident, people: readonly string[]) =>
    ({
      // The worse news stays: that something is left to nobody.
      kind: incident.takeovers.some(({ carriesOn }) => carriesOn === null) ? 'lastFailed' : 'failedOver',
      ...{ ...incident, tenantId, people },
    }) as const;

  async function tellNews(): Promise<void> {
    const troubles: unknown[] = [];
    for (const one of await credentials.listNews())
      // What cannot be told of one is no reason to keep the others' news.
      await tell(one).catch((error: unknown) => {
        troubles.push(error);
      });
    if (troubles.length > 0) throw toAppError(troubles[0]);
  }

  async function tell(one: CredentialNews): Promise<void> {
    if (one.news === 'failed') return tellFailure(one);
    if (one.news === 'recovered') return tellRecovery(one);
    await tellEnd(one.credential, one.incident, 'removed');
    await credentials.markNewsTold(one);
  }

  async function tellFailure({ credential, incident: own }: CredentialNews): Promise<void> {
    const { tenantId, id } = credential;
    const all = await credentials.list(tenantId);
    const failed = all.find((one) => one.id === id);
    if (!failed || !hasFailed(failed)) return;
    const incident = incidentOf(failed, all);
    // All credentials of the account name the same incident: whichever recovers last ends it.
    if (incident.since < own) await credentials.joinIncident(tenantId, id, incident.since);
    await notices.tell(noticeOf(tenantId, incident, await peopleToTell(tenantId)), clock.now());
    for (const line of failureLines(failed, incident)) await options.people.recordAudit(line);
    await credentials.markNewsTold({ credential, news: 'failed', incident: incident.since });
  }

  /** What people were told of other accounts may have become better: somebody is there to carry on. */
  async function correctOthers(works: Credential): Promise<void> {
    const { tenantId } = works;
    for (const incident of openIncidents(await credentials.list(tenantId)))
      if (accountKey(incident.failed) !== accountKey(works))
        await notices.amend(noticeOf(tenantId, incident, []), clock.now());
  }

  /** Over when the last credential of the account works again: until then there is nothing to tell. */
  async function tellRecovery(news: CredentialNews): Promise<void> {
    const isOver = await tellEnd(news.credential, news.incident, 'works');
    await options.people.recordAudit(recoveryLine(news.credential, news.incident));
    if (isOver) await credentials.markNewsTold(news);
  }

  async function tellEnd(credential: Credential, incident: Date, how: 'works' | 'removed'): Promise<boolean> {
    const { tenantId } = credential;
    const all = await credentials.list(tenantId);
    const same = all.filter((one) => one.id !== credential.id && accountKey(one) === accountKey(credential));
    if (same.some(hasFailed)) return false;
    const key = incidentKey(credential, incident);
    const grants = grantsOf(credential, all);
    await notices.amend(
      { kind: 'recovered', how, key, tenantId, people: [], credential, grants },
      clock.now(),
    );
    return true;
  }

  return {
    peopleToTell,
    tellNews: () => inTurn(tellNews),
    record: (credential, finding, how) => inTurn(() => record(credential, finding, how)),
    recordFailure: async (credential, error, how) => {
      const { tenantId, id, authorizedAt } = credential;
      const problem = describeFailure(error, clock.now(), options.egressAddresses);
      try {
        const periodMs = learnSignInPeriod(credential, toAppError(error), clock.now());
        if (periodMs !== null) await credentials.setSignInPeriod(tenantId, id, periodMs);
        await inTurn(async () => {
          if (isOperatorTrouble(error)) await credentials.recordWarning(tenantId, id, problem, authorizedAt);
          else await record(credential, { state: 'failed', problem }, how);
        });
      } catch (failure) {
        log.error('credential.failure-not-noted', { credentialId: id }, failure);
      }
    },
  };
}
