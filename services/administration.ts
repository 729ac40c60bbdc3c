// What the bot asks of connections and of people: a part of the facade of index.ts. Types only.
import type { AuditTrail } from './audit-trail.ts';
import type { AppConsent, Credential, CredentialId, Grant } from './directory/credential.ts';
import type { TenantId } from './directory/ids.ts';
import type { DueNotice } from './directory/notice.ts';
import type { OwnersPresence, PersonEntry, PersonLookup, Role } from './directory/person.ts';
import type { Actor } from './directory/run.ts';
import type { CardAddress, SignInAnswer, SignInNews, SignInResult } from './directory/sign-in.ts';

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
