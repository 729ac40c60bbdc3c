// What was found out about kept credentials, and what of it people have not been told: both in one write, by compare and
// set, so that neither a race nor a process that ends loses it. How it changes is decided by a pure function.
import type { Filter } from 'mongodb';
import { z } from 'zod';
import type { Credential, CredentialHealth, CredentialId } from '../directory/credential.ts';
import type { CredentialStore, Finding } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { CredentialDocument, CredentialsOf } from './credential-repository.ts';
import { healthSchema, storedCredential } from './parse-credential.ts';
import { converted } from './store-errors.ts';

type Health = Pick<
  CredentialStore,
  'recordFinding' | 'recordWarning' | 'listNews' | 'joinIncident' | 'markNewsTold'
>;

/** What is kept of the health of one credential. */
export interface KeptHealth {
  readonly health: CredentialHealth;
  readonly failedSince: Date | null;
  readonly news: CredentialDocument['news'];
}

const storedHealth = z.object({
  health: healthSchema,
  healthRevision: z.number(),
  failedSince: z.date().nullable(),
  news: z.enum(['failed', 'recovered', 'removed']).nullable(),
});
/** Not those of which only the news stands. */
export const KEPT = { removed: { $ne: true } } as const;
const HEALTH_ONLY = { projection: { health: 1, healthRevision: 1, failedSince: 1, news: 1 } };

/** Meetings of processes that find out about the same credential at once. */
const MEETINGS = 20;

/** An incident lasts until people were told of its end: failing again before that is the same incident. */
export function decideHealth(before: KeptHealth, finding: Finding, at: Date): KeptHealth {
  const { failedSince } = before;
  if (finding.state !== 'failed') {
    const health =
      finding.state === 'good'
        ? { state: finding.state }
        : { state: finding.state, problem: finding.problem };
    return { health, failedSince, news: failedSince === null ? null : 'recovered' };
  }
  const since = failedSince ?? at;
  return {
    health: { state: 'failed', problem: finding.problem, since },
    failedSince: since,
    news: before.health.state === 'failed' ? before.news : 'failed',
  };
}

interface Reader {
  readonly get: (tenantId: TenantId, id: CredentialId) => Promise<Credential | null>;
  readonly read: (filter: Filter<CredentialDocument>) => Promise<readonly Credential[]>;
}

/** The part of the repository that knows health. */
export function createCredentialHealth(credentials: CredentialsOf, { get }: Reader): Health {
  /** Decides on what is kept and writes it, again when somebody else was faster. Null: it is gone, or nothing changes. */
  async function change(
    filter: Filter<CredentialDocument>,
    decide: (kept: KeptHealth) => KeptHealth | null,
    times: Partial<CredentialDocument> = {},
  ): Promise<CredentialHealth | null> {
    for (let meeting = 0; meeting < MEETINGS; meeting++) {
      const found = await (await credentials()).findOne({ ...filter, ...KEPT }, HEALTH_ONLY);
      if (found === null) return null;
      const { healthRevision, ...kept } = storedHealth.parse(found);
      const next = decide(kept);
      if (next === null) return null;
      const changed = await (
        await credentials()
      ).updateOne(
        { ...filter, ...KEPT, healthRevision },
        { $set: { ...times, ...next }, $inc: { healthRevision: 1 } },
      );
      if (changed.matchedCount === 1) return kept.health;
    }
    return null;
  }

  return {
    recordFinding: (tenantId, id, finding, at, how, authorizedAt) =>
      converted(async () => {
        const filter = { _id: id, tenantId, authorizedAt };
        // Who was refused has not used it.
        const used = finding.state === 'failed' ? {} : { lastUsedAt: at };
        const times = how === 'test' ? { lastTestedAt: at } : used;
        const before = await change(filter, (kept) => decideHealth(kept, finding, at), times);
        const after = before === null ? null : await get(tenantId, id);
        return before === null || after === null ? null : { before, after };
      }),
    recordWarning: (tenantId, id, problem, authorizedAt) =>
      converted(async () => {
        await change({ _id: id, tenantId, authorizedAt }, (kept) =>
          kept.health.state === 'failed' ? null : { ...kept, health: { state: 'warning', problem } },
        );
      }),
    listNews: () =>
      converted(async () => {
        const found = await (
          await credentials()
        )
          .find({ news: { $in: ['failed', 'recovered', 'removed'] } }, { projection: { sealed: 0 } })
          .toArray();
        const all = [];
        for (const document of found) {
          const { _id, tenantId, news, failedSince } = document;
          const credential =
            news === 'removed'
              ? { ...storedCredential.parse(document), position: 0 }
              : await get(tenantId, _id);
          if (credential !== null && news !== null && failedSince !== null)
            all.push({ credential, news, incident: failedSince });
        }
        return all;
      }),
    joinIncident: (tenantId, id, incident) =>
      converted(async () => {
        await change({ _id: id, tenantId }, (kept) => ({
          ...kept,
          failedSince: incident,
          health: kept.health.state === 'failed' ? { ...kept.health, since: incident } : kept.health,
        }));
      }),
    markNewsTold: ({ credential: { tenantId, id }, news, incident }) =>
      converted(async () => {
        if (news === 'removed') {
          await (await credentials()).deleteOne({ _id: id, tenantId, removed: true });
          return;
        }
        await change({ _id: id, tenantId }, (kept) => {
          if (kept.news !== news || kept.failedSince?.getTime() !== incident.getTime()) return null;
          return { ...kept, news: null, failedSince: news === 'recovered' ? null : kept.failedSince };
        });
      }),
  };
}
