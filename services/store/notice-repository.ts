// The outbox: notices that wait for the bot, one document for each person, and what they were told before. While one is
// being delivered nobody else takes it, and a change in the meantime is not lost.
import type { Db } from 'mongodb';
import type { TenantId } from '../directory/ids.ts';
import { sayingOf, type NoticeStore, type ServiceNotice } from '../directory/notice.ts';
import { collectionOf } from './connection.ts';
import { storedNotice } from './parse-credential.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface NoticeDocument {
  _id: string;
  tenantId: TenantId;
  key: string;
  person: string;
  kind: ServiceNotice['kind'];
  /** What it says, to tell another from the same. */
  saying: string;
  notice: ServiceNotice;
  /** Grows with each change of the notice. */
  revision: number;
  /** The revision that is being delivered, or was. */
  taken: number;
  due: boolean;
  /** Not to be taken before: somebody is delivering it. */
  retryAt: Date;
  tries: number;
  /** There was no chat to tell this person in; missing means false. */
  awaitsChat?: boolean;
  card: string | null;
  changedAt: Date;
}

const RETRY_MS = 5 * 60_000;
const LONGEST_RETRY_MS = 60 * 60_000;
/** 5, 10, 20, 40 minutes, and then an hour each: somewhat more than a day. */
const TRIES = 30;
const AT_ONCE = new Date(0);

/** The repository of notices. */
export function createNoticeRepository(db: () => Promise<Db>): NoticeStore {
  const notices = async () => collectionOf<NoticeDocument>(await db(), 'notices');
  const idOf = (key: string, person: string) => `${key}/${person.toLowerCase()}`;
  /** `retryAt` stays: a delivery under way ends first, and then its place is known. */
  const changeTo = (notice: ServiceNotice, now: Date) => ({
    $set: { notice, kind: notice.kind, saying: sayingOf(notice), due: true, tries: 0, changedAt: now },
    $inc: { revision: 1 },
  });

  const tellPerson = async (notice: ServiceNotice, person: string, now: Date): Promise<void> => {
    const { key, tenantId, kind } = notice;
    const saying = sayingOf(notice);
    const _id = idOf(key, person);
    const changed = await (
      await notices()
    ).updateOne({ _id, tenantId, saying: { $ne: saying } }, changeTo(notice, now));
    if (changed.matchedCount === 1) return;
    try {
      await (
        await notices()
      ).insertOne({
        ...{ _id, tenantId, key, person: person.toLowerCase(), kind, saying, notice, revision: 1 },
        ...{ taken: 0, due: true, retryAt: AT_ONCE, tries: 0, card: null, changedAt: now },
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  };

  return {
    tell: (notice, now) =>
      converted(async () => {
        for (const person of new Set(notice.people)) await tellPerson(notice, person, now);
      }),
    amend: (notice, now) =>
      converted(async () => {
        const { key, tenantId } = notice;
        const other = { tenantId, key, saying: { $ne: sayingOf(notice) } };
        await (await notices()).updateMany(other, changeTo(notice, now));
      }),
    take: (now) =>
      converted(async () => {
        const pauseMs = { $min: [LONGEST_RETRY_MS, { $multiply: [RETRY_MS, { $pow: [2, '$tries'] }] }] };
        const retryAt = { $add: [now, pauseMs] };
        const found = await (
          await notices()
        ).findOneAndUpdate(
          { due: true, retryAt: { $lte: now }, tries: { $lt: TRIES }, awaitsChat: { $ne: true } },
          [{ $set: { retryAt, taken: '$revision', tries: { $add: ['$tries', 1] } } }],
          { returnDocument: 'before', sort: { due: 1, retryAt: 1 } },
        );
        if (found === null) return null;
        return { notice: storedNotice.parse(found.notice), person: found.person, card: found.card };
      }),
    place: (key, person, card) =>
      converted(async () => {
        await (
          await notices()
        ).updateOne({ _id: idOf(key, person) }, [
          { $set: { card: { $literal: card }, retryAt: AT_ONCE, due: { $lt: ['$taken', '$revision'] } } },
        ]);
      }),
    awaitChat: (key, person) =>
      converted(async () => {
        await (
          await notices()
        ).updateOne({ _id: idOf(key, person) }, [
          { $set: { awaitsChat: true, tries: { $max: [0, { $subtract: ['$tries', 1] }] } } },
        ]);
      }),
    wake: (tenantId, person) =>
      converted(async () => {
        const waiting = { tenantId, person: person.toLowerCase(), awaitsChat: true };
        await (await notices()).updateMany(waiting, { $set: { awaitsChat: false, retryAt: AT_ONCE } });
      }),
  };
}
