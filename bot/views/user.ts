// The page of one user: status, why, and what would have to change; what she belongs to; what happened.
import type { UserDetail } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { plain, unmarked } from '../../cards/plain-text.ts';
import { button, named as titled } from './button.ts';
import { createFormat, type Format } from './format.ts';
import { historyOf } from './history-text.ts';
import { named, STATUS_TEXT, statusSince, userName } from './name-text.ts';
import { reasonText } from './reason-text.ts';
import type { Reader } from './reader.ts';

const GROUPS_SHOWN = 10;

export function viewUser(detail: UserDetail, reader: Reader): CardView {
  const format = createFormat(reader);
  const { user } = detail;
  const { text, color } = STATUS_TEXT[user.status];
  const summary = unmarked(`${userName(user.facts)}: ${text.toLowerCase()}`);
  return {
    card: 'user',
    summary,
    data: {
      fallbackText: summary,
      title: userName(user.facts, 256),
      status: statusSince(user, format),
      color,
      reasons: user.reasons.map((reason) => reasonText(reason, 'user', detail.reasonGroups)),
      facts: factsOf(detail, format),
      related: relatedOf(detail, format),
      history: historyOf(detail.history, format),
      buttons: [button('All users', 'users.show', { v: 1, text: '', page: 0 })],
    },
  };
}

function factsOf({ user }: UserDetail, format: Format): CardData<'user'>['facts'] {
  const { facts } = user;
  return [
    { name: 'E-mail', value: plain(facts.mail ?? '', 200) || 'none' },
    { name: 'Sign-in name', value: plain(facts.userPrincipalName, 200) },
    { name: 'Kind', value: facts.userType === 'Guest' ? 'Guest' : 'Member' },
    { name: 'Known since', value: format.day(user.createdAt) },
  ].filter((fact) => fact.value !== '');
}

function relatedOf({ groups, groupTotal }: UserDetail, format: Format): CardData<'user'>['related'] {
  if (groupTotal === 0) return [{ title: 'Member of no group', rows: [], more: [] }];
  const shown = groups.slice(0, GROUPS_SHOWN);
  const rows = shown.map((group) => ({
    name: named(group.displayName),
    note: group.status === 'active' ? [] : ['Inactive'],
    open: [button(titled('Open', group.displayName), 'group.show', { v: 1, id: group.id })],
  }));
  return [
    {
      title: `Member of ${format.count(groupTotal, 'group', 'groups')}`,
      rows,
      more: moreText(groupTotal - shown.length, format),
    },
  ];
}

const moreText = (rest: number, format: Format): string[] =>
  rest > 0 ? [`and ${format.number(rest)} more`] : [];
