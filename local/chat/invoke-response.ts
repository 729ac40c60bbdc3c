// What a Teams client makes of a bot's answer to a card action.
// Pure; the shapes are those of the universal action model (Adaptive Cards docs).
import { z } from 'zod';
import { jsonObject } from './json.ts';
import type { JsonObject } from './json.ts';

/** What the person who pressed the button sees next. */
export type InvokeOutcome =
  | { readonly kind: 'card'; readonly card: JsonObject }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string };

/** The client's own words; nothing of the bot's error reaches the person. */
export const somethingWentWrong = 'Something went wrong. Please try again.';
/** Shown when no answer came in time, or none at all. */
export const unableToReachApp = 'Unable to reach app. Please try again.';

const cardResponse = z.object({
  statusCode: z.literal(200),
  type: z.literal('application/vnd.microsoft.card.adaptive'),
  value: jsonObject,
});
const messageResponse = z.object({
  statusCode: z.literal(200),
  type: z.literal('application/vnd.microsoft.activity.message'),
  value: z.string(),
});

/**
 * Reads an answer. `status` is the HTTP status, 0 when there was no answer.
 * Error bodies (400, 401, 412, 500), other statuses and unknown types all end in the client's own line.
 */
export function readInvokeResponse(status: number, body: unknown): InvokeOutcome {
  if (status === 0) return { kind: 'error', text: unableToReachApp };
  if (status !== 200) return { kind: 'error', text: somethingWentWrong };
  const card = cardResponse.safeParse(body).data;
  if (card) return { kind: 'card', card: card.value };
  const message = messageResponse.safeParse(body).data;
  if (message) return { kind: 'message', text: message.value };
  return { kind: 'error', text: somethingWentWrong };
}
