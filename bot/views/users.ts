// The searchable list of users.
import type { ListQuery, Page, User } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { label, plain } from '../../cards/plain-text.ts';
import { button, named } from './button.ts';
import { createFormat } from './format.ts';
import { quoted, STATUS_TEXT, userName } from './name-text.ts';
import { hasNext, hasPrevious, LONGEST_SEARCH, pagerText } from './pager-text.ts';
import { reasonText } from './reason-text.ts';
import type { Reader } from './reader.ts';

export function viewUsers(page: Page<User>, query: ListQuery, reader: Reader): CardView {
  const format = createFormat(reader);
  const text = query.text.slice(0, LONGEST_SEARCH);
  const { status } = query;
  const go = (title: string, to: { text?: string; page?: number; status?: User['status'] | undefined }) =>
    button(title, 'users.show', { v: 1, text, page: 0, status, ...to });
  const kind = status === undefined ? ['user', 'users'] : [`${status} user`, `${status} users`];
  const total = format.count(page.total, kind[0] ?? '', kind[1] ?? '');
  return {
    card: 'users',
    summary: `Users: ${total}`,
    data: {
      fallbackText: `Users: ${total}.`,
      title: 'Users',
      lead: text === '' ? total : `${total} found for ${quoted(text)}`,
      search: {
        label: 'Name or e-mail',
        placeholder: 'Such as Megan',
        value: label(text, LONGEST_SEARCH),
        submit: go('Search', {}),
      },
      rows: page.items.map(rowOf),
      empty: page.items.length > 0 ? [] : [emptyText(page, query)],
      pager: pagerText(page, format),
      buttons: [
        ...(hasPrevious(page) ? [go('Previous', { page: page.page - 1 })] : []),
        ...(hasNext(page) ? [go('Next', { page: page.page + 1 })] : []),
        status === 'inactive'
          ? go('Show all', { status: undefined })
          : go('Only inactive', { status: 'inactive' }),
        ...(text === '' ? [] : [button('All users', 'users.show', { v: 1, text: '', page: 0 })]),
        button('Status', 'status.show', { v: 1 }),
      ],
    },
  };
}

function emptyText(page: Page<User>, query: ListQuery): string {
  if (page.total > 0) return 'There is nobody on this page any more.';
  if (query.text !== '') return 'Nobody has this in the name or e-mail. Try a shorter part of it.';
  return query.status === undefined
    ? 'There are no users yet. Type “sync now” to read them.'
    : 'There are none.';
}

function rowOf(user: User): CardData<'users'>['rows'][number] {
  const { text, color } = STATUS_TEXT[user.status];
  const address = plain(user.facts.mail ?? user.facts.userPrincipalName, 80, 24);
  // All of them are on her own page.
  const reasons = user.reasons
    .slice(0, 3)
    .map((reason) => reasonText(reason, 'user').text)
    .join(' · ');
  return {
    name: userName(user.facts, 80),
    lines: [address, reasons].filter(Boolean),
    status: text,
    color,
    open: [
      button(named('Open', user.facts.displayName ?? user.facts.userPrincipalName), 'user.show', {
        v: 1,
        id: user.id,
      }),
    ],
  };
}
