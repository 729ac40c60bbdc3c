// One run from first read to report: reading → planning → checking → applying. The stages do the work; this file
// keeps their order, and sees to it that a run always ends with a report.
import type { Ambient } from '../ambient.ts';
import type { Plan } from '../directory/change.ts';
import type { DirectoryStore, WrittenBatch } from '../directory/directory-store.ts';
import { NOTHING_CHANGED } from '../directory/nothing-changed.ts';
import { choosePlannedChanges } from '../directory/planned-changes.ts';
import type { PolicyVersion } from '../directory/policy.ts';
import type { Progress, Run, RunReport } from '../directory/run.ts';
import type { Source } from '../directory/source.ts';
import type { Verdict } from '../directory/verdict.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { applyPlan, countWrites, waitingForDatabase } from './apply-plan.ts';
import { endRun } from './end-run.ts';
import { decideVerdict } from './guard.ts';
import type { HeldLease } from './lease.ts';
import { makePlan } from './make-plan.ts';
import { trackProgress, type ProgressTracker } from './progress.ts';
import { readSource, type WhatWasRead } from './read-source.ts';
import { outcomeOf } from './report.ts';
import { splitMemberships } from './split-memberships.ts';
import { hearSecondWitness } from './witnesses.ts';

export interface RunSync {
  readonly store: DirectoryStore;
  readonly source: Source;
  readonly ambient: Ambient;
  readonly log: Log;
  /** As it has been inserted. */
  readonly run: Run;
  /** Held from before the run was inserted; the caller releases it. */
  readonly held: HeldLease;
  /** The directory's revision: the number of runs applied before. */
  readonly revision: number;
  /** The digest of the one plan that may go ahead although the guard would hold it. */
  readonly approvedDigest: string | null;
  /** Stops the run at the next safe place. */
  readonly signal: AbortSignal;
  /** Must not throw. */
  readonly onProgress: (progress: Progress) => void;
}

/** Does the whole run. Never rejects: a failure is a report. */
export async function runSync(given: RunSync): Promise<Run> {
  const { store, run, held, ambient, log } = given;
  const progress = trackProgress({
    clock: ambient.clock,
    tell: given.onProgress,
    save: (now) => {
      store
        .saveProgress(run.id, now)
        .catch((error: unknown) => log.warn('run.progress-not-saved', {}, error));
    },
  });
  const signal = AbortSignal.any([given.signal, held.lost]);
  const report = await reportOf({ ...given, signal }, progress);
  progress.stop();
  const ended = await endRun({ store, held, ambient, log }, run, report, progress.now());
  given.onProgress(ended.progress);
  return ended;
}

async function reportOf(options: RunSync, progress: ProgressTracker): Promise<RunReport> {
  const { log, source } = options;
  const found: Findings = { plan: null, verdict: null, takeovers: [] };
  const report = (end: Pick<RunReport, 'outcome' | 'counts' | 'error'>): RunReport => ({
    ...end,
    coverage: found.plan?.coverage ?? null,
    stored: found.plan?.stored ?? null,
    verdict: found.verdict,
    digest: found.plan?.digest ?? null,
    takeovers: found.takeovers,
    costs: source.costs(),
    stageMs: progress.stageMs(),
  });
  const hearTakeovers = async () => {
    found.takeovers = await source.takeovers().catch((error: unknown) => {
      log.warn('run.takeovers-unknown', {}, error);
      return [];
    });
  };
  try {
    const { plan, verdict } = await doStages(options, progress, found);
    await hearTakeovers();
    return report({ outcome: outcomeOf(plan, verdict), counts: plan.counts, error: null });
  } catch (thrown) {
    const error = toAppError(thrown);
    log.warn('run.stopped', { stage: progress.now().stage }, error);
    await hearTakeovers();
    return report({
      outcome: error.code === 'stopping' ? 'interrupted' : 'failed',
      counts: NOTHING_CHANGED,
      error: { code: error.code, details: error.details },
    });
  }
}

/** What is known so far, for the report of a run that does not get to its end. */
interface Findings {
  plan: Plan | null;
  verdict: Verdict | null;
  takeovers: RunReport['takeovers'];
}

async function doStages(
  options: RunSync,
  progress: ProgressTracker,
  found: Findings,
): Promise<{ readonly plan: Plan; readonly verdict: Verdict }> {
  const { store, run, source, signal, ambient, log } = options;
  signal.throwIfAborted();
  progress.enter('reading');
  const policy = await store.getPolicy(run.tenantId, ambient.clock.now());
  const read = await readSource({ source, policy: policy.policy, progress, signal, log });

  progress.enter('planning');
  const plan = await makePlan(store, planInput(options, policy, read), signal);
  found.plan = plan;

  progress.enter('checking');
  const verdict = decideVerdict(plan, policy.policy.guard, options.approvedDigest);
  found.verdict = verdict;
  if (verdict.kind === 'hold') await keepPlanned(options, plan);
  if (verdict.kind !== 'allow') return { plan, verdict };
  const confirmed = await hearSecondWitness(plan, source, signal);

  progress.enter('applying');
  progress.change(() => ({ toApply: countWrites(confirmed) }));
  const done = await applyPlan({
    ...{ store, held: options.held, runId: run.id, plan: confirmed, ambient, log, signal },
    onWritten: (applied) => progress.change(() => ({ applied })),
  });
  await commit(options, confirmed, read, done);
  return { plan: confirmed, verdict };
}

/** Who approves a held plan must be able to read it first. */
async function keepPlanned({ store, run, ambient }: RunSync, plan: Plan): Promise<void> {
  const changes = choosePlannedChanges(plan.changes.flatMap(splitMemberships));
  await store.keepPlannedChanges(run.tenantId, run.id, changes, ambient.clock.now());
}

const planInput = ({ run, revision, ambient }: RunSync, policy: PolicyVersion, read: WhatWasRead) => ({
  tenantId: run.tenantId,
  policyVersion: policy.version,
  policy: policy.policy,
  baseRevision: revision,
  now: ambient.clock.now(),
  coverage: read.coverage,
  domains: read.domains,
  users: read.users,
  groups: read.groups,
  members: read.members,
});

/** Delta tokens are stored last, and only when nothing that they will not tell again has been missed. */
async function commit(
  options: RunSync,
  plan: Plan,
  { deltaTokens }: WhatWasRead,
  { written, conflicts }: WrittenBatch,
): Promise<void> {
  const { store, held, log } = options;
  if (conflicts > 0) log.warn('apply.conflicts', { conflicts });
  const { users, groups, members } = plan.coverage;
  const whole =
    users.kind === 'complete' &&
    groups.kind === 'complete' &&
    members.notRead.length === 0 &&
    conflicts === 0;
  // Written twice, it counts one revision too many: that is harmless, plans only ever compare it.
  await waitingForDatabase(options, async () => {
    await held.ensure();
    await store.commit(held.lease, { changed: written > 0, deltaTokens: whole ? deltaTokens : null });
  });
}
