// The card of a sync, from "initiated" to its result: which of the two it is, and what every state has in common.
import type { Run } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { createFormat, type Format } from './format.ts';
import type { Names, Reader } from './reader.ts';
import { startedText } from './started-text.ts';
import { barOf, stagesOf } from './sync-progress.ts';
import { viewResult } from './sync-result.ts';

export interface SyncExtra {
  /** Names for the object ids that a report mentions as examples. */
  readonly names?: Names;
  /** Said on top: why this card is shown instead of what was asked for. */
  readonly note?: 'alreadyRunning' | 'approvalOutOfDate' | 'alreadyApplied';
}

export function viewSync(run: Run, reader: Reader, extra: SyncExtra = {}): CardView {
  const format = createFormat(reader);
  const data =
    run.status === 'running' ? viewRunning(run, format, extra) : viewResult(run, format, extra.names ?? {});
  const lines = [...notesOf(extra), ...data.lines];
  const fallbackText = unmarked([data.title, ...lines].join(' '));
  return {
    card: 'sync',
    summary: run.status === 'running' ? data.title : unmarked(`${data.title}. ${data.lines[0] ?? ''}`.trim()),
    data: { ...data, lines, fallbackText: fallbackText.slice(0, 1000) },
  };
}

function notesOf(extra: SyncExtra): string[] {
  if (extra.note === 'approvalOutOfDate') {
    return ['This was not applied: things have changed since you looked. This is how they are now.'];
  }
  return extra.note === 'alreadyApplied' ? ['These changes were applied already. This was the result.'] : [];
}

function viewRunning(run: Run, format: Format, extra: SyncExtra): CardData<'sync'> {
  return {
    fallbackText: 'Sync initiated successfully.',
    title: extra.note === 'alreadyRunning' ? 'A sync is already running' : 'Sync initiated successfully',
    tone: 'accent',
    lines: ['Follow it here: the result will appear on this card.'],
    bar: barOf(run.progress),
    stages: stagesOf(run.progress, format),
    table: [],
    notes: [],
    facts: [{ name: 'Started', value: startedText(run, format) }],
    remedy: [],
    buttons: [button('Refresh', 'run.refresh', { v: 1, runId: run.id })],
  };
}
