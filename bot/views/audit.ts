// The card of the audit trail: who did what, when, from where, and how it ended.
import type { AuditEntry, CredentialHealth, Page } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import type { Verb } from '../../cards/verbs.ts';
import { plain } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { GRANT_TEXT } from './connection-text.ts';
import { createFormat, type Format } from './format.ts';
import { hasNext, hasPrevious, pagerText } from './pager-text.ts';
import type { Names, Reader } from './reader.ts';
import { ROLE_TEXT } from './role-text.ts';

/** With `download`, the address of the file: it works once, for five minutes. */
/** `names` are those of the people whom the entries speak of, by object id. */
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
  begun: { text: 'Begun; how it ended is not known', color: 'warning' },
  done: { text: 'Done', color: 'good' },
  refused: { text: 'Refused', color: 'attention' },
  failed: { text: 'Failed', color: 'attention' },
} as const satisfies Record<AuditEntry['result'], { text: string; color: string }>;

/** What an entry is called. One that is not here is shown by its own name. */
const ACTION_TEXT: Readonly<Record<string, string>> = {
  'credential.authorized': 'Account authorized',
  'credential.removed': 'Account removed',
  'credential.tested': 'Account tested',
  'credential.made-primary': 'Account made primary',
  'credential.health-changed': 'Health of an account changed',
  'role.set': 'Role changed',
  'owner.first': 'First owner of Rollcall',
  'audit.exported': 'Audit trail fetched',
  'sync.started': 'Sync started',
  'sync.approved': 'Held sync approved',
  refused: 'Request refused',
};

/** What was refused: the verb of a button, in words. Commands stand for themselves. */
const ASKED_TEXT: Readonly<Partial<Record<Verb, string>>> = {
  'sync.start': 'sync',
  'sync.approve': 'approve a held sync',
  'connect.show': 'connect',
  'connect.begin': 'authorize an account',
  'connect.manage': 'manage accounts',
  'connect.test': 'test an account',
  'connect.testAll': 'test accounts',
  'connect.makePrimary': 'make an account primary',
  'connect.askRemove': 'remove an account',
  'connect.remove': 'remove an account',
  'people.show': 'admins',
  'people.person': 'change somebody’s role',
  'people.add': 'add somebody',
  'people.set': 'change somebody’s role',
  'people.askRemove': 'take somebody out',
  'people.remove': 'take somebody out',
  'audit.show': 'audit',
};

function rowOf(entry: AuditEntry, names: Names, format: Format): CardData<'audit'>['rows'][number] {
  const { text, color } = RESULT_TEXT[entry.result];
  const who =
    plain(entry.actor?.displayName ?? '', 60) || (entry.actor === null ? 'Rollcall itself' : 'No name');
  const what = ACTION_TEXT[entry.action] ?? plain(entry.action.replaceAll(/[.-]/g, ' '), 60);
  const name = names[entry.target?.toLowerCase() ?? ''];
  const target = name === undefined ? targetText(entry.target) : plain(name, 60);
  return {
    what: target === '' ? what : `${what}: ${target}`,
    lines: [`${format.when(entry.at)} · ${who}${placeText(entry.conversationId)}`, ...changeOf(entry)],
    result: text,
    color,
  };
}

/** States of an account's health. */
const HEALTH_TEXT = {
  untested: 'not tested',
  good: 'works',
  warning: 'works with a warning',
  failed: 'does not work',
} as const satisfies Record<CredentialHealth['state'], string>;

const words = new Map<string, string>([
  ...Object.entries(ASKED_TEXT),
  ...Object.entries(HEALTH_TEXT),
  ...Object.entries(GRANT_TEXT).map(([grant, { title }]) => [grant, title] as const),
  ...Object.entries(ROLE_TEXT).map(([role, { name }]) => [role, name] as const),
]);
/** Ids mean nothing to people; they are in the stored entry. */
const isId = (text: string) => /[0-9a-f]{8}/i.test(text) || text.length > 60;

const targetText = (target: string | null): string =>
  target === null || isId(target) ? '' : (words.get(target) ?? plain(target, 60));

const changeOf = ({ before, after }: AuditEntry): string[] => {
  const [old, now] = [targetText(before), targetText(after)];
  if (old === '' && now === '') return [];
  if (old === '') return [now];
  return [now === '' ? `Was: ${old}` : `${old} → ${now}`];
};

/** Teams docs: ids of channels end in `@thread.tacv2`, of group chats in `@thread.v2`; the rest is one to one. */
function placeText(conversationId: string | null): string {
  if (conversationId === null) return '';
  if (/@thread\.(tacv2|skype)/.test(conversationId)) return ', in a channel';
  return conversationId.includes('@thread.v2') ? ', in a group chat' : ', in a personal chat';
}
