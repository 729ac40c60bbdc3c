// What happened in a conversation as lines that a test can list in full: who said what, and which card answered. Cards
// are told by their first line as it stands at the end, because a card that is at work is edited until it is done.
import { z } from 'zod';
import type { TranscriptEntry } from './chat-page.ts';

/** `> sync now` for what a person said, `Sync complete` for a card (or text) of the bot. */
export function tellStory(entries: readonly TranscriptEntry[]): readonly string[] {
  return entries.filter(({ kind }) => kind === 'message').map((entry) => tell(entry, entries));
}

/** Entries that may not be in any transcript, and edits of something that the bot never posted. */
export function findStrays(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const posted = new Set(
    entries
      .filter(({ kind, from }) => kind === 'message' && from.role === 'bot')
      .map(({ activityId }) => activityId),
  );
  return entries.filter(
    ({ kind, activityId }) =>
      kind === 'refused' || kind === 'delete' || (kind === 'update' && !posted.has(activityId)),
  );
}

function tell(entry: TranscriptEntry, entries: readonly TranscriptEntry[]): string {
  if (entry.from.role === 'user') return `> ${entry.text ?? ''}`;
  const last = entries.findLast(
    ({ kind, activityId }) => kind === 'update' && activityId === entry.activityId,
  );
  const shown = last ?? entry;
  return firstText(shown.activity) ?? shown.text ?? '';
}

const textBlock = z.object({ type: z.literal('TextBlock'), text: z.string() });

/** The first text of the first card, in reading order. */
function firstText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const block = textBlock.safeParse(value);
  if (block.success) return block.data.text;
  for (const part of Object.values(value)) {
    const found = firstText(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
