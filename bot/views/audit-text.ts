// The words of the audit trail: what was done, to what, and how it changed. Ids and codes are for the stored entry and
// its export; people read names. Pure.
import {
  ERRORS,
  GRANTS,
  isErrorCode,
  type AuditEntry,
  type CredentialHealth,
  type Grant,
} from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Verb } from '../../cards/verbs.ts';
import { GRANT_TEXT } from './connection-text.ts';
import type { Names } from './reader.ts';
import { ROLE_TEXT } from './role-text.ts';

/** What an entry is called. One of another version, which is not here, is shown by its own name. */
const ACTION_TEXT: Readonly<Record<string, string>> = {
  'credential.authorized': 'Account authorized',
  'consent.granted': 'Permissions granted for the organisation',
  'credential.removed': 'Account removed',
  'credential.tested': 'Account tested',
  'credential.made-primary': 'Account made primary',
  'credential.failed': 'Account stopped working',
  'credential.failed-over': 'Another account carries on',
  'credential.recovered': 'Account works again',
  'sign-in.refused': 'Sign-in turned away',
  'role.set': 'Role changed',
  'owner.first': 'First owner of Rollcall',
  'owner.succeeded': 'New owner, because none was left',
  'audit.exported': 'Audit trail fetched',
  'sync.started': 'Sync started',
  'sync.approved': 'Held sync approved',
  refused: 'Request refused',
};

/** What was asked for and was not done, or nobody knows whether it was. */
const ASKED_ACTION_TEXT: Readonly<Record<string, string>> = {
  'credential.authorized': 'Authorization of an account',
  'credential.removed': 'Removal of an account',
  'credential.tested': 'Test of an account',
  'credential.made-primary': 'Change of the primary account',
  'consent.granted': 'Consent for the organisation',
  'role.set': 'Role change',
  'owner.first': 'First owner of Rollcall',
  'owner.succeeded': 'New owner, because none was left',
  'audit.exported': 'Export of the audit trail',
  'sync.started': 'Start of a sync',
  'sync.approved': 'Approval of a held sync',
};

export const actionText = ({ action, after, result }: AuditEntry): string =>
  action === 'credential.failed-over' && after === null
    ? 'No account carries on'
    : ((result === 'done' ? undefined : ASKED_ACTION_TEXT[action]) ??
      ACTION_TEXT[action] ??
      plain(action.replaceAll(/[.-]/g, ' '), 60));

/** What was asked for, by the verb of its button. Commands stand for themselves. */
const ASKED_TEXT: Readonly<Record<Verb, string>> = {
  'sync.start': 'sync',
  'sync.approve': 'approve a held sync',
  'run.show': 'look at a sync',
  'run.refresh': 'look at a sync',
  'status.show': 'status',
  'users.show': 'look at users',
  'user.show': 'look at a user',
  'groups.show': 'look at groups',
  'group.show': 'look at a group',
  'help.show': 'help',
  'command.run': 'a command',
  'connect.show': 'connect',
  'connect.begin': 'authorize an account',
  'connect.consent': 'consent for the organisation',
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
  'audit.export': 'export the audit trail',
};

const HEALTH_TEXT = {
  untested: 'not tested',
  good: 'works',
  warning: 'works with a warning',
  failed: 'does not work',
} as const satisfies Record<CredentialHealth['state'], string>;

/** Why something was refused or stopped working; codes of the error table have their own words. */
const CODE_TEXT = {
  guest: 'a guest',
  app: 'the app itself',
  'other-tenant': 'an account of another organisation',
  'other-chat': 'a card that was copied from another chat',
  'other-person': 'another account than the one that pressed the button',
  declined: 'cancelled at Microsoft',
  late: 'took longer than ten minutes',
  interrupted: 'Rollcall was restarted meanwhile',
  'already-used': 'used before',
  'unknown-sign-in': 'no sign-in of Rollcall',
  'owner-needed': 'nobody owned Rollcall yet',
  'role-missing': 'a role is missing',
  'role-unknown': 'roles could not be checked',
  'permission-missing': 'a permission is missing',
  'permission-unused': 'more permissions than needed',
  'consent-pending': 'permissions did not work yet',
  'not-finished': 'could not be tested',
} as const;

const WORDS = new Map<string, string>([
  ...Object.entries(ASKED_TEXT),
  ...Object.entries(HEALTH_TEXT),
  ...Object.entries(CODE_TEXT),
  ...Object.entries(GRANT_TEXT).map(([grant, { title }]) => [grant, title] as const),
  ...Object.entries(ROLE_TEXT).map(([role, { name }]) => [role, name] as const),
]);

const isGrant = (text: string | undefined): text is Grant => GRANTS.some((grant) => grant === text);
/** Digits and letters that mean nothing to people. */
const isId = (text: string): boolean => /[0-9a-f]{8}-?[0-9a-f]{4}/i.test(text) || text.length > 60;

const UNKNOWN_NAME = 'somebody whose name is not known';

/** One value of an entry in words; empty for none. */
function words(value: string | null, names: Names): string {
  if (value === null || value === '') return '';
  const name = names[value.toLowerCase()];
  if (name !== undefined) return plain(name, 60);
  const known = WORDS.get(value);
  if (known !== undefined) return known;
  if (/^AADSTS\d+$/.test(value)) return `Microsoft refused (${value})`;
  if (isErrorCode(value)) return ERRORS[value].text.replace(/\.$/, '');
  return isId(value) ? UNKNOWN_NAME : plain(value, 60);
}

/** On what: `users/` and an account, a person, a button, the number of a sync. */
export function targetText({ action, target }: AuditEntry, names: Names): string {
  const [grant, holder] = target?.split('/') ?? [];
  if (holder !== undefined && isGrant(grant)) {
    const name = names[holder.toLowerCase()];
    const { title } = GRANT_TEXT[grant];
    return name === undefined ? title : `${title}, ${plain(name, 60)}`;
  }
  if (action.startsWith('sync.') && target !== null) return `number ${plain(target, 20)}`;
  return words(target, names);
}

/** How it changed, or why it was refused; at most one line. */
export function changeLines({ before, after, result }: AuditEntry, names: Names): readonly string[] {
  const [old, now] = [words(before, names), words(after, names)];
  // It stays what it was; what stands behind it is why.
  if (result === 'refused' && old !== '' && old !== now)
    return [now === '' ? `Stays: ${old}` : `${now}. Stays: ${old}`];
  if (old === now) return old === '' ? [] : [old];
  if (old === '') return [now];
  return [now === '' ? `Was: ${old}` : `${old} → ${now}`];
}

/** Whom an entry is of; ids that it speaks of are found by `idsIn`. */
export const actorText = ({ actor, action }: AuditEntry, names: Names): string => {
  if (actor === null) return action === 'sign-in.refused' ? 'Somebody unknown' : 'Rollcall itself';
  return plain(actor.displayName, 60) || plain(names[actor.objectId.toLowerCase()] ?? '', 60) || 'No name';
};

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** People whom an entry may speak of, by object id. */
export const idsIn = ({ actor, target, before, after }: AuditEntry): readonly string[] => [
  ...[target, before, after].flatMap((value) => value?.match(ID) ?? []),
  ...(actor?.displayName === '' ? [actor.objectId] : []),
];

/** Teams docs: ids of channels end in `@thread.tacv2`, of group chats in `@thread.v2`; the rest is one to one. */
export function placeText(conversationId: string | null): string {
  if (conversationId === null) return '';
  if (/@thread\.(tacv2|skype)/.test(conversationId)) return ', in a channel';
  return conversationId.includes('@thread.v2') ? ', in a group chat' : ', in a personal chat';
}
