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
  /** Answers of other people than the one who pressed. */
  strangers?: number;
  card: CardAddress | null;
  result: SignInResult | null;
  /** Its card shows an earlier state. */
  untold?: true;
}

const pending = z
  .object({
    _id: z.string(),
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
          result: null,
        });
      }),
    take: (stateHash, now) =>
      converted(async () => {
        const taken = await (
          await signIns()
        ).findOneAndUpdate(
          { stateHash, state: 'waiting' },
          { $set: { state: 'checking', takenAt: now } },
          { returnDocument: 'before' },
        );
        if (taken !== null) {
          const signIn = pending.parse(taken);
          if (taken.expiresAt <= now) return { kind: 'late', signIn };
          return { kind: 'taken', signIn: { ...signIn, sealed: sealedSecret.parse(taken.sealed) } };
        }
        const known = await (await signIns()).findOne({ stateHash });
        return known === null ? { kind: 'unknown' } : { kind: 'alreadyUsed', signIn: pending.parse(known) };
      }),
    markProven: (id) =>
      converted(async () => {
        await (
          await signIns()
        ).updateOne({ _id: id, state: 'checking' }, { $set: { untold: true, sealed: null } });
      }),
    reopen: (id, most) =>
      converted(async () => {
        const { matchedCount } = await (
          await signIns()
        ).updateOne(
          { _id: id, state: 'checking', strangers: { $not: { $gte: most - 1 } } },
          { $set: { state: 'waiting', takenAt: null }, $inc: { strangers: 1 } },
        );
        return matchedCount === 1;
      }),
    finish: (id, result) =>
      converted(async () => {
        await (
          await signIns()
        ).updateOne(
          { _id: id, state: { $ne: 'done' } },
          { $set: { state: 'done', result, untold: true, sealed: null } },
        );
      }),
    endInterrupted: (takenBefore, result) =>
      converted(async () => {
        await (
          await signIns()
        ).updateMany(
          { state: 'checking', takenAt: { $lt: takenBefore } },
          { $set: { state: 'done', result, untold: true, sealed: null } },
        );
      }),
    attachCard: (tenantId, id, card) =>
      converted(async () => {
        await (await signIns()).updateOne({ _id: id, tenantId }, { $set: { card } });
      }),
    takeNews: () =>
      converted(async () => {
        const found = await (
          await signIns()
        ).findOneAndUpdate(
          { untold: true, card: { $type: 'string' } },
          { $unset: { untold: true } },
          { returnDocument: 'before' },
        );
        if (!found?.card) return null;
        return {
          ...{ tenantId: storedTenantId.parse(found.tenantId), signInId: found._id, card: found.card },
          state: found.state === 'done' ? 'done' : 'checking',
          result: found.result === null ? null : storedSignInResult.parse(found.result),
        };
      }),
  };
}
