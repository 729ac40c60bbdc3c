// The only door for the bot: what the directory and its sync offer, as one object, and the types that it speaks.
import type { Config } from './config.ts';
import type { Connecting, People } from './administration.ts';
import type { Ambient } from './ambient.ts';
import type { AuditExport } from './audit-export.ts';
import type { Log } from './log.ts';
import type { EntryId, ObjectId, RunId, TenantId } from './directory/ids.ts';
import type { Group } from './directory/group.ts';
import type { Policy } from './directory/policy.ts';
import type { Status, User } from './directory/user.ts';
import type { Actor, Progress, Run } from './directory/run.ts';
import type { Change } from './directory/change.ts';
import type { CardAddress } from './directory/sign-in.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  /** 0 is the first page. */
  readonly page: number;
  readonly pageSize: number;
}

export interface ListQuery {
  /** Text that the name or an address must contain; empty finds everybody. */
  readonly text: string;
  readonly page: number;
  readonly pageSize: number;
  readonly status?: Status;
}

export interface GroupSummary extends Group {
  readonly members: { readonly users: number; readonly groups: number };
}

/** Enough of a group to name it. */
export interface GroupName {
  readonly id: EntryId;
  readonly displayName: string;
  readonly status: Status;
}

export interface UserDetail {
  readonly user: User;
  /** Groups that she is a direct member of, by name, at most 50; `groupTotal` says how many there are. */
  readonly groups: readonly GroupName[];
  readonly groupTotal: number;
  /** Names of the groups that her reasons mention, by object id. */
  readonly reasonGroups: Readonly<Record<string, string>>;
  /** The last changes, newest first, at most 10. */
  readonly history: readonly HistoryEntry[];
}

export interface GroupDetail {
  readonly group: GroupSummary;
  /** Direct members by name, at most 50. */
  readonly members: readonly {
    readonly id: EntryId;
    readonly displayName: string;
    readonly kind: 'user' | 'group';
    readonly status: Status;
  }[];
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly runId: RunId;
  readonly runNumber: number;
  readonly at: Date;
  readonly change: Change;
}

/** A change of a run with the name of what changed. */
export interface NamedChange {
  readonly change: Change;
  /** The name before or after the change, the one that people know it by. */
  readonly displayName: string;
  /** Internal id when it is still stored. */
  readonly id: EntryId | null;
}

export type UserMatch =
  | { readonly kind: 'one'; readonly detail: UserDetail }
  | { readonly kind: 'many'; readonly users: Page<User> }
  | {
      readonly kind: 'none';
      /** The nearest by spelling, at most three. */ readonly similar: readonly User[];
    };

export interface TenantStatus {
  /** Newest first, at most ten. */
  readonly runs: readonly Run[];
  readonly running: Run | null;
  readonly lastComplete: Run | null;
  readonly totals: {
    readonly users: Record<Status, number>;
    readonly groups: Record<Status, number>;
    readonly memberships: number;
  };
  readonly policy: Policy;
}

/** Carries on a held run: the same plan, by its digest, and nothing else. */
export interface Approval {
  readonly runId: RunId;
  readonly digest: string;
}

export interface StartSync {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly approval?: Approval;
  /** Called on each change of stage and at most a few times a second; must not throw. */
  readonly onProgress?: (progress: Progress) => void;
}

export type SyncStart =
  /** `finished` never rejects: a failure is a report. */
  | { readonly kind: 'started'; readonly run: Run; readonly finished: Promise<Run> }
  | { readonly kind: 'alreadyRunning'; readonly run: Run }
  /** The approval names a run that is not held, or a digest that is not its plan's; `run` is how things are now. */
  | { readonly kind: 'approvalOutOfDate'; readonly run: Run | null };

export interface Health {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: 'database' | 'channelKeys' | 'signIn' | 'tokenKeys';
    readonly ok: boolean;
    readonly problem: string | null;
  }[];
}

export interface Services extends Connecting, People, AuditExport {
  startSync(request: StartSync): Promise<SyncStart>;
  getStatus(tenantId: TenantId): Promise<TenantStatus>;
  getRun(tenantId: TenantId, runId: RunId): Promise<Run | null>;
  /** What a run changed; of a held run what it would change, kept for a week (see MOST_PLANNED_CHANGES). */
  listRunChanges(
    tenantId: TenantId,
    runId: RunId,
    query: { page: number; pageSize: number },
  ): Promise<Page<NamedChange>>;
  listUsers(tenantId: TenantId, query: ListQuery): Promise<Page<User>>;
  listGroups(tenantId: TenantId, query: ListQuery): Promise<Page<GroupSummary>>;
  /** By mail, UPN or name, in this order; names may be incomplete. */
  findUser(tenantId: TenantId, text: string): Promise<UserMatch>;
  getUser(tenantId: TenantId, id: EntryId): Promise<UserDetail | null>;
  getGroup(tenantId: TenantId, id: EntryId): Promise<GroupDetail | null>;
  /** What these users and groups are called, by object id; those that are not stored are left out. At most 500. */
  namesOf(tenantId: TenantId, objectIds: readonly ObjectId[]): Promise<Readonly<Record<string, string>>>;
  /** Remembers the card that shows a run. */
  attachCard(tenantId: TenantId, runId: RunId, card: CardAddress): Promise<void>;
  /** True exactly once for each key within a day: a redelivered message is answered once. */
  claimTurn(key: string): Promise<boolean>;
  /** Ends runs whose process is gone, and lists those that nobody has been told of: their cards are to be corrected. */
  listInterruptedRuns(): Promise<readonly { readonly run: Run; readonly card: CardAddress | null }[]>;
  /** The card of an interrupted run is corrected, or can never be: it is listed no more. */
  markTold(runId: RunId): Promise<void>;
  checkHealth(): Promise<Health>;
  /** Waits for running syncs to stop at the next safe place, at most `timeoutMs`, then closes the database. */
  close(timeoutMs: number): Promise<void>;
}

export interface ServicesOptions {
  readonly config: Config;
  readonly ambient: Ambient;
  readonly log: Log;
}

export type * from './administration.ts';
export type * from './config.ts';
export type { TenantId, RunId, EntryId, ObjectId } from './directory/ids.ts';
export type { Status, User, UserFacts } from './directory/user.ts';
export type { Group, GroupFacts, GroupKind, MemberRef } from './directory/group.ts';
export type { Reason, ReasonKind } from './directory/reason.ts';
export type { Policy } from './directory/policy.ts';
export type { Actor, Outcome, Progress, Run, RunReport, Stage } from './directory/run.ts';
export type { Change, Counts, SkipReason, Skipped, PlanCounts } from './directory/change.ts';
export type { Coverage, Gap } from './directory/evidence.ts';
export type { GuardReason, GuardRule, Verdict } from './directory/verdict.ts';
export type { Ambient, Clock } from './ambient.ts';
export type { Log } from './log.ts';
export type { ErrorCode, ErrorDetails, ErrorKind } from './errors.ts';
export { openServices } from './open-services.ts';
export { parseConfig, readConfig } from './config.ts';
export { createAmbient } from './ambient.ts';
export { createLog } from './log.ts';
export { createSecret, type Secret } from './secret.ts';
export { AppError, ERRORS, isErrorCode, toAppError } from './errors.ts';
export { isGap } from './directory/evidence.ts';
export { MOST_PLANNED_CHANGES } from './directory/planned-changes.ts';
export { parseEntryId, parseRunId, parseTenantId, sameId } from './directory/ids.ts';
export { REASON_ORDER } from './directory/reason.ts';
export { STAGES } from './directory/run.ts';
export type {
  Account,
  AppConsent,
  Capability,
  Credential,
  CredentialHealth,
  CredentialId,
  CredentialProblem,
  Grant,
} from './directory/credential.ts';
export type { AuditExport, AuditFile } from './audit-export.ts';
export type { DueNotice, ServiceNotice } from './directory/notice.ts';
export type {
  CardAddress,
  SignInAnswer,
  SignInNews,
  SignInRefusal,
  SignInResult,
} from './directory/sign-in.ts';
export { endsWithConsent } from './directory/consent-needed.ts';
export { CAPABILITIES, GRANTS, parseCredentialId } from './directory/credential.ts';
export type { AuditEnd, AuditLine, AuditTrail } from './audit-trail.ts';
export type {
  AuditEntry,
  AuditResult,
  KnownPerson,
  OwnersPresence,
  PersonEntry,
  PersonLookup,
} from './directory/person.ts';
export { mayDo, ROLES, type Role } from './directory/person.ts';
