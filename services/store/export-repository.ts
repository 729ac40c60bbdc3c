// Kept offers of a download: each can be used once, and only who has its random text can name it. The text itself is
// not kept.
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { ExportOffer, ExportStore } from '../directory/people-store.ts';
import { collectionOf } from './connection.ts';
import { storedActor } from './parse-credential.ts';
import { storedTenantId } from './parse-entry.ts';
import { converted } from './store-errors.ts';

interface ExportDocument extends ExportOffer {
  /** SHA-256 of the random text. */
  _id: string;
}

const storedOffer: z.ZodType<ExportOffer> = z.object({
  tenantId: storedTenantId,
  actor: storedActor,
  conversationId: z.string(),
  expiresAt: z.date(),
});

/** The repository of offered downloads. */
export function createExportRepository(db: () => Promise<Db>): ExportStore {
  const offers = async () => collectionOf<ExportDocument>(await db(), 'exports');
  return {
    insert: (hash, offer) =>
      converted(async () => {
        await (await offers()).insertOne({ _id: hash, ...offer });
      }),
    isOpen: (hash, now) =>
      converted(async () => {
        const found = await (await offers()).findOne({ _id: hash, expiresAt: { $gt: now } });
        return found !== null;
      }),
    take: (hash, now) =>
      converted(async () => {
        const taken = await (await offers()).findOneAndDelete({ _id: hash, expiresAt: { $gt: now } });
        return taken === null ? null : storedOffer.parse(taken);
      }),
  };
}
