// The card of people and their roles, and the one to change somebody. Pure.
import type { PersonEntry, Role } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { label, plain } from '../../cards/plain-text.ts';
import { button, named as titled } from './button.ts';
import type { Banner } from './connect.ts';
import { createFormat, type Format } from './format.ts';
import { firstOf, rangeText } from './pager-text.ts';
import type { Reader } from './reader.ts';
import { ROLE_TEXT, ROLES_SHOWN } from './role-text.ts';

/** What fits on a card. */
const SHOWN = 15;

export interface PeopleOptions {
  /** Owners see how to add and change people. */
  readonly mayChange: boolean;
  readonly banner?: Banner;
  /** 0 is the first. */
  readonly page?: number;
}

export function viewPeople(
  people: readonly PersonEntry[],
  reader: Reader,
  { mayChange, banner, page = 0 }: PeopleOptions,
): CardView {
  const format = createFormat(reader);
  const sorted = [...people].sort(
    (a, b) =>
      ROLES_SHOWN.indexOf(a.role) - ROLES_SHOWN.indexOf(b.role) || a.displayName.localeCompare(b.displayName),
  );
  const count = format.count(people.length, 'person', 'people');
  const first = firstOf(page, sorted.length, SHOWN);
  const shown = sorted.slice(first, first + SHOWN);
  const go = (title: string, to: number) => button(title, 'people.show', { v: 1, page: to });
  return {
    card: 'people',
    summary: banner?.title ?? `Who may use Rollcall: ${count}`,
    data: {
      fallbackText: `Who may use Rollcall: ${count}.`,
      title: 'Who may use Rollcall',
      lead: mayChange
        ? `${count}. Press somebody to change what they may do.`
        : `${count}. Owners can change this.`,
      banner: banner ? [banner] : [],
      rows: shown.map((person) => rowOf(person, mayChange, format)),
      more: sorted.length > SHOWN ? [rangeText(first, shown.length, sorted.length, format)] : [],
      add: mayChange && sorted.length > 0 ? [addFields(shown)] : [],
      buttons: [
        ...(first > 0 ? [go('Previous', first / SHOWN - 1)] : []),
        ...(first + SHOWN < sorted.length ? [go('Next', first / SHOWN + 1)] : []),
        ...(mayChange ? [button('What was done', 'audit.show', { v: 1, page: 0 })] : []),
      ],
    },
  };
}

const roleChoices = ROLES_SHOWN.map((role) => ({
  // A closed field on a phone has room for so many letters.
  title: `${ROLE_TEXT[role].name}: ${ROLE_TEXT[role].short}`,
  value: role,
}));

/** Teams lets search everybody in the organisation; where it does not, those who are known can be picked. */
const addFields = (known: readonly PersonEntry[]): CardData<'people'>['add'][number] => ({
  title: 'Add somebody',
  person: {
    label: 'Person',
    placeholder: 'Search by name',
    error: 'Pick somebody.',
    choices: known.map(({ displayName, objectId }) => ({
      title: label(displayName, 60) || UNKNOWN_NAME,
      value: objectId,
    })),
  },
  role: { label: 'May do', value: 'viewer', error: 'Pick a role.', choices: roleChoices },
  submit: button('Add', 'people.add', { v: 1, person: '', role: 'viewer' }, 'positive'),
});

const UNKNOWN_NAME = 'Name not known yet';

/** Names come from the chat and from the directory; somebody may be known to neither yet. */
export const personName = ({ displayName }: Pick<PersonEntry, 'displayName'>): string =>
  plain(displayName, 80) || UNKNOWN_NAME;

function sinceText({ since, addedBy }: PersonEntry, format: Format): string {
  const by = plain(addedBy?.displayName ?? '', 60);
  return `Since ${format.day(since)}${by === '' ? '' : `, added by ${by}`}`;
}

function rowOf(person: PersonEntry, mayChange: boolean, format: Format): CardData<'people'>['rows'][number] {
  const open = button(titled('Change', person.displayName), 'people.person', { v: 1, id: person.objectId });
  return {
    name: personName(person),
    lines: [sinceText(person, format)],
    role: ROLE_TEXT[person.role].name,
    open: mayChange ? [open] : [],
  };
}

/** One person, with what they can be made. */
export function viewPerson(person: PersonEntry, reader: Reader): CardView {
  const { objectId: id, role } = person;
  const others = ROLES_SHOWN.filter((other) => other !== role);
  return {
    card: 'notice',
    summary: 'Change what somebody may do',
    data: {
      fallbackText: 'Change what somebody may do.',
      title: 'Change what somebody may do',
      tone: 'default',
      lines: [
        personName(person),
        `${ROLE_TEXT[role].name}: ${ROLE_TEXT[role].may}`,
        sinceText(person, createFormat(reader)),
      ],
      remedy: [],
      buttons: [
        ...others.map((other) =>
          button(`Make ${ROLE_TEXT[other].name.toLowerCase()}`, 'people.set', { v: 1, id, role: other }),
        ),
        button('Take out', 'people.askRemove', { v: 1, id }),
        button('Back', 'people.show', { v: 1 }),
      ],
    },
  };
}

/** Asks before somebody is taken out. */
export function viewRemovePerson(person: PersonEntry): CardView {
  const title = 'Take this person out?';
  return {
    card: 'notice',
    summary: title,
    data: {
      fallbackText: title,
      title,
      tone: 'warning',
      lines: [`${personName(person)} could no longer use Rollcall.`],
      remedy: [],
      buttons: [
        button('Take out', 'people.remove', { v: 1, id: person.objectId }, 'destructive'),
        button('Keep', 'people.show', { v: 1 }),
      ],
    },
  };
}

/** What has just been done to somebody. */
export function peopleBanner(name: string, role: Role | null): Banner {
  const shown = personName({ displayName: name });
  return role === null
    ? { tone: 'good', title: 'Taken out', lines: [`${shown} can no longer use Rollcall.`] }
    : { tone: 'good', title: 'Done', lines: [`${shown}. ${ROLE_TEXT[role].name}: ${ROLE_TEXT[role].may}.`] };
}
