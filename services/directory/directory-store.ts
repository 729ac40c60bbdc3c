// The port to the kept directory: what a sync needs to read and write, in the words of the directory.
// services/store implements it; a sync knows nothing of databases. Every method throws `database-unreachable`
// (may work later) or `database-refused`.
import type { Change } from './change.ts';
import type { GroupState, MemberRef } from './group.ts';
import type { EntryId, ObjectId, RunId, TenantId } from './ids.ts';
import type { PolicyVersion } from './policy.ts';
import type { Progress, Run, RunReport } from './run.ts';
import type { Status, UserState } from './user.ts';

/** As much of a stored user or group as a plan needs of everybody. */
export interface StoredSummary {
  readonly id: EntryId;
  readonly objectId: ObjectId;
  readonly revision: number;
  /** Of the state, see fingerprint.ts: equal means unchanged. */
  readonly fingerprint: string;
  readonly status: Status;
  /** Since when it is known to have left Microsoft 365; null while it has not. The grace period counts from here. */
  readonly leftAt: Date | null;
}

/** One direct membership. */
export interface StoredMembership {
  readonly groupId: ObjectId;
  readonly member: MemberRef;
}

/** Where the next delta read begins. Opaque. */
export interface DeltaTokens {
  readonly users: string;
  readonly groups: string;
}

/** The right to be the only one who changes a tenant's directory, for a while. */
export interface Lease {
  readonly tenantId: TenantId;
  /** A run, or somebody who repairs runs. */
  readonly owner: string;
  /** Grows with each grant: whoever comes with an older number is too late. */
  readonly fence: number;
}

export type LeaseGrant =
  | {
      readonly kind: 'granted';
      readonly lease: Lease;
      /** How many runs have changed the directory. */
      readonly revision: number;
    }
  /** `owner` is null when it was given back just now: look again. */
  | { readonly kind: 'held'; readonly owner: string | null };

/** Changes that are written together; `from` is the number of the first within the run. */
export interface ChangeBatch {
  readonly number: number;
  readonly from: number;
  readonly changes: readonly Change[];
}

export interface WrittenBatch {
  /** Entries and single memberships that are now as planned. */
  readonly written: number;
  /** Those that were no longer as the plan had seen them: left alone, and not recorded. */
  readonly conflicts: number;
}

export interface Commit {
  /** Whether the run changed the directory; counted as its revision. */
  readonly changed: boolean;
  /** null keeps the older ones: a delta read from there finds everything that this run missed. */
  readonly deltaTokens: DeltaTokens | null;
}

export interface LeaseStore {
  /** Takes the lease when it is free or has run out by the database's clock. */
  takeLease(tenantId: TenantId, owner: string, ttlMs: number): Promise<LeaseGrant>;
  /** False when somebody else has taken it since. */
  renewLease(lease: Lease, ttlMs: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  /** Numbers a tenant's runs: 1, 2, 3 … Throws `lease-lost`. */
  nextRunNumber(lease: Lease): Promise<number>;
  /** What a run leaves behind once all of its changes are written. Throws `lease-lost`. */
  commit(lease: Lease, outcome: Commit): Promise<void>;
}

export interface RunStore {
  getRun(tenantId: TenantId, runId: RunId): Promise<Run | null>;
  /** Newest first. */
  listNewestRuns(tenantId: TenantId, limit: number): Promise<readonly Run[]>;
  insertRun(run: Run, fence: number): Promise<void>;
  /** Writes where a running run is; a run that has ended stays as it is. */
  saveProgress(runId: RunId, progress: Progress): Promise<void>;
  /**
   * Ends a running run with its report, and straightens the records of batches that were left half done. Null when
   * somebody else has ended it. Needs the lease.
   */
  endRun(
    lease: Lease,
    runId: RunId,
    progress: Progress,
    report: RunReport,
    endedAt: Date,
  ): Promise<Run | null>;
  /** Ends all other runs of the tenant as interrupted and straightens their records. Needs the lease. */
  repairRuns(lease: Lease, endedAt: Date): Promise<readonly Run[]>;
}

export interface PlanStore {
  /** The newest policy; the first contact with a tenant makes version 1 from the defaults. */
  getPolicy(tenantId: TenantId, now: Date): Promise<PolicyVersion>;
  /** Every stored one, in chunks, in no particular order; memberships group by group. */
  streamUsers(tenantId: TenantId): AsyncIterable<readonly StoredSummary[]>;
  streamGroups(tenantId: TenantId): AsyncIterable<readonly StoredSummary[]>;
  streamMemberships(tenantId: TenantId): AsyncIterable<readonly StoredMembership[]>;
  /** The whole states of a few. */
  readUserStates(tenantId: TenantId, ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, UserState>>;
  readGroupStates(tenantId: TenantId, ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, GroupState>>;
}

export interface ApplyStore {
  /**
   * Records and writes one batch. Writing it again changes nothing. A write that names a revision which is no longer
   * there does nothing. Throws `lease-lost` when the run has been ended by somebody else.
   */
  writeBatch(lease: Lease, runId: RunId, batch: ChangeBatch, at: Date): Promise<WrittenBatch>;
}

export interface PlannedChangeStore {
  /** Keeps for a while what a held run would change, for those who approve it. Changes nothing else. */
  keepPlannedChanges(tenantId: TenantId, runId: RunId, changes: readonly Change[], at: Date): Promise<void>;
}

export interface DirectoryStore extends LeaseStore, RunStore, PlanStore, ApplyStore, PlannedChangeStore {}
