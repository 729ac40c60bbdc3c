// The card that lists what a run changed, or what a held one would change, page by page.
import { MOST_PLANNED_CHANGES, type NamedChange, type Page, type Run } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { button, named as titled } from './button.ts';
import { actionText, changeLines, type Mood } from './change-text.ts';
import { createFormat, type Format } from './format.ts';
import { named } from './name-text.ts';
import { hasNext, hasPrevious, pagerText } from './pager-text.ts';
import type { Reader } from './reader.ts';
import { outcomeOf } from './run-text.ts';

export function viewRun(run: Run, changes: Page<NamedChange>, reader: Reader): CardView {
  const format = createFormat(reader);
  const held = outcomeOf(run) === 'held';
  const mood = held ? 'would' : 'did';
  const title = held ? 'What this sync would change' : `What sync ${format.number(run.number)} changed`;
  const lead = leadText(run, changes.total, mood, format);
  const go = (text: string, page: number) => button(text, 'run.show', { v: 1, runId: run.id, page });
  return {
    card: 'run',
    summary: title,
    data: {
      fallbackText: `${title}: ${lead}`,
      title,
      lead,
      rows: changes.items.map((item) => rowOf(item, mood, format)),
      empty: changes.items.length > 0 ? [] : [emptyText(changes, mood)],
      pager: pagerText(changes, format),
      buttons: [
        ...(hasPrevious(changes) ? [go('Previous', changes.page - 1)] : []),
        ...(hasNext(changes) ? [go('Next', changes.page + 1)] : []),
        button('Back to the result', 'run.refresh', { v: 1, runId: run.id }),
      ],
    },
  };
}

function leadText(run: Run, total: number, mood: Mood, format: Format): string {
  const changes = format.count(total, 'change', 'changes');
  if (mood === 'would' && total === 0) return `Looked at ${format.when(run.startedAt)}.`;
  if (mood === 'did') return `${changes}, ${format.when(run.startedAt)}.`;
  const many = total >= MOST_PLANNED_CHANGES ? `The first ${changes}` : changes;
  return `${many}, as seen ${format.when(run.startedAt)}. This sync has made none of them.`;
}

function emptyText({ total }: Page<unknown>, mood: Mood): string {
  if (total > 0) return 'There is nothing on this page.';
  return mood === 'did'
    ? 'This sync changed nothing.'
    : 'What it would have changed was kept for a week. Check again to see how it is now.';
}

function rowOf(item: NamedChange, mood: Mood, format: Format): CardData<'run'>['rows'][number] {
  const { text, color } = actionText(item.change, mood);
  const lines = changeLines(item.change, format, mood);
  const open =
    item.id === null
      ? []
      : item.change.type === 'user'
        ? [button(titled('Open', item.displayName), 'user.show', { v: 1, id: item.id })]
        : [button(titled('Open', item.displayName), 'group.show', { v: 1, id: item.id })];
  const kind = item.change.type === 'user' ? 'User' : 'Group';
  return {
    action: text,
    color,
    name: named(item.displayName, 100),
    lines: lines.length > 0 ? lines : [kind],
    open,
  };
}
