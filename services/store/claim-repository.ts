// Claims on work that comes round on a clock: of several processes one does it.
import type { Db } from 'mongodb';
import type { ClaimStore } from '../directory/people-store.ts';
import { collectionOf } from './connection.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface ClaimDocument {
  _id: string;
  until: Date;
}

/** The repository of claims. */
export const createClaimRepository = (db: () => Promise<Db>): ClaimStore => ({
  claim: (key, until, now) =>
    converted(async () => {
      const claims = collectionOf<ClaimDocument>(await db(), 'claims');
      // The database forgets ended claims about once a minute; until then they are taken over.
      const ended = await claims.updateOne({ _id: key, until: { $lte: now } }, { $set: { until } });
      if (ended.matchedCount === 1) return true;
      try {
        await claims.insertOne({ _id: key, until });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    }),
});
