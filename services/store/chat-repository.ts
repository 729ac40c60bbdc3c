// Kept chats: where each person was last heard, so that a notice can reach him.
import type { Db } from 'mongodb';
import type { TenantId } from '../directory/ids.ts';
import type { ChatStore } from '../directory/people-store.ts';
import { collectionOf } from './connection.ts';
import { converted } from './store-errors.ts';

interface ChatDocument {
  _id: string;
  tenantId: TenantId;
  objectId: string;
  displayName?: string;
  chat: string;
  at: Date;
}

/** The repository of chats. */
export function createChatRepository(db: () => Promise<Db>): ChatStore {
  const chats = async () => collectionOf<ChatDocument>(await db(), 'chats');
  const idOf = (tenantId: TenantId, objectId: string) => `${tenantId}/${objectId.toLowerCase()}`;
  return {
    remember: (tenantId, { objectId, displayName }, chat, at) =>
      converted(async () => {
        const $set = { tenantId, objectId: objectId.toLowerCase(), displayName, chat, at };
        await (await chats()).updateOne({ _id: idOf(tenantId, objectId) }, { $set }, { upsert: true });
      }),
    findName: (tenantId, objectId) =>
      converted(async () => {
        const found = await (await chats()).findOne({ _id: idOf(tenantId, objectId) });
        return found === null ? null : (found.displayName ?? '');
      }),
    find: (tenantId, objectId) =>
      converted(async () => (await (await chats()).findOne({ _id: idOf(tenantId, objectId) }))?.chat ?? null),
  };
}
