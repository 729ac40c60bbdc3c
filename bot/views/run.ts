// The card that lists what a run changed, page by page.
import type { NamedChange, Page, Run } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { button, named as titled } from './button.ts';
import { actionText, changeLines } from './change-text.ts';
import { createFormat, type Format } from './format.ts';
import { named } from './name-text.ts';
import { hasNext, hasPrevious, pagerText } from './pager-text.ts';
import type { Reader } from './reader.ts';
import { outcomeOf } from './run-text.ts';

export function viewRun(run: Run, changes: Page<NamedChange>, reader: Reader): CardView {
  const format = createFormat(reader);
  const held = outcomeOf(run) === 'held';
  const title = held ? 'What this sync would change' : `What sync ${format.number(run.number)} changed`;
  const lead = `${format.count(changes.total, 'change', 'changes')}, ${format.when(run.startedAt)}`;
  const go = (text: string, page: number) => button(text, 'run.show', { v: 1, runId: run.id, page });
  return {
    card: 'run',
    summary: title,
    data: {
      fallbackText: `${title}: ${lead}.`,
      title,
      lead,
      rows: changes.items.map((item) => rowOf(item, format)),
      empty: changes.items.length > 0 ? [] : [emptyText(changes)],
      pager: pagerText(changes, format),
      buttons: [
        ...(hasPrevious(changes) ? [go('Previous', changes.page - 1)] : []),
        ...(hasNext(changes) ? [go('Next', changes.page + 1)] : []),
        button('Back to the result', 'run.refresh', { v: 1, runId: run.id }),
      ],
    },
  };
}

const emptyText = (changes: Page<unknown>) =>
  changes.total === 0 ? 'This sync changed nothing.' : 'There is nothing on this page.';

function rowOf(item: NamedChange, format: Format): CardData<'run'>['rows'][number] {
  const { text, color } = actionText(item.change);
  const lines = changeLines(item.change, format);
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
