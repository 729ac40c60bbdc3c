// Turns that have been answered, so that a message that is delivered twice is answered once. Kept for a day.
import type { Db } from 'mongodb';
import { collectionOf } from './connection.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface TurnDocument {
  _id: string;
  at: Date;
}

export interface TurnRepository {
  /** True for the first who asks, whatever the number of processes that ask at once. */
  claim(key: string, now: Date): Promise<boolean>;
}

/** The repository of turns. */
export const createTurnRepository = (db: () => Promise<Db>): TurnRepository => ({
  claim: (key, now) =>
    converted(async () => {
      try {
        await collectionOf<TurnDocument>(await db(), 'turns').insertOne({ _id: key, at: now });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    }),
});
