// What users, groups and changes are called. Made for cards: text from outside is marked as such.
import type { GroupFacts, GroupKind, Status, UserFacts } from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Format } from './format.ts';

/** Her name, or her sign-in name where she has none; at most `max` characters. */
export function userName(facts: UserFacts, max = 120): string {
  return plain(facts.displayName ?? '', max) || plain(facts.userPrincipalName, max) || 'No name';
}

export const groupName = (facts: GroupFacts, max = 120): string => named(facts.displayName, max);

/** A name from outside, or words for its absence. */
export const named = (name: string, max = 120): string => plain(name, max) || 'No name';

/** What somebody typed, in quotes. */
export const quoted = (text: string): string => `“${plain(text, 60)}”`;

export const STATUS_TEXT = {
  active: { text: 'Active', color: 'good' },
  inactive: { text: 'Inactive', color: 'attention' },
} as const satisfies Record<Status, { text: string; color: string }>;

/** `Active`, `Inactive since 12 Nov 2026, 14:05` */
export function statusSince(
  entry: { readonly status: Status; readonly inactiveSince: Date | null },
  format: Format,
): string {
  const { text } = STATUS_TEXT[entry.status];
  return entry.inactiveSince === null ? text : `${text} since ${format.when(entry.inactiveSince)}`;
}

export const GROUP_KIND_TEXT: Readonly<Record<GroupKind, string>> = {
  microsoft365: 'Microsoft 365 group',
  security: 'Security group',
  mailEnabledSecurity: 'Mail-enabled security group',
  distribution: 'Distribution list',
};
