// Kept people of a tenant with their roles: one document, so that rules about all of them hold whoever writes at once.
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { TenantId } from '../directory/ids.ts';
import type { PeopleStore } from '../directory/people-store.ts';
import { ROLES, type PersonEntry } from '../directory/person.ts';
import { collectionOf } from './connection.ts';
import { storedActor } from './parse-credential.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface PeopleDocument {
  _id: TenantId;
  revision: number;
  people: readonly PersonEntry[];
}

const storedPeople: z.ZodType<readonly PersonEntry[]> = z.array(
  z.object({
    objectId: z.string(),
    displayName: z.string(),
    role: z.enum(ROLES),
    since: z.date(),
    addedBy: storedActor.nullable(),
  }),
);

/** The repository of people. */
export function createPeopleRepository(db: () => Promise<Db>): PeopleStore {
  const collection = async () => collectionOf<PeopleDocument>(await db(), 'people');
  const insertFirst = async (document: PeopleDocument): Promise<boolean> => {
    try {
      await (await collection()).insertOne(document);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };
  return {
    read: (tenantId) =>
      converted(async () => {
        const found = await (await collection()).findOne({ _id: tenantId });
        if (found === null) return { revision: 0, people: [] };
        return { revision: found.revision, people: storedPeople.parse(found.people) };
      }),
    write: (tenantId, revision, people) =>
      converted(async () => {
        if (revision === 0) return insertFirst({ _id: tenantId, revision: 1, people });
        const { matchedCount } = await (
          await collection()
        ).updateOne({ _id: tenantId, revision }, { $set: { people }, $inc: { revision: 1 } });
        return matchedCount === 1;
      }),
  };
}
