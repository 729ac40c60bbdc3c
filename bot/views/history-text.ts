// What happened to a user or group so far, newest first.
import type { HistoryEntry } from '../../services/index.ts';
import type { CardData } from '../../cards/index.ts';
import { actionText, changeLines } from './change-text.ts';
import type { Format } from './format.ts';

const SHOWN = 6;

export function historyOf(entries: readonly HistoryEntry[], format: Format): CardData<'user'>['history'] {
  if (entries.length === 0) return [];
  const rows = entries.slice(0, SHOWN).map((entry) => ({
    when: format.when(entry.at),
    what: whatText(entry, format),
  }));
  return [{ title: 'History', rows }];
}

function whatText({ change }: HistoryEntry, format: Format): string {
  const lines = changeLines(change, format).slice(0, 2).join(' · ');
  if (change.type === 'memberships') return lines;
  const { text } = actionText(change);
  return lines === '' ? text : `${text}. ${lines}`;
}
