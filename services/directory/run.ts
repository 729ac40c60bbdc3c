// The vocabulary of a run: what is told while it works and what remains when it ended. Values only.
import type { RunId, TenantId } from './ids.ts';
import type { Account, Capability } from './credential.ts';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { PlanCounts, PlanCoverage, StoredTotals } from './change.ts';
import type { Verdict } from './verdict.ts';

export const STAGES = ['starting', 'reading', 'planning', 'checking', 'applying', 'done'] as const;
export type Stage = (typeof STAGES)[number];

/** Who asked for a run. `objectId` is the person's Entra object id; no names, they change. */
export interface Actor {
  readonly objectId: string;
  readonly displayName: string;
}

/** Where a run is. Counts only ever grow within a stage. */
export interface Progress {
  readonly stage: Stage;
  readonly read: { readonly users: number; readonly groups: number; readonly memberships: number };
  /** Known once Microsoft 365 has counted. */
  readonly expected: { readonly users: number | null; readonly groups: number | null };
  /** Groups whose members have been read, of those that matter. */
  readonly members: { readonly groupsRead: number; readonly groupsToRead: number | null };
  readonly applied: number;
  readonly toApply: number | null;
}

/**
 * How a run ended.
 * - `changed`, `unchanged`: everything was read and everything decided is done.
 * - `partial`: something could not be read; what was read is applied, nobody became inactive by absence there.
 * - `held`: the guard waits for approval; nothing is changed.
 * - `refused`: the guard does not believe the read; nothing is changed.
 * - `failed`: an error ended it; what had been applied before stays applied.
 * - `interrupted`: the process ended in the middle; the next run repairs it.
 */
export type Outcome = 'changed' | 'unchanged' | 'partial' | 'held' | 'refused' | 'failed' | 'interrupted';

export interface RunCosts {
  readonly requests: number;
  readonly resourceUnits: number;
  readonly throttled: number;
  readonly retried: number;
}

/** An account that Microsoft refused for good in the middle of a run. */
export interface RunTakeover {
  readonly capability: Capability;
  /** Null is the app itself. */
  readonly failed: Account | null;
  /** For people: what happened, what to do, who can. */
  readonly problem: { readonly happened: string; readonly remedy: string; readonly who: string };
  /** Who read on; null when nobody was left. */
  readonly carriesOn: { readonly account: Account | null } | null;
}

/** What remains of a run, and what its card shows. */
export interface RunReport {
  readonly outcome: Outcome;
  /** What was planned, and is done unless it was held or refused; of a run that was stopped, what it had done. */
  readonly counts: PlanCounts;
  readonly coverage: PlanCoverage | null;
  readonly stored: StoredTotals | null;
  readonly verdict: Verdict | null;
  readonly digest: string | null;
  readonly costs: RunCosts;
  /** In the order of what is read; none when every account did its work. */
  readonly takeovers: readonly RunTakeover[];
  /** Milliseconds by stage. */
  readonly stageMs: Readonly<Partial<Record<Stage, number>>>;
  readonly error: { readonly code: ErrorCode; readonly details: ErrorDetails } | null;
}

export interface Run {
  readonly id: RunId;
  readonly tenantId: TenantId;
  /** Counts a tenant's runs: 1, 2, 3 … What people see and type. */
  readonly number: number;
  readonly status: 'running' | 'ended';
  readonly startedBy: Actor;
  /** Who approved the held plan that this run applies, or null. */
  readonly approvedBy: Actor | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly progress: Progress;
  readonly report: RunReport | null;
}
