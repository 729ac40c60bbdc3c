// The searchable list of groups.
import type { GroupSummary, ListQuery, Page } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { label, plain } from '../../cards/plain-text.ts';
import { button, named } from './button.ts';
import { createFormat, type Format } from './format.ts';
import { groupName, quoted, STATUS_TEXT } from './name-text.ts';
import { hasNext, hasPrevious, LONGEST_SEARCH, pagerText } from './pager-text.ts';
import { reasonText } from './reason-text.ts';
import type { Reader } from './reader.ts';

export function viewGroups(page: Page<GroupSummary>, query: ListQuery, reader: Reader): CardView {
  const format = createFormat(reader);
  const text = query.text.slice(0, LONGEST_SEARCH);
  const go = (title: string, to: number) => button(title, 'groups.show', { v: 1, text, page: to });
  const total = format.count(page.total, 'group', 'groups');
  return {
    card: 'groups',
    summary: `Groups: ${total}`,
    data: {
      fallbackText: `Groups: ${total}.`,
      title: 'Groups',
      lead: text === '' ? total : `${total} found for ${quoted(text)}`,
      search: {
        label: 'Name or e-mail',
        placeholder: 'Such as Marketing',
        value: label(text, LONGEST_SEARCH),
        submit: go('Search', 0),
      },
      rows: page.items.map((group) => rowOf(group, format)),
      empty: page.items.length > 0 ? [] : [emptyText(page, text)],
      pager: pagerText(page, format),
      buttons: [
        ...(hasPrevious(page) ? [go('Previous', page.page - 1)] : []),
        ...(hasNext(page) ? [go('Next', page.page + 1)] : []),
        ...(text === '' ? [] : [button('All groups', 'groups.show', { v: 1, text: '', page: 0 })]),
        button('Status', 'status.show', { v: 1 }),
      ],
    },
  };
}

function emptyText(page: Page<unknown>, text: string): string {
  if (page.total > 0) return 'There is nothing on this page any more.';
  if (text !== '') return 'No group has this in its name or e-mail. Try a shorter part of it.';
  return 'There are no groups yet. Type “sync now” to read them.';
}

/** `12 members`, `12 users and 2 groups` */
export function membersText({ members }: GroupSummary, format: Format): string {
  if (members.groups === 0) return format.count(members.users, 'member', 'members');
  return `${format.count(members.users, 'user', 'users')} and ${format.count(members.groups, 'group', 'groups')}`;
}

function rowOf(group: GroupSummary, format: Format): CardData<'groups'>['rows'][number] {
  const { text, color } = STATUS_TEXT[group.status];
  const about = [membersText(group, format), plain(group.facts.mail ?? '', 80, 24)]
    .filter(Boolean)
    .join(' · ');
  const reasons = group.reasons.map((reason) => reasonText(reason, 'group').text).join(' · ');
  return {
    name: groupName(group.facts, 80),
    lines: [about, reasons].filter(Boolean),
    status: text,
    color,
    open: [button(named('Open', group.facts.displayName), 'group.show', { v: 1, id: group.id })],
  };
}
