// What people are told without having asked, and the port of the outbox in which it waits for the bot.
import type { Credential } from './credential.ts';
import type { TenantId } from './ids.ts';
import type { CardAddress } from './sign-in.ts';

interface NoticeBase {
  /**
   * One for each incident, for example credential and time of its failure. The same key with another `kind` changes the
   * notice that was told ("resolved"); with the same `kind` nothing is told again.
   */
  readonly key: string;
  readonly tenantId: TenantId;
  /** Entra object ids. */
  readonly people: readonly string[];
}

/** What people are told without having asked. */
export type ServiceNotice = NoticeBase &
  (
    | { readonly kind: 'failedOver'; readonly failed: Credential; readonly carriesOn: Credential }
    | { readonly kind: 'lastFailed'; readonly failed: Credential }
    /** Changes the notices with this key, whoever has them; `people` is not read. Tells nobody else. */
    | { readonly kind: 'recovered'; readonly credential: Credential }
    | { readonly kind: 'expiring'; readonly credential: Credential; readonly daysLeft: number }
  );

export interface DueNotice {
  readonly notice: ServiceNotice;
  /** Entra object id. */
  readonly person: string;
  /** Where the notice with this key already stands: edit that one. */
  readonly card: CardAddress | null;
}

/** All methods throw `database-unreachable` and `database-refused`. */
export interface NoticeStore {
  /** Puts it into the outbox of each of its people, once for each key and kind. */
  tell(notice: ServiceNotice, now: Date): Promise<void>;
  /**
   * One notice that is due. It comes again after five minutes unless `place` says that it stands, five times in all:
   * rather twice than never.
   */
  take(now: Date): Promise<DueNotice | null>;
  place(key: string, person: string, card: CardAddress): Promise<void>;
}
