// What people are called whom Rollcall knows by their object id alone: somebody who was picked before the first sync,
// and whoever the audit trail speaks of. Names come from the list of people, from the directory, or from Microsoft 365.
import { z } from 'zod';
import type { PersonEntry } from '../services/index.ts';
import type { Turn } from './turn.ts';
import type { Names } from './views/reader.ts';

/** As many as one card can speak of. */
const MOST = 20;

/** Names by object id, in lower case; who is not known is left out. Ids that are none are passed over. */
export async function findNames(
  { services, asker }: Turn,
  ids: readonly string[],
  people: readonly PersonEntry[],
): Promise<Names> {
  const wanted = [
    ...new Set(ids.map((id) => id.toLowerCase()).filter((id) => z.guid().safeParse(id).success)),
  ];
  const known = new Map(people.map(({ objectId, displayName }) => [objectId.toLowerCase(), displayName]));
  const pairs = await Promise.all(
    wanted.slice(0, MOST).map(async (id): Promise<readonly [string, string]> => {
      const name = known.get(id) ?? '';
      if (name !== '') return [id, name];
      const found = await services.findPerson(asker.tenantId, id);
      return [id, found.kind === 'known' ? found.person.displayName : ''];
    }),
  );
  return Object.fromEntries(pairs.filter(([, name]) => name !== ''));
}

/** The people of this tenant, with the names that were not known when they were added. */
export async function listNamedPeople(turn: Turn): Promise<readonly PersonEntry[]> {
  const people = await turn.services.listPeople(turn.asker.tenantId);
  const nameless = people.filter(({ displayName }) => displayName === '').map(({ objectId }) => objectId);
  const names = await findNames(turn, nameless, []);
  return people.map((person) => ({
    ...person,
    displayName: person.displayName || (names[person.objectId.toLowerCase()] ?? ''),
  }));
}
