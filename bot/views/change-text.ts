// What a change did, in words: what it is called and what was before and after. Made for TextRun elements.
import type { Change, GroupFacts, Reason, UserFacts } from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Format } from './format.ts';
import { GROUP_KIND_TEXT } from './name-text.ts';
import { reasonText } from './reason-text.ts';

interface ActionText {
  readonly text: string;
  readonly color: 'default' | 'good' | 'warning' | 'attention' | 'accent';
}

/** `Added`, `Made inactive` … */
export function actionText(change: Change): ActionText {
  if (change.type === 'memberships') return { text: 'Members', color: 'accent' };
  switch (change.action) {
    case 'create':
      return change.after?.status === 'inactive'
        ? { text: 'Added, inactive', color: 'default' }
        : { text: 'Added', color: 'good' };
    case 'update':
      return { text: 'Updated', color: 'accent' };
    case 'reactivate':
      return { text: 'Active again', color: 'good' };
    case 'inactivate':
      return { text: 'Made inactive', color: 'attention' };
    case 'purge':
      return { text: 'Removed for good', color: 'attention' };
  }
}

/** What it was and what it is, one line for each; at most three. */
export function changeLines(change: Change, format: Format): string[] {
  switch (change.type) {
    case 'memberships':
      return [membersText(change, format)];
    case 'user':
      return [...diff(change, userFields), ...reasonLines(change.before, change.after, 'user')].slice(0, 3);
    case 'group':
      return [...diff(change, groupFields), ...reasonLines(change.before, change.after, 'group')].slice(0, 3);
  }
}

function membersText(change: Extract<Change, { type: 'memberships' }>, format: Format): string {
  const parts = [
    change.added.length > 0 ? `${format.count(change.added.length, 'member', 'members')} added` : '',
    change.removed.length > 0 ? `${format.count(change.removed.length, 'member', 'members')} removed` : '',
  ];
  return parts.filter(Boolean).join(', ') || 'No members changed';
}

/** A named fact and how it is written; null is "none". */
type Field<Facts> = readonly [name: string, write: (facts: Facts) => string | null];

const userFields: readonly Field<UserFacts>[] = [
  ['Name', (facts) => facts.displayName],
  ['E-mail', (facts) => facts.mail],
  ['Sign-in name', (facts) => facts.userPrincipalName],
  ['First name', (facts) => facts.givenName],
  ['Last name', (facts) => facts.surname],
  ['Account', (facts) => (facts.accountEnabled ? 'enabled' : 'disabled')],
  ['Kind', (facts) => (facts.userType === 'Guest' ? 'guest' : 'member')],
];

const groupFields: readonly Field<GroupFacts>[] = [
  ['Name', (facts) => facts.displayName],
  ['E-mail', (facts) => facts.mail],
  ['Description', (facts) => facts.description],
  ['Kind', (facts) => GROUP_KIND_TEXT[facts.kind]],
  ['Members follow a rule', (facts) => (facts.dynamic ? 'yes' : 'no')],
  ['Hidden members', (facts) => (facts.hiddenMembership ? 'yes' : 'no')],
];

interface Both<Facts> {
  readonly before: { readonly facts: Facts } | null;
  readonly after: { readonly facts: Facts } | null;
}

/** Only what differs; nothing for what came or went as a whole. */
function diff<Facts>({ before, after }: Both<Facts>, fields: readonly Field<Facts>[]): string[] {
  if (before === null || after === null) return [];
  return fields.flatMap(([name, write]) => {
    const [old, now] = [write(before.facts), write(after.facts)];
    return old === now ? [] : [`${name}: ${value(old)} → ${value(now)}`];
  });
}

const value = (text: string | null): string => (text === null ? 'none' : plain(text, 48, 24) || 'none');

function reasonLines<State extends { readonly reasons: readonly Reason[] }>(
  before: State | null,
  after: State | null,
  subject: 'user' | 'group',
): string[] {
  // What is gone for good has no reasons any more, but not because they went away.
  if (after === null) return [];
  const texts = (state: State | null) =>
    (state?.reasons ?? []).map((reason) => reasonText(reason, subject).text);
  const [old, now] = [texts(before), texts(after)];
  const came = now.filter((text) => !old.includes(text));
  const went = old.filter((text) => !now.includes(text));
  return [...came, ...went.map((text) => `No longer: ${text}`)];
}
