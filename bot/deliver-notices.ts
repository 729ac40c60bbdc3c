// Delivers what people are told without having asked, to the chat in which they last talked to Rollcall. A notice that
// stands already is edited. One that does not arrive stays in the outbox and comes again; where there is no chat, with the next message.
import {
  toAppError,
  type Ambient,
  type CardAddress,
  type DueNotice,
  type Log,
  type Services,
} from '../services/index.ts';
import { formatCardAddress, isPersonalChat, parseCardAddress } from './card-address.ts';
import { keepLooking, type Looking } from './keep-looking.ts';
import type { Notify } from './notify.ts';
import { viewServiceNotice } from './views/service-notice.ts';

const LOOK_EVERY_MS = 3_000;

export interface NoticeOptions {
  readonly services: Pick<Services, 'takeNotices' | 'placeNotice' | 'awaitChat' | 'findChat'>;
  readonly notify: Notify;
  readonly ambient: Ambient;
  readonly log: Log;
}

export function startDeliveringNotices(options: NoticeOptions): Looking {
  const { services, ambient, log } = options;
  return keepLooking({ clock: ambient.clock, log, what: 'notices' }, LOOK_EVERY_MS, async () => {
    for (const due of await services.takeNotices()) {
      try {
        await deliverNotice(options, due);
      } catch (error) {
        log.warn('notice-not-delivered', { kind: due.notice.kind }, toAppError(error));
      }
    }
  });
}

async function deliverNotice(
  { services, notify, ambient, log }: NoticeOptions,
  due: DueNotice,
): Promise<void> {
  const { notice, person, card } = due;
  const address = card ?? (await services.findChat(notice.tenantId, person));
  const place = address === null ? null : parseCardAddress(address);
  // What is wrong with accounts is not for those who read along in a channel: it waits for a chat of their own.
  if (place === null || !isPersonalChat(place.conversationId)) {
    log.info('notice-without-chat', { kind: notice.kind });
    return services.awaitChat(notice.key, person);
  }
  const view = viewServiceNotice(notice, { ...place, now: ambient.clock.now() });
  const placed = async (where: CardAddress) => {
    await services.placeNotice(notice.key, person, where);
    log.info('notice-delivered', { kind: notice.kind, edited: card !== null });
  };
  if (card !== null) {
    await notify.edit(place, view);
    // A notice that was deleted needs no correction.
    return placed(card);
  }
  const activityId = await notify.post(place, view);
  if (activityId !== null) return placed(formatCardAddress({ ...place, activityId }));
  log.info('notice-chat-gone', { kind: notice.kind });
  return services.awaitChat(notice.key, person);
}
