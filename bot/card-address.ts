// Where a card stands and for whom it was written, as one opaque text that the services keep beside a run. Pure.
import { z } from 'zod';
import type { CardAddress } from '../services/index.ts';
import type { Asker } from './parse-activity.ts';

const place = z.object({
  serviceUrl: z.url(),
  conversationId: z.string().min(1),
  activityId: z.string().min(1),
  tenantId: z.string(),
  locale: z.string(),
  timeZone: z.string(),
});
export type CardPlace = z.infer<typeof place>;

export const formatCardAddress = (card: CardPlace): CardAddress => JSON.stringify(card);

/** Null when the text is not an address: it was written by another version. */
export function parseCardAddress(address: CardAddress): CardPlace | null {
  try {
    return place.safeParse(JSON.parse(address)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The chat of a request, for messages that nobody asked for; `activityId` is that of the request. */
export const chatAddressOf = (
  { tenantId, conversation, locale, timeZone, activityId }: Asker,
  serviceUrl: string,
): CardAddress =>
  formatCardAddress({
    ...{ serviceUrl, tenantId, locale, timeZone },
    conversationId: conversation.id,
    activityId: activityId || 'none',
  });

/** Teams docs: channels, group chats and meetings are threads; a chat with one person is none. */
export const isPersonalChat = (conversationId: string): boolean => !conversationId.includes('@thread.');
