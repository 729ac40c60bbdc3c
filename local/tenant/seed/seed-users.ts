// Generates the users of a tenant from a seed: people, awkward ones, and plausible colleagues. Pure.
import { guidOf } from '../chance.ts';
import type { Chance } from '../chance.ts';
import { userFacts } from '../facts.ts';
import { createUserObject } from '../objects.ts';
import type { Person, User, UserFacts } from '../model.ts';
import { awkwardUsers } from './awkward-users.ts';
import { addressPart, departments, givenNames, offices, shownName, surnames } from './names.ts';
import { officeLicence, seedDomains } from './seed-domains.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface Draft {
  readonly facts: UserFacts;
  readonly id: string;
  readonly createdAtMs: number;
  readonly purpose: User['purpose'] | undefined;
}

export interface SeededUsers {
  /** Live users first, then the soft-deleted ones. */
  readonly users: readonly User[];
  readonly people: readonly Person[];
}

const fixedPeople = [
  { displayName: 'Megan Bowen', at: 'meganb', job: 'IT Director', role: 'global administrator' },
  { displayName: 'Alex Wilber', at: 'alexw', job: 'System Administrator', role: 'second administrator' },
  { displayName: 'Diego Siciliani', at: 'diegos', job: 'Account Executive', role: 'no role' },
] as const;

/** `count` live users and a few soft-deleted ones; `nowMs` dates the deletions. */
export function seedUsers(seed: string, chance: Chance, count: number, nowMs: number): SeededUsers {
  const epochMs = Date.UTC(2021, 0, 4);
  const people = fixedPeople.slice(0, count).map((person): Person => {
    const address = `${person.at}@${seedDomains.main}`;
    return {
      id: guidOf(`${seed}:person:${person.at}`),
      displayName: person.displayName,
      userPrincipalName: address,
      mail: address,
      role: person.role,
    };
  });
  const drafts: Draft[] = people.map((person, index) => ({
    id: person.id,
    createdAtMs: epochMs,
    purpose: 'user',
    facts: personFacts(person, fixedPeople[index]?.job ?? null, epochMs),
  }));
  if (count >= 40) drafts.push(...awkwardUsers.map((awkward) => draftAwkward(awkward, chance, epochMs)));

  const taken = new Set(drafts.map((draft) => draft.facts.userPrincipalName.toLowerCase()));
  const deletedCount = count >= 40 ? Math.max(3, Math.round(count / 200)) : 0;
  while (drafts.length < count + deletedCount) {
    drafts.push(draftColleague(chance, taken, epochMs + chance.below(5 * 365) * dayMs));
  }
  const users = drafts.map((draft, ordinal) =>
    createUserObject(draft.id, ordinal, draft.facts, draft.createdAtMs, draft.purpose),
  );
  for (const user of users.slice(count)) softDelete(user, nowMs - (1 + chance.below(20)) * dayMs);
  return { users, people };
}

function personFacts(person: Person, job: string | null, createdAtMs: number): UserFacts {
  const [givenName = null, surname = null] = person.displayName.split(' ');
  return userFacts(
    {
      displayName: person.displayName,
      givenName,
      surname,
      userPrincipalName: person.userPrincipalName,
      mail: person.mail,
      jobTitle: job,
      department: person.role === 'no role' ? 'Sales' : 'IT',
      officeLocation: 'Seattle',
      preferredLanguage: 'en-US',
      usageLocation: 'US',
      assignedLicenses: officeLicence,
    },
    createdAtMs,
  );
}

function draftAwkward(awkward: (typeof awkwardUsers)[number], chance: Chance, createdAtMs: number): Draft {
  const external = awkward.at.includes('#EXT#');
  const principalName = `${awkward.at}@${external ? seedDomains.initial : seedDomains.main}`;
  const mail = awkward.noMail ? null : (awkward.facts.mail ?? principalName);
  return {
    id: chance.guid(),
    createdAtMs,
    purpose: awkward.purpose,
    facts: userFacts({ ...awkward.facts, userPrincipalName: principalName, mail }, createdAtMs),
  };
}

function draftColleague(chance: Chance, taken: Set<string>, createdAtMs: number): Draft {
  const given = chance.pick(givenNames);
  const surname = chance.pick(surnames);
  const department = chance.pick(departments);
  const office = chance.pick(offices);
  const local = `${addressPart(given)}.${addressPart(surname)}`;
  const common = {
    displayName: `${shownName(given)} ${shownName(surname)}`,
    givenName: shownName(given),
    surname: shownName(surname),
  };
  const dice = chance.next();
  if (dice < 0.05) return draftGuest(chance, taken, common, local, createdAtMs);
  const domain =
    dice < 0.11
      ? seedDomains.sales
      : dice < 0.16
        ? seedDomains.eu
        : dice < 0.19
          ? seedDomains.second
          : seedDomains.main;
  const principalName = free(taken, local, domain);
  const mailless = chance.next() < 0.01;
  return {
    id: chance.guid(),
    createdAtMs,
    purpose: mailless ? null : 'user',
    facts: userFacts(
      {
        ...common,
        userPrincipalName: principalName,
        mail: mailless ? null : principalName,
        accountEnabled: chance.next() >= 0.03,
        jobTitle: chance.pick(department.jobs),
        department: department.name,
        officeLocation: office.name,
        businessPhones: chance.next() < 0.5 ? [`+1 425 555 0${100 + chance.below(100)}`] : [],
        preferredLanguage: office.language,
        usageLocation: office.country,
        assignedLicenses: officeLicence,
      },
      createdAtMs,
    ),
  };
}

/** A guest as an invitation makes one (Entra docs: properties of a B2B user). */
function draftGuest(
  chance: Chance,
  taken: Set<string>,
  common: Pick<UserFacts, 'displayName' | 'givenName' | 'surname'>,
  local: string,
  createdAtMs: number,
): Draft {
  const home = chance.pick(['partner.example', 'adatum.example', 'northwind.example'] as const);
  const principalName = free(taken, `${local}_${home}#EXT#`, seedDomains.initial);
  const mail = `${principalName.split('_')[0] ?? local}@${home}`;
  const accepted = chance.next() < 0.8;
  return {
    id: chance.guid(),
    createdAtMs,
    purpose: null,
    facts: userFacts(
      {
        ...common,
        userPrincipalName: principalName,
        mail,
        userType: 'Guest',
        otherMails: [mail],
        externalUserState: accepted ? 'Accepted' : 'PendingAcceptance',
      },
      createdAtMs,
    ),
  };
}

/** The first free `local@domain`, `local2@domain`, … (the number goes before a guest's `_home` part). */
function free(taken: Set<string>, local: string, domain: string): string {
  const cut = local.indexOf('_');
  const [head, tail] = cut < 0 ? [local, ''] : [local.slice(0, cut), local.slice(cut)];
  let name = `${local}@${domain}`;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${head}${number}${tail}@${domain}`;
  taken.add(name.toLowerCase());
  return name;
}

function softDelete(user: User, atMs: number): void {
  user.state = 'deleted';
  user.deletedAtMs = atMs;
  user.facts = {
    ...user.facts,
    userPrincipalName: `${user.id.replaceAll('-', '')}${user.facts.userPrincipalName}`,
    deletedDateTime: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
  };
}
