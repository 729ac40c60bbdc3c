// Kept sign-ins: begun once, answered once, told once. Kept for a day, so that a late or second answer can be told
// from one that nobody began.
import type { Db } from 'mongodb';
import { z } from 'zod';
import { sealedSecret } from '../directory/sealed-secret.ts';
import type { CardAddress, OpenSignIn, SignInResult, SignInStore } from '../directory/sign-in.ts';
import { collectionOf } from './connection.ts';
import { storedActor, storedGrant, storedKind, storedSignInResult } from './parse-credential.ts';
import { storedTenantId } from './parse-entry.ts';
import { converted } from './store-errors.ts';

interface SignInDocument extends Omit<OpenSignIn, 'id' | 'sealed'> {
  _id: string;
  stateHash: string;
  sealed: OpenSignIn['sealed'] | null;
  state: 'waiting' | 'checking' | 'done';
  /** When the first answer arrived. */
  takenAt: Date | null;
  /** When the process that took it was last heard of. */
  aliveAt: Date | null;
  /** Answers that did not prove the person who pressed. */
  strangers?: number;
  card: CardAddress | null;
  result: SignInResult | null;
  /** Its card shows an earlier state. */
  untold: boolean;
  /** Grows with each state that a card is to show. */
  newsRevision: number;
  /** Not to be taken before: somebody is editing the card. */
  tellAt: Date;
}

/** Longer than an edit takes, short enough for somebody who waits. */
const TELL_AGAIN_MS = 15_000;
const AT_ONCE = new Date(0);

const pending = z
  .object({
    _id: z.string(),
    // One that was begun by an earlier version has none.
    purpose: z.enum(['signIn', 'consent']).default('signIn'),
    tenantId: storedTenantId,
    actor: storedActor,
    grant: storedGrant,
    kind: storedKind,
    backup: z.boolean(),
    conversationId: z.string(),
    createdAt: z.date(),
    expiresAt: z.date(),
  })
  .transform(({ _id, ...rest }) => ({ id: _id, ...rest }));

/** The repository of sign-ins. */
export function createSignInRepository(db: () => Promise<Db>): SignInStore {
  const signIns = async () => collectionOf<SignInDocument>(await db(), 'signIns');
  return {
    insert: ({ id, ...signIn }, stateHash) =>
      converted(async () => {
        await (
          await signIns()
        ).insertOne({
          _id: id,
          ...signIn,
          stateHash,
          state: 'waiting',
          takenAt: null,
          card: null,
          ...{ result: null, aliveAt: null, untold: false, newsRevision: 0, tellAt: AT_ONCE },
        });
      }),
    take: (stateHash, now) =>
      converted(async () => {
        const taken = await (
          await signIns()
        ).findOneAndUpdate(
          { stateHash, state: 'waiting' },
          { $set: { state: 'checking', takenAt: now, aliveAt: now, result: null, untold: false } },
          { returnDocument: 'before' },
        );
        if (taken !== null) {
          const signIn = pending.parse(taken);
          if (taken.expiresAt <= now) return { kind: 'late', signIn };
          return { kind: 'taken', signIn: { ...signIn, sealed: sealedSecret.parse(taken.sealed) } };
        }
        const known = await (await signIns()).findOne({ stateHash });
        if (known === null) return { kind: 'unknown' };
        return { kind: 'alreadyUsed', signIn: pending.parse(known), result: resultOf(known) };
      }),
    markProven: (id) =>
      converted(async () => {
        await (
          await signIns()
        ).updateOne(
          { _id: id, state: 'checking' },
          {
            $set: { untold: true, sealed: null },
            $inc: { newsRevision: 1 },
          },
        );
      }),
    reopen: (id, { most, shown }) =>
      converted(async () => {
        const { matchedCount } = await (
          await signIns()
        ).updateOne(
          { _id: id, state: 'checking', ...(most !== null && { strangers: { $not: { $gte: most - 1 } } }) },
          {
            $set: {
              ...{ state: 'waiting', takenAt: null, aliveAt: null },
              ...(shown && { result: shown, untold: true }),
            },
            $inc: { strangers: most === null ? 0 : 1, newsRevision: shown === null ? 0 : 1 },
          },
        );
        return matchedCount === 1;
      }),
    finish: (id, result) =>
      converted(async () => {
        await (await signIns()).updateOne({ _id: id }, ended(result));
      }),
    keepAlive: (id, now) =>
      converted(async () => {
        await (await signIns()).updateOne({ _id: id, state: 'checking' }, { $set: { aliveAt: now } });
      }),
    listInterrupted: (aliveBefore) =>
      converted(async () => {
        const found = await (
          await signIns()
        )
          .find({ state: 'checking', aliveAt: { $lt: aliveBefore } })
          .toArray();
        return found.map((one) => ({
          ...pending.parse(one),
          ...{ takenAt: one.takenAt ?? one.createdAt, proven: one.sealed === null },
        }));
      }),
    endInterrupted: (id, aliveBefore, result) =>
      converted(async () => {
        const gone = { _id: id, state: 'checking' as const, aliveAt: { $lt: aliveBefore } };
        const again = { $set: { state: 'waiting' as const, takenAt: null, aliveAt: null } };
        const { matchedCount } = await (
          await signIns()
        ).updateOne(gone, result === null ? again : ended(result));
        return matchedCount === 1;
      }),
    attachCard: (tenantId, id, card) =>
      converted(async () => {
        await (await signIns()).updateOne({ _id: id, tenantId }, { $set: { card } });
      }),
    takeNews: (now) =>
      converted(async () => {
        const found = await (
          await signIns()
        ).findOneAndUpdate(
          { untold: true, tellAt: { $lte: now }, card: { $type: 'string' } },
          { $set: { tellAt: new Date(now.getTime() + TELL_AGAIN_MS) } },
          { returnDocument: 'before' },
        );
        if (!found?.card) return null;
        return {
          ...{ tenantId: storedTenantId.parse(found.tenantId), actor: storedActor.parse(found.actor) },
          ...{ signInId: found._id, card: found.card },
          ...{ revision: found.newsRevision, state: found.state === 'checking' ? 'checking' : 'done' },
          result: resultOf(found),
        };
      }),
    markTold: (signInId, revision) =>
      converted(async () => {
        await (
          await signIns()
        ).updateOne({ _id: signInId }, [
          { $set: { tellAt: AT_ONCE, untold: { $gt: ['$newsRevision', revision] } } },
        ]);
      }),
  };
}

const ended = (result: SignInResult) => ({
  $set: { state: 'done' as const, result, untold: true, sealed: null },
  $inc: { newsRevision: 1 },
});

const resultOf = ({ result }: Pick<SignInDocument, 'result'>): SignInResult | null =>
  result === null ? null : storedSignInResult.parse(result);
