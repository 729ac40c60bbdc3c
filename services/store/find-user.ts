// Finds the users that a person may mean by what they typed: a whole mail address, UPN or name first, then a part
// of one, then names that are spelled alike.
import type { TenantId } from '../directory/ids.ts';
import { foldText } from '../directory/search-key.ts';
import { distanceTo, fragmentsOf } from '../directory/similar-names.ts';
import type { User } from '../directory/user.ts';
import type { EntryPage, EntryRepository } from './user-group-repository.ts';

/** Users of the same name or address that are looked at. */
const SAME = 50;
const PAGE_SIZE = 10;
/** Names that are compared letter by letter. */
const CANDIDATES = 2_000;
const SIMILAR = 3;

export type FoundUser =
  | { readonly kind: 'one'; readonly user: User }
  | { readonly kind: 'many'; readonly users: EntryPage<User> }
  | { readonly kind: 'none'; readonly similar: readonly User[] };

/** Whoever is meant by `text`. */
export async function findUser(
  users: EntryRepository<User, unknown>,
  tenantId: TenantId,
  text: string,
): Promise<FoundUser> {
  const wanted = foldText(text);
  const whole = await users.find(tenantId, text, 'whole', SAME);
  for (const nameOf of [
    ({ facts }: User) => facts.mail,
    ({ facts }: User) => facts.userPrincipalName,
    ({ facts }: User) => facts.displayName,
  ]) {
    const [first, ...others] = whole.filter((user) => foldText(nameOf(user) ?? '') === wanted);
    if (first && others.length === 0) return { kind: 'one', user: first };
    if (first) return { kind: 'many', users: pageOf([first, ...others]) };
  }
  const page = await users.list(tenantId, { text, page: 0, pageSize: PAGE_SIZE });
  const [only] = page.items;
  if (wanted === '' || only === undefined) {
    return { kind: 'none', similar: await findSimilar(users, tenantId, text) };
  }
  return page.total === 1 ? { kind: 'one', user: only } : { kind: 'many', users: page };
}

const pageOf = (users: readonly User[]): EntryPage<User> => ({
  items: users.slice(0, PAGE_SIZE),
  total: users.length,
  page: 0,
  pageSize: PAGE_SIZE,
});

async function findSimilar(
  users: EntryRepository<User, unknown>,
  tenantId: TenantId,
  text: string,
): Promise<readonly User[]> {
  const candidates = await users.findFragments(tenantId, fragmentsOf(text), CANDIDATES);
  return candidates
    .map((user) => {
      const { displayName, mail, userPrincipalName } = user.facts;
      return { user, letters: distanceTo(text, [displayName, mail, userPrincipalName]) };
    })
    .filter(({ letters }) => letters < Infinity)
    .sort((a, b) => a.letters - b.letters)
    .slice(0, SIMILAR)
    .map(({ user }) => user);
}
