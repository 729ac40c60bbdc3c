// Who takes part in the chat, and the ids under which Teams knows them.
// Pure. What people may do in the tenant is the tenant's business, not the chat's.
import { createHash } from 'node:crypto';

/** Somebody one can be on the chat page; the same shape as a person of the local tenant. */
export interface Person {
  /** Entra object id. */
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly role: 'global administrator' | 'second administrator' | 'no role';
}

/** Who wrote something: a person by Entra object id, the bot by its `28:` id. */
export interface Author {
  readonly id: string;
  readonly name: string;
  readonly role: 'bot' | 'user';
}

/** The people, the bot and the tenant of one chat, with their Teams ids. */
export interface Roster {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly botId: string;
  readonly botName: string;
  readonly people: readonly Person[];
  /** Person by Entra object id or by `29:` id. */
  find(id: string): Person | undefined;
}

/** A name that never changes for the same input, as Teams' opaque ids never do. */
export const opaque = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url');

/**
 * The `29:` id of a person: opaque, stable, and different for every bot
 * (Teams docs: get the user's ID).
 */
export const userMri = (botAppId: string, personId: string): string =>
  `29:1${opaque('user', botAppId, personId)}`;

/** Collects the people of a chat. */
export function createRoster(options: {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly botName: string;
  readonly people: readonly Person[];
}): Roster {
  const byId = new Map<string, Person>();
  for (const person of options.people) {
    byId.set(person.id, person);
    byId.set(userMri(options.botAppId, person.id), person);
  }
  return { ...options, botId: `28:${options.botAppId}`, find: (id) => byId.get(id) };
}

/** The bot as an author. */
export const botAuthor = (roster: Roster): Author => ({
  id: roster.botId,
  name: roster.botName,
  role: 'bot',
});

/** A person as an author. */
export const personAuthor = (person: Person): Author => ({
  id: person.id,
  name: person.displayName,
  role: 'user',
});

/** A member as the Connector's roster calls list one (Teams docs: TeamsChannelAccount). */
export function teamsChannelAccount(roster: Roster, person: Person): Record<string, string> {
  const [givenName = person.displayName, ...rest] = person.displayName.split(' ');
  return {
    id: userMri(roster.botAppId, person.id),
    name: person.displayName,
    objectId: person.id,
    aadObjectId: person.id,
    givenName,
    surname: rest.join(' '),
    email: person.mail,
    userPrincipalName: person.userPrincipalName,
    tenantId: roster.tenantId,
    userRole: 'user',
  };
}

/** The data set that Teams answers itself (Teams docs: people picker in Adaptive Cards). */
export const isPeopleDataset = (dataset: string): boolean => dataset.startsWith('graph.microsoft.com/users');

/** Choices of the people picker: titles are names, values Entra object ids. */
export function searchPeople(
  roster: Roster,
  text: string,
): { readonly title: string; readonly value: string }[] {
  const wanted = text.trim().toLowerCase();
  return roster.people
    .filter(({ displayName, mail }) => `${displayName} ${mail}`.toLowerCase().includes(wanted))
    .slice(0, 15)
    .map(({ displayName, id }) => ({ title: displayName, value: id }));
}
