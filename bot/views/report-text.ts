// What a report of a run says in sentences: what was left out, and why it waits or was stopped. What could not be read
// has a file of its own, gap-text.ts.
import type { GuardReason, SkipReason, Skipped } from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import { listText, type Format } from './format.ts';
import type { Names } from './reader.ts';

/** One and many. */
type Noun = readonly [one: string, many: string];

const SKIPPED: Readonly<Record<SkipReason, Noun>> = {
  malformed: ['entry that could not be understood', 'entries that could not be understood'],
  groupWithoutMail: ['group without an e-mail address', 'groups without an e-mail address'],
  groupPrefix: [
    'group whose name begins with none of the prefixes',
    'groups whose name begins with none of the prefixes',
  ],
  memberNotPersonOrGroup: [
    'member that is neither a person nor a group',
    'members that are neither people nor groups',
  ],
  memberUnknown: [
    'membership of somebody who is not kept here',
    'memberships of people or groups that are not kept here',
  ],
  membersNotRead: ['group whose members could not be read', 'groups whose members could not be read'],
  secondWitnessDisagrees: [
    'that seemed to be gone, but is still there',
    'that seemed to be gone, but are still there',
  ],
  undecided: [
    'new person who waits until domains and lists could be read',
    'new people who wait until domains and lists could be read',
  ],
};

/** `12 groups without an e-mail address, such as Printers and Scanners`. */
export function skippedText(skipped: Skipped, format: Format, names: Names): string {
  const [one, many] = SKIPPED[skipped.reason];
  return `${format.count(skipped.count, one, many)}${examplesText(skipped, names)}`;
}

/** Why a plan waits for approval or was stopped, sentences. */
export function guardText(reason: GuardReason, format: Format, names: Names): string {
  return `${guardSentence(reason, format, names)}${exampleSentence(reason.examples, names)}`;
}

function guardSentence(reason: GuardReason, format: Format, names: Names): string {
  const of = (what: string) => `${format.number(reason.count)} of ${format.number(reason.of)} ${what}`;
  const limit = ` Up to ${format.number(reason.limit)} ${reason.limit === 1 ? 'goes' : 'go'} without approval.`;
  switch (reason.rule) {
    case 'emptySource':
      return `Microsoft 365 sent an empty list, while ${format.number(reason.of)} ${reason.of === 1 ? 'entry is' : 'entries are'} active here.`;
    case 'absenceWithoutCoverage':
      return `${of('entries')} would go, although the list was not read to its end.`;
    case 'usersInactive':
      return `${of('users')} would become inactive.${limit}`;
    case 'groupsInactive':
      return `${of('groups')} would become inactive.${limit}`;
    case 'membershipsRemoved':
      return `${of('memberships')} would end.${limit}`;
    case 'groupMembersRemoved': {
      const name = plain(reason.groupId === null ? '' : (names[reason.groupId] ?? ''));
      return `${of('members')} would leave ${name === '' ? 'one group' : `the group ${name}`}.${limit}`;
    }
  }
}

function examplesText({ count, examples }: Skipped, names: Names): string {
  const known = knownNames(examples, names);
  if (known.length === 0) return '';
  return `${known.length < count ? ', such as' : ':'} ${listText(known)}`;
}

function exampleSentence(ids: readonly string[], names: Names): string {
  const known = knownNames(ids, names);
  return known.length === 0 ? '' : ` Among them: ${listText(known)}.`;
}

/** At most five. */
export const knownNames = (ids: readonly string[], names: Names): string[] =>
  ids.flatMap((id) => plain(names[id] ?? '', 60) || []).slice(0, 5);
