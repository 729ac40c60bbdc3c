// The kept audit trail: lines are appended, completed once, and read; of refusals that repeat, one is counted. Nothing
// else is ever changed.
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { AuditStore } from '../directory/people-store.ts';
import { AUDIT_RESULTS, type AuditEntry } from '../directory/person.ts';
import { collectionOf } from './connection.ts';
import { storedActor } from './parse-credential.ts';
import { storedTenantId } from './parse-entry.ts';
import { converted, convertStoreError, isDuplicateKey } from './store-errors.ts';

interface AuditDocument extends Omit<AuditEntry, 'id'> {
  _id: string;
}

const storedEntry = z
  .object({
    _id: z.string(),
    tenantId: storedTenantId,
    at: z.date(),
    actor: storedActor.nullable(),
    action: z.string(),
    target: z.string().nullable(),
    conversationId: z.string().nullable(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    result: z.enum(AUDIT_RESULTS),
    times: z.int().optional(),
  })
  .transform(({ _id, times, ...rest }): AuditEntry => ({
    ...{ id: _id, ...rest },
    ...(times !== undefined && times > 1 && { times }),
  }));

/** The repository of the audit trail. */
export function createAuditRepository(db: () => Promise<Db>): AuditStore {
  const audit = async () => collectionOf<AuditDocument>(await db(), 'audit');
  return {
    append: ({ id, ...entry }) =>
      converted(async () => {
        try {
          await (await audit()).insertOne({ _id: id, ...entry });
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      }),
    count: ({ id, ...entry }) =>
      converted(async () => {
        const line = { $setOnInsert: entry, $inc: { times: 1 } };
        try {
          await (await audit()).updateOne({ _id: id }, line, { upsert: true });
        } catch (error) {
          // Two were the first at once.
          if (!isDuplicateKey(error)) throw error;
          await (await audit()).updateOne({ _id: id }, { $inc: { times: 1 } });
        }
      }),
    complete: (id, end) =>
      converted(async () => {
        await (await audit()).updateOne({ _id: id, result: 'begun' }, { $set: end });
      }),
    withdraw: (id) =>
      converted(async () => {
        await (await audit()).deleteOne({ _id: id, result: 'begun' });
      }),
    list: (tenantId, { page, pageSize }) =>
      converted(async () => {
        const collection = await audit();
        const newest = collection
          .find({ tenantId })
          .sort({ tenantId: -1, at: -1, _id: -1 })
          .skip(page * pageSize)
          .limit(pageSize);
        const [found, total] = await Promise.all([newest.toArray(), collection.countDocuments({ tenantId })]);
        return { items: found.map((document) => storedEntry.parse(document)), total };
      }),
    stream: async function* (tenantId) {
      try {
        const oldest = (await audit()).find({ tenantId }).sort({ tenantId: 1, at: 1, _id: 1 });
        for await (const document of oldest) yield storedEntry.parse(document);
      } catch (error) {
        throw convertStoreError(error);
      }
    },
  };
}
