// Cards that change by themselves while somebody connects: the one with the sign-in link becomes "checking" and then the
// result, whichever process the browser came back to; and one whose test takes longer than a chat waits.
import {
  toAppError,
  type Ambient,
  type CardAddress,
  type Log,
  type Services,
  type SignInNews,
  type TenantId,
} from '../services/index.ts';
import type { CardView } from '../cards/index.ts';
import { decideAccess } from './access.ts';
import { formatCardAddress, isPersonalChat, parseCardAddress } from './card-address.ts';
import { keepLooking, type Looking } from './keep-looking.ts';
import type { Notify } from './notify.ts';
import type { Asker } from './parse-activity.ts';
import type { Reply } from './reply.ts';
import { viewConnect } from './views/connect.ts';
import { viewManage } from './views/manage.ts';
import { viewError } from './views/error.ts';
import type { Reader } from './views/reader.ts';
import { resultBanner, viewChecking, viewEnded } from './views/sign-in.ts';

const LOOK_EVERY_MS = 2_000;
/** Teams shows an error when a button is not answered within some ten seconds. */
const ANSWER_WITHIN_MS = 6_000;
const AGAIN_AFTER_MS = [2_000, 10_000, 30_000];

const NOT_HERE =
  'The link to Microsoft is for you alone, and others could open it here. Say “connect” to me in our own chat.';
const SENT_TO_YOU = 'The link to Microsoft is for you alone: I have sent it to you in our own chat.';

export interface ConnectCards {
  /**
   * Shows a link to Microsoft that is for one person alone: in that person's own chat, wherever it was asked for. The
   * card changes when the sign-in does. Throws `chat-unreachable` and the like.
   */
  offer(asker: Asker, view: CardView, signInId: string): Promise<Reply>;
  /** The view as soon as it is there; when it takes long, the card says so and changes later. */
  answer(work: Promise<CardView>): Promise<Reply>;
  /** Shows what sign-ins have come to, now and from time to time. */
  start(): Looking;
  /** Resolves when no card is being edited any more. */
  settle(): Promise<void>;
}

export interface ConnectCardsOptions {
  readonly services: Services;
  readonly notify: Notify;
  readonly ambient: Ambient;
  readonly log: Log;
}

export function createConnectCards({ services, notify, ambient, log }: ConnectCardsOptions): ConnectCards {
  const { clock } = ambient;
  const working = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const track = (work: Promise<unknown>) => {
    const tracked: Promise<unknown> = work
      .catch((error: unknown) => log.error('connect-card', {}, toAppError(error)))
      .finally(() => working.delete(tracked));
    working.add(tracked);
  };

  /** True when the card shows it, or never can. */
  const edit = async (address: CardAddress, view: (reader: Reader) => CardView): Promise<boolean> => {
    const place = parseCardAddress(address);
    if (place === null) return true;
    const { locale, timeZone } = place;
    try {
      await notify.edit(place, view({ locale, timeZone, now: clock.now() }));
      return true;
    } catch (error) {
      log.warn('connect-card-not-edited', {}, toAppError(error));
      return false;
    }
  };

  /** Nobody else remembers what this card is to show, so a chat that is away is tried again for a while. */
  const insistOnEdit = async (address: CardAddress, view: (reader: Reader) => CardView): Promise<void> => {
    for (const pauseMs of [...AGAIN_AFTER_MS, null]) {
      if (await edit(address, view)) return;
      if (pauseMs === null || closing.signal.aborted) return;
      await clock.sleep(pauseMs, closing.signal).catch(() => undefined);
    }
  };

  const maySee = async (tenantId: TenantId, objectId: string): Promise<boolean> => {
    const [role, hasOwner] = await Promise.all([
      services.roleOf(tenantId, objectId),
      services.hasOwner(tenantId),
    ]);
    return decideAccess('connecting', role, hasOwner) === 'granted';
  };

  const show = async ({ tenantId, actor, card, result }: SignInNews): Promise<boolean> => {
    if (result === null) return edit(card, viewChecking);
    // Whoever pressed the button may have lost the right to see the accounts since.
    if (!(await maySee(tenantId, actor.objectId))) return edit(card, (reader) => viewEnded(result, reader));
    const connections = await services.getConnections(tenantId);
    return edit(card, (reader) => {
      const banner = resultBanner(result, reader);
      // Where consent is missing, the way to give it stands on the card of the app.
      return result.kind === 'refused' && result.reason === 'consentNeeded'
        ? viewManage(connections, 'everything', reader, { banner, consentAsked: true })
        : viewConnect(connections, reader, banner);
    });
  };

  /** By sign-in whose card is being edited: the newest that it is to show afterwards. One edit at a time, in order. */
  const next = new Map<string, SignInNews | null>();
  /** What is not marked as told comes again after some seconds, as long as the sign-in is kept: for a day. */
  const tell = async (first: SignInNews): Promise<void> => {
    const { signInId } = first;
    for (let news: SignInNews | null = first; news !== null; news = next.get(signInId) ?? null) {
      next.set(signInId, null);
      if (await show(news).catch(failed)) await services.markSignInTold(news).catch(failed);
    }
    next.delete(signInId);
  };
  const failed = (error: unknown): false => {
    log.warn('connect-card-not-told', {}, toAppError(error));
    return false;
  };

  const attach = (tenantId: TenantId, signInId: string, address: CardAddress) =>
    track(services.attachConnectCard(tenantId, signInId, address));

  return {
    offer: async ({ tenantId, actor, conversation }, view, signInId) => {
      const placed = (address: CardAddress) => attach(tenantId, signInId, address);
      if (conversation.kind === 'personal') return { kind: 'card', view, onPlaced: placed };
      const known = await services.findChat(tenantId, actor.objectId);
      const own = known === null ? null : parseCardAddress(known);
      if (own === null || !isPersonalChat(own.conversationId)) return { kind: 'text', text: NOT_HERE };
      const activityId = await notify.post(own, view);
      if (activityId === null) return { kind: 'text', text: NOT_HERE };
      placed(formatCardAddress({ ...own, activityId }));
      return { kind: 'text', text: SENT_TO_YOU };
    },
    answer: async (work) => {
      const late = new AbortController();
      const first = await Promise.race([
        work,
        clock.sleep(ANSWER_WITHIN_MS, late.signal).then(
          () => null,
          () => null,
        ),
      ]);
      late.abort();
      if (first !== null) return { kind: 'card', view: first };
      const shown = work.then(
        (view) => () => view,
        (error: unknown) => (reader: Reader) => viewError(toAppError(error), reader),
      );
      return {
        kind: 'card',
        view: viewChecking(),
        onPlaced: (address) => track(shown.then((view) => insistOnEdit(address, view))),
      };
    },
    start: () => {
      // Each for itself: a chat that is away keeps no other card waiting.
      const looking = keepLooking({ clock, log, what: 'sign-ins' }, LOOK_EVERY_MS, async () => {
        for (const news of await services.takeFinishedSignIns())
          if (next.has(news.signInId)) next.set(news.signInId, news);
          else track(tell(news).then(() => (closing.signal.aborted ? undefined : looking.now())));
      });
      return looking;
    },
    settle: async () => {
      closing.abort();
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}
