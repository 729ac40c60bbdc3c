// The ports through which people, their chats, the audit trail and its downloads are kept, and claims on work that one process of
// several does.
import type { TenantId } from './ids.ts';
import type { AuditEntry, PersonEntry } from './person.ts';
import type { Actor } from './run.ts';
import type { CardAddress } from './sign-in.ts';

export interface KeptPeople {
  /** 0 while nobody was ever stored. */
  readonly revision: number;
  readonly people: readonly PersonEntry[];
}

/** All methods throw `database-unreachable` and `database-refused`. */
export interface PeopleStore {
  read(tenantId: TenantId): Promise<KeptPeople>;
  /** Compare and set of all people of a tenant: false when somebody else was faster. */
  write(tenantId: TenantId, revision: number, people: readonly PersonEntry[]): Promise<boolean>;
}

export interface ChatStore {
  /** Remembers where a person can be reached; the newest counts. */
  remember(tenantId: TenantId, person: Actor, chat: CardAddress, now: Date): Promise<void>;
  /** What somebody who talked to Rollcall is called; null for who never did. */
  findName(tenantId: TenantId, objectId: string): Promise<string | null>;
  find(tenantId: TenantId, objectId: string): Promise<CardAddress | null>;
}

/** What is left out stays as it was. */
export type AuditCompletion = Partial<Pick<AuditEntry, 'target' | 'before' | 'after'>> &
  Pick<AuditEntry, 'result'>;

export interface AuditStore {
  /** Once: a line of the same id stays as it is. */
  append(entry: AuditEntry): Promise<void>;
  /** The same, and counts how often it came. */
  count(entry: AuditEntry): Promise<void>;
  /** How a line that is begun ended. One that has ended stays as it is. */
  complete(id: string, end: AuditCompletion): Promise<void>;
  /** Takes a line that is begun back: nothing was done. */
  withdraw(id: string): Promise<void>;
  /** Newest first. */
  list(
    tenantId: TenantId,
    query: { readonly page: number; readonly pageSize: number },
  ): Promise<{ readonly items: readonly AuditEntry[]; readonly total: number }>;
  /** Oldest first, all of it. */
  stream(tenantId: TenantId): AsyncIterable<AuditEntry>;
}

export interface ClaimStore {
  /** True for one process of all that ask, until `until` has passed. For work that comes round on a clock. */
  claim(key: string, until: Date, now: Date): Promise<boolean>;
}

/** A download that somebody may fetch once. */
export interface ExportOffer {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly conversationId: string;
  readonly expiresAt: Date;
}

export interface ExportStore {
  /** `hash` is all that is kept of the text in the link. */
  insert(hash: string, offer: ExportOffer): Promise<void>;
  isOpen(hash: string, now: Date): Promise<boolean>;
  /** The offer, for the first who takes it in time. */
  take(hash: string, now: Date): Promise<ExportOffer | null>;
}
