// Keeps what is found out about credentials, and tells people when one stops or starts working: once for each
// account, however many of its credentials fail together. Finds out nothing itself.
import type { Clock } from '../ambient.ts';
import type { Credential } from '../directory/credential.ts';
import type { CredentialStore, Finding } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { NoticeStore } from '../directory/notice.ts';
import type { Log } from '../log.ts';
import type { PeopleService } from '../people.ts';
import { accountKey, hasFailed } from './candidates.ts';
import { grantsOf, incidentKey, incidentOf, openIncidents, type Incident } from './incident.ts';
import { describeFailure } from './problems.ts';

export interface HealthKeeper {
  /** Notes the finding; null when the credential is gone or authorized anew. Throws `database-…`. */
  record(credential: Credential, finding: Finding, how: 'use' | 'test'): Promise<Credential | null>;
  /** Notes that Microsoft refused for good. Never throws: a run goes on without the note. */
  recordFailure(credential: Credential, error: unknown, how: 'use' | 'test'): Promise<void>;
  /** A failed credential was authorized anew, or removed. */
  resolve(failed: Credential, how?: 'works' | 'removed'): Promise<void>;
  /** Who hears of trouble: everybody who authorized, and the owners. */
  peopleToTell(tenantId: TenantId): Promise<readonly string[]>;
}

interface Options {
  readonly credentials: CredentialStore;
  readonly notices: NoticeStore;
  readonly people: Pick<PeopleService, 'listPeople'>;
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
    if (after.health.state === 'failed' && before.state !== 'failed') await tellFailure(after);
    if (after.health.state !== 'failed' && before.state === 'failed')
      await tellRecovery(after, before.since, 'works');
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

  async function tellFailure(failed: Credential): Promise<void> {
    const { tenantId } = failed;
    const incident = incidentOf(failed, await credentials.list(tenantId));
    await notices.tell(noticeOf(tenantId, incident, await peopleToTell(tenantId)), clock.now());
  }

  /** What people were told of other accounts may have become better: somebody is there to carry on. */
  async function correctOthers(works: Credential): Promise<void> {
    const { tenantId } = works;
    for (const incident of openIncidents(await credentials.list(tenantId)))
      if (accountKey(incident.failed) !== accountKey(works))
        await notices.amend(noticeOf(tenantId, incident, []), clock.now());
  }

  async function tellRecovery(credential: Credential, since: Date, how: 'works' | 'removed'): Promise<void> {
    const { tenantId } = credential;
    const all = await credentials.list(tenantId);
    const still = all.filter(
      (other) =>
        other.id !== credential.id && hasFailed(other) && accountKey(other) === accountKey(credential),
    );
    // Over when the last credential of the account works again.
    if (still.length > 0) return;
    const key = incidentKey(credential, since);
    const grants = grantsOf(credential, all);
    await notices.amend(
      { kind: 'recovered', how, key, tenantId, people: [], credential, grants },
      clock.now(),
    );
  }

  return {
    peopleToTell,
    record: (credential, finding, how) => inTurn(() => record(credential, finding, how)),
    recordFailure: async (credential, error, how) => {
      const problem = describeFailure(error, clock.now(), options.egressAddresses);
      try {
        await inTurn(() => record(credential, { state: 'failed', problem }, how));
      } catch (failure) {
        log.error('credential.failure-not-noted', { credentialId: credential.id }, failure);
      }
    },
    resolve: (failed, how = 'works') =>
      inTurn(async () => {
        if (failed.health.state === 'failed') await tellRecovery(failed, failed.health.since, how);
      }),
  };
}
