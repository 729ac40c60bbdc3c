// The card of the audit trail: who did what, when, from where, and how it ended. Its words are in audit-text.ts.
import type { AuditEntry, Page } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { actionText, actorText, changeLines, placeText, targetText } from './audit-text.ts';
import { button } from './button.ts';
import { createFormat, type Format } from './format.ts';
import { hasNext, hasPrevious, pagerText } from './pager-text.ts';
import type { Names, Reader } from './reader.ts';

/**
 * `names` are those of the people whom the entries speak of, by object id. With `download`, the address of the file: it
 * works once, for five minutes.
 */
export function viewAudit(page: Page<AuditEntry>, names: Names, reader: Reader, download?: string): CardView {
  const format = createFormat(reader);
  const total = format.count(page.total, 'entry', 'entries');
  const go = (title: string, to: number) => button(title, 'audit.show', { v: 1, page: to });
  return {
    card: 'audit',
    summary: `What was done: ${total}`,
    data: {
      fallbackText: `What was done in Rollcall: ${total}.`,
      title: 'What was done in Rollcall',
      lead: `${total}, newest first.`,
      rows: page.items.map((entry) => rowOf(entry, names, format)),
      empty: page.items.length > 0 ? [] : ['There is nothing on this page.'],
      pager: pagerText(page, format),
      links: download === undefined ? [] : [{ title: 'Download (once, within 5 minutes)', url: download }],
      buttons: [
        ...(hasPrevious(page) ? [go('Previous', page.page - 1)] : []),
        ...(hasNext(page) ? [go('Next', page.page + 1)] : []),
        ...(page.total > 0 && download === undefined ? [button('Export', 'audit.export', { v: 1 })] : []),
        button('People', 'people.show', { v: 1 }),
      ],
    },
  };
}

const RESULT_TEXT = {
  begun: { text: 'Begun', color: 'warning' },
  done: { text: 'Done', color: 'good' },
  refused: { text: 'Refused', color: 'attention' },
  failed: { text: 'Failed', color: 'attention' },
} as const satisfies Record<AuditEntry['result'], { text: string; color: string }>;

function rowOf(entry: AuditEntry, names: Names, format: Format): CardData<'audit'>['rows'][number] {
  const { text, color } = RESULT_TEXT[entry.result];
  const [what, target] = [actionText(entry), targetText(entry, names)];
  const where = placeText(entry.conversationId);
  return {
    what: target === '' ? what : `${what}: ${target}`,
    lines: [
      `${format.when(entry.at)} · ${actorText(entry, names)}${where}`,
      ...changeLines(entry, names),
      ...(entry.times === undefined
        ? []
        : [`${format.count(entry.times, 'time', 'times')} within the hour.`]),
      ...(entry.result === 'begun' ? ['Rollcall ended before it could note how it went.'] : []),
    ],
    result: text,
    color,
  };
}
