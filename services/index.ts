// The only door for the bot: what the directory and its sync offer, as one object, and the types that it speaks.
import type { Config } from './config.ts';
import type { Ambient } from './ambient.ts';
import type { AuditExport } from './audit-export.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Log } from './log.ts';
import type { EntryId, ObjectId, RunId, TenantId } from './directory/ids.ts';
import type { Group } from './directory/group.ts';
import type { Policy } from './directory/policy.ts';
import type { Status, User } from './directory/user.ts';
import type { Actor, Progress, Run } from './directory/run.ts';
import type { Change } from './directory/change.ts';
import type { AppConsent, Credential, CredentialId, Grant } from './directory/credential.ts';
import type { DueNotice } from './directory/notice.ts';
import type { OwnersPresence, PersonEntry, PersonLookup, Role } from './directory/person.ts';
import type { CardAddress, SignInAnswer, SignInNews, SignInResult } from './directory/sign-in.ts';

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

/** What the connect card shows. */
export interface Connections {
  readonly grants: readonly { readonly grant: Grant; readonly credentials: readonly Credential[] }[];
  /** null when Microsoft could not be asked. */
  readonly consent: AppConsent | null;
  /** Addresses from which Rollcall reads, to be allowed by Conditional Access; empty when not configured. */
  readonly egressAddresses: readonly string[];
}

export interface BeginSignIn {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly grant: Grant;
  /** A backup goes to the end of the order, otherwise it becomes the primary. */
  readonly backup: boolean;
  readonly conversationId: string;
}

export interface Connecting {
  getConnections(tenantId: TenantId): Promise<Connections>;
  /** The address at Microsoft to open. Valid for 10 minutes, once, and only for this actor. */
  beginSignIn(request: BeginSignIn): Promise<{ readonly url: string; readonly signInId: string }>;
  /** The page of Microsoft on which an administrator consents to all permissions. Valid for 10 minutes, once. */
  beginConsent(
    request: Pick<BeginSignIn, 'tenantId' | 'actor' | 'conversationId'>,
  ): Promise<{ readonly url: string; readonly signInId: string }>;
  /**
   * What the browser brought back. Resolves with the validated result, also when the page is loaded again, and with
   * `checking` while it is still being found out; the card is due as `checking` as soon as the
   * answer is taken. Never rejects for anything that a person can cause.
   */
  finishSignIn(query: Readonly<Record<string, string | undefined>>): Promise<SignInAnswer>;
  /** Authorizes the app itself for everything: reads the permissions granted to it and tests the calls. */
  connectApp(request: { tenantId: TenantId; actor: Actor; conversationId: string }): Promise<SignInResult>;
  /** Null when it is gone. The conversation is for the audit trail, here and below. */
  testCredential(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<Credential | null>;
  makePrimary(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<Credential | null>;
  removeCredential(
    tenantId: TenantId,
    id: CredentialId,
    actor: Actor,
    conversationId?: string,
  ): Promise<boolean>;
  /** Remembers the card that shows this sign-in or this tenant's connections; edited when something changes. */
  attachConnectCard(tenantId: TenantId, signInId: string, card: CardAddress): Promise<void>;
  /**
   * The cards that wait for a sign-in; another process may have finished it. Each comes again after some seconds unless
   * `markSignInTold` says that it shows this.
   */
  takeFinishedSignIns(): Promise<readonly SignInNews[]>;
  markSignInTold(news: Pick<SignInNews, 'signInId' | 'revision'>): Promise<void>;
}

export interface People extends AuditTrail {
  roleOf(tenantId: TenantId, objectId: string): Promise<Role | null>;
  /** Whether anybody owns Rollcall in this tenant yet. */
  hasOwner(tenantId: TenantId): Promise<boolean>;
  /** Whether an owner still works here, as Microsoft 365 tells now. */
  findOwners(tenantId: TenantId): Promise<OwnersPresence>;
  listPeople(tenantId: TenantId): Promise<readonly PersonEntry[]>;
  /** Who somebody is, by Entra object id: from the directory, or asked of Microsoft 365 and remembered. For names. */
  findPerson(tenantId: TenantId, objectId: string): Promise<PersonLookup>;
  /** The same without asking Microsoft 365. */
  recallPerson(tenantId: TenantId, objectId: string): Promise<PersonLookup>;
  /**
   * `role` null takes the person out. Throws `last-owner`, `owner-not-met`, `role-needed`, `guest-refused`,
   * `person-disabled`, `person-unknown`.
   */
  setRole(request: {
    tenantId: TenantId;
    actor: Actor;
    objectId: string;
    role: Role | null;
    conversationId: string;
  }): Promise<void>;
  /** Remembers where a person can be reached; the newest counts. Never for guests: whoever is met may get a role. */
  rememberChat(tenantId: TenantId, person: Actor, chat: CardAddress): Promise<void>;
  findChat(tenantId: TenantId, objectId: string): Promise<CardAddress | null>;
  /**
   * Notices that nobody has delivered yet; `card` is where the notice with the same key already stands. One that is not
   * placed comes again for more than a day, less and less often: place it also after editing it.
   */
  takeNotices(): Promise<readonly DueNotice[]>;
  /** Remembers where a notice stands, so that "resolved" edits it. */
  placeNotice(key: string, person: string, card: CardAddress): Promise<void>;
  /** There is no chat to deliver it to: it comes again when `rememberChat` tells of one. */
  awaitChat(key: string, person: string): Promise<void>;
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
export { parseEntryId, parseRunId, parseTenantId } from './directory/ids.ts';
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
export { endsWithConsent } from './credentials/sign-in-problems.ts';
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
