// The page of one group: status, why, its members and what happened.
import type { GroupDetail } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { plain, unmarked } from '../../cards/plain-text.ts';
import { button, named as titled } from './button.ts';
import { createFormat, type Format } from './format.ts';
import { membersText } from './groups.ts';
import { historyOf } from './history-text.ts';
import { GROUP_KIND_TEXT, groupName, named, STATUS_TEXT, statusSince } from './name-text.ts';
import { reasonText } from './reason-text.ts';
import type { Reader } from './reader.ts';

const MEMBERS_SHOWN = 10;

export function viewGroup(detail: GroupDetail, reader: Reader): CardView {
  const format = createFormat(reader);
  const { group } = detail;
  const { text, color } = STATUS_TEXT[group.status];
  const summary = unmarked(`${groupName(group.facts)}: ${text.toLowerCase()}`);
  return {
    card: 'group',
    summary,
    data: {
      fallbackText: summary,
      title: groupName(group.facts, 256),
      status: statusSince(group, format),
      color,
      reasons: group.reasons.map((reason) => reasonText(reason, 'group')),
      facts: factsOf(detail, format),
      related: relatedOf(detail, format),
      history: historyOf(detail.history, format),
      buttons: [button('All groups', 'groups.show', { v: 1, text: '', page: 0 })],
    },
  };
}

function factsOf({ group }: GroupDetail, format: Format): CardData<'group'>['facts'] {
  const { facts } = group;
  return [
    { name: 'E-mail', value: plain(facts.mail ?? '', 200) || 'none' },
    { name: 'Kind', value: GROUP_KIND_TEXT[facts.kind] },
    { name: 'Description', value: plain(facts.description ?? '', 300) },
    { name: 'Members', value: facts.dynamic ? 'follow a rule in Microsoft Entra' : 'chosen one by one' },
    { name: 'Known since', value: format.day(group.createdAt) },
  ].filter((fact) => fact.value !== '');
}

function relatedOf({ group, members }: GroupDetail, format: Format): CardData<'group'>['related'] {
  const total = group.members.users + group.members.groups;
  if (total === 0) return [{ title: 'No members', rows: [], more: [] }];
  const shown = members.slice(0, MEMBERS_SHOWN);
  const rows = shown.map((member) => ({
    name: named(member.displayName),
    note: [
      [member.kind === 'group' ? 'Group' : '', member.status === 'inactive' ? 'Inactive' : '']
        .filter(Boolean)
        .join(' · '),
    ].filter(Boolean),
    open: [
      member.kind === 'user'
        ? button(titled('Open', member.displayName), 'user.show', { v: 1, id: member.id })
        : button(titled('Open', member.displayName), 'group.show', { v: 1, id: member.id }),
    ],
  }));
  const rest = total - shown.length;
  return [
    { title: membersText(group, format), rows, more: rest > 0 ? [`and ${format.number(rest)} more`] : [] },
  ];
}
