// Who may write here and still does not belong: guests, and people of other organisations who share a chat. An activity
// does not tell; the directory does, or the roster of the chat, or Microsoft 365. Refuses nobody by itself.
import { z } from 'zod';
import { toAppError, type Ambient, type Log, type Services } from '../services/index.ts';
import type { Asker } from './parse-activity.ts';

export type Outsider = 'guest' | 'otherTenant';
/** Null for people of this organisation; `unknown` when nobody tells in time. */
export type Standing = Outsider | 'unknown' | null;

/** What the roster of a chat says of a member, as it came; throws when the chat cannot be asked. */
export type AskRoster = () => Promise<unknown>;

export interface OutsiderCheck {
  /** Roles are asked for in any case. */
  find(asker: Asker, askRoster: AskRoster): Promise<Standing>;
}

export interface OutsiderOptions {
  readonly services: Pick<Services, 'recallPerson' | 'findPerson'>;
  readonly clock: Pick<Ambient['clock'], 'now' | 'sleep'>;
  readonly log: Log;
}

/** Somebody waits for an answer. */
const WITHIN_MS = 3_000;
const REMEMBERED_MS = 3_600_000;
const MOST_REMEMBERED = 5_000;

/** Teams docs: TeamsChannelAccount. The name of a guest's account has `#EXT#` in it (Entra docs: guest properties). */
const member = z.object({
  tenantId: z.string().optional().catch(undefined),
  userRole: z.string().optional().catch(undefined),
  userPrincipalName: z.string().optional().catch(undefined),
});

/** What the roster says; undefined when it says too little. */
export function judgeMember(told: unknown, tenantId: string): Outsider | null | undefined {
  const { data } = member.safeParse(told);
  if (!data) return undefined;
  if (data.tenantId !== undefined && data.tenantId.toLowerCase() !== tenantId) return 'otherTenant';
  if (data.userRole?.toLowerCase() === 'guest') return 'guest';
  if (data.userPrincipalName?.toUpperCase().includes('#EXT#') === true) return 'guest';
  return data.userRole === undefined && data.userPrincipalName === undefined ? undefined : null;
}

/** The check of this process; it asks the roster for each person once an hour. */
export function createOutsiderCheck({ services, clock, log }: OutsiderOptions): OutsiderCheck {
  const remembered = new Map<string, { readonly outsider: Outsider | null; readonly untilMs: number }>();

  const remember = (key: string, outsider: Outsider | null): Outsider | null => {
    const [oldest] = remembered.keys();
    if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(key, { outsider, untilMs: clock.now().getTime() + REMEMBERED_MS });
    return outsider;
  };

  /** Undefined: nobody tells. */
  async function look(
    { tenantId, actor }: Asker,
    askRoster: AskRoster,
  ): Promise<Outsider | null | undefined> {
    // The database may be away; the roster may still tell.
    const recalled = await services.recallPerson(tenantId, actor.objectId).catch(() => null);
    if (recalled?.kind === 'known') return recalled.person.isGuest ? 'guest' : null;
    const key = `${tenantId}/${actor.objectId}`;
    const known = remembered.get(key);
    if (known && known.untilMs > clock.now().getTime()) return known.outsider;
    const told = await askRoster().catch((error: unknown) => {
      log.info('roster-not-asked', { code: toAppError(error).code });
      return null;
    });
    const judged = judgeMember(told, tenantId);
    if (judged === null || judged === 'otherTenant') return remember(key, judged);
    // Accounts from elsewhere may be members all the same (Entra docs: external members); Microsoft 365 knows.
    const found = await services.findPerson(tenantId, actor.objectId);
    if (found.kind === 'known') return found.person.isGuest ? 'guest' : null;
    return judged === undefined ? undefined : remember(key, judged);
  }

  return {
    find: async (asker, askRoster) => {
      const late = new AbortController();
      const waited = clock.sleep(WITHIN_MS, late.signal).then(
        () => undefined,
        () => undefined,
      );
      const looked = look(asker, askRoster).catch((error: unknown) => {
        log.warn('outsider-unknown', {}, toAppError(error));
        return undefined;
      });
      const outsider = await Promise.race([looked, waited]);
      late.abort();
      if (outsider !== undefined) return outsider;
      log.info('outsider-not-told', {});
      return 'unknown';
    },
  };
}
