// What people are told without having asked, and the port of the outbox in which it waits for the bot.
import type { Capability, Credential, Grant } from './credential.ts';
import type { TenantId } from './ids.ts';
import type { CardAddress } from './sign-in.ts';

interface NoticeBase {
  /**
   * One for each incident, for example account and time of its failure. The same key changes the notice that was told
   * when it says something else (`sayingOf`), such as "resolved"; what says the same is not told again.
   */
  readonly key: string;
  readonly tenantId: TenantId;
  /** Entra object ids. */
  readonly people: readonly string[];
}

/** What becomes of one thing that a failed account was for. */
export interface Takeover {
  readonly capability: Capability;
  /** Who reads it now; null when nobody is left. */
  readonly carriesOn: Credential | null;
  /** False for an account that was in reserve: nothing changed hands. */
  readonly wasReading: boolean;
}

/** What people are told without having asked. */
export type ServiceNotice = NoticeBase &
  /** `lastFailed`: something is left to nobody. One for each account, however much it was for. */
  (
    | {
        readonly kind: 'failedOver' | 'lastFailed';
        readonly failed: Credential;
        readonly takeovers: readonly Takeover[];
      }
    /** It works again, or was removed. `grants`: what the account is for, or was. */
    | {
        readonly kind: 'recovered';
        readonly how: 'works' | 'removed';
        readonly credential: Credential;
        readonly grants: readonly Grant[];
      }
    | { readonly kind: 'expiring'; readonly credential: Credential; readonly daysLeft: number }
  );

/** Two notices with the same key that say the same are one. */
export function sayingOf(notice: ServiceNotice): string {
  switch (notice.kind) {
    case 'failedOver':
    case 'lastFailed':
      return [notice.kind, ...notice.takeovers.map(sayTakeover).sort()].join(' ');
    case 'recovered':
    case 'expiring':
      return notice.kind;
  }
}

const sayTakeover = ({ capability, carriesOn, wasReading }: Takeover): string =>
  `${capability}:${carriesOn?.id ?? 'nobody'}:${wasReading}`;

export interface DueNotice {
  readonly notice: ServiceNotice;
  /** Entra object id. */
  readonly person: string;
  /** Where the notice with this key already stands: edit that one. */
  readonly card: CardAddress | null;
}

/** All methods throw `database-unreachable` and `database-refused`. */
export interface NoticeStore {
  /** Puts it into the outbox of each of its people, once for each key and saying. */
  tell(notice: ServiceNotice, now: Date): Promise<void>;
  /** Changes the notices with this key, whoever has them; `people` is not read. Tells nobody else. */
  amend(notice: ServiceNotice, now: Date): Promise<void>;
  /**
   * One notice that is due. Unless `place` says that it stands it comes again, first after five minutes, then less and
   * less often, at last hourly, for a day and some hours: rather twice than never.
   */
  take(now: Date): Promise<DueNotice | null>;
  place(key: string, person: string, card: CardAddress): Promise<void>;
  /** There is no chat in which this person could be told: it waits for `wake`, however long, and uses up no try. */
  awaitChat(key: string, person: string): Promise<void>;
  /** This person has a chat now: what waited for one is due. */
  wake(tenantId: TenantId, person: string): Promise<void>;
}
