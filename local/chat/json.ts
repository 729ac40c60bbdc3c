// JSON that comes from outside, and the few schemas that several files share.
// What a field means is said where it is used.
import { z } from 'zod';

/** An object of which only some fields are known. */
export const jsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof jsonObject>;

/** The object, or an empty one for anything else. */
export const objectOrEmpty = (value: unknown): JsonObject => jsonObject.safeParse(value).data ?? {};

/** The text, or an empty one for anything else. */
export const textOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The parts of an activity from the bot that this chat reads; the rest is kept as it came. */
export const botActivity = z.looseObject({
  type: z.string().default('message'),
  text: z.string().nullish(),
  textFormat: z.string().nullish(),
  replyToId: z.string().nullish(),
  attachments: z
    .array(z.looseObject({ contentType: z.string(), content: z.unknown().optional() }))
    .nullish()
    .transform((attachments) => attachments ?? []),
});
export type BotActivity = z.infer<typeof botActivity>;

/** Parses text as JSON; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether an attachment is an Adaptive Card. */
export const isCard = (attachment: { readonly contentType: string }): boolean =>
  attachment.contentType === 'application/vnd.microsoft.card.adaptive';
