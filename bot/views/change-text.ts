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

/** Whether it has happened, or would happen if somebody approved it. */
export type Mood = 'did' | 'would';

/** `Added`, `Made inactive` …; or `Would be added`, `Would become inactive` … */
export function actionText(change: Change, mood: Mood = 'did'): ActionText {
  const row = ACTIONS[actionOf(change)];
  return { text: row[mood], color: row.color };
}

const actionOf = (change: Change): keyof typeof ACTIONS =>
  change.type === 'memberships'
    ? 'memberships'
    : change.action === 'create' && change.after?.status === 'inactive'
      ? 'createInactive'
      : change.action;

const ACTIONS = {
  create: { did: 'Added', would: 'Would be added', color: 'good' },
  createInactive: { did: 'Added, inactive', would: 'Would be added, inactive', color: 'default' },
  update: { did: 'Updated', would: 'Would be updated', color: 'accent' },
  reactivate: { did: 'Active again', would: 'Would be active again', color: 'good' },
  inactivate: { did: 'Made inactive', would: 'Would become inactive', color: 'attention' },
  purge: { did: 'Removed for good', would: 'Would be removed for good', color: 'attention' },
  memberships: { did: 'Members', would: 'Members', color: 'accent' },
} as const satisfies Record<string, Record<Mood, string> & { color: ActionText['color'] }>;

/** What it was and what it is, one line for each; at most three. */
export function changeLines(change: Change, format: Format, mood: Mood = 'did'): string[] {
  switch (change.type) {
    case 'memberships':
      return [membersText(change, format, mood)];
    case 'user':
      return [...diff(change, userFields), ...reasonLines(change.before, change.after, 'user')].slice(0, 3);
    case 'group':
      return [...diff(change, groupFields), ...reasonLines(change.before, change.after, 'group')].slice(0, 3);
  }
}

function membersText(
  { added, removed }: Extract<Change, { type: 'memberships' }>,
  format: Format,
  mood: Mood,
): string {
  const [come, go] = mood === 'did' ? ['added', 'removed'] : ['would be added', 'would be removed'];
  const parts = [
    added.length > 0 ? `${format.count(added.length, 'member', 'members')} ${come}` : '',
    removed.length > 0 ? `${format.count(removed.length, 'member', 'members')} ${go}` : '',
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
