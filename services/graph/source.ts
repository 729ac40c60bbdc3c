// Microsoft Graph as the source of a sync: puts the readers behind the port of services/directory/source.ts. One
// source serves one run of one tenant; it writes nothing and decides nothing.
import type { Clock } from '../ambient.ts';
import type { GroupFacts } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Source } from '../directory/source.ts';
import type { UserFacts } from '../directory/user.ts';
import { confirmGone } from './confirm-gone.ts';
import { takeDeltaTokens } from './delta-tokens.ts';
import type { GraphHttp } from './graph-http.ts';
import { normaliseGroup, normaliseUser } from './normalise.ts';
import { readDomains } from './read-domains.ts';
import { readList, type Collection } from './read-list.ts';
import { readMembers } from './read-members.ts';
import { GROUP_SELECT, USER_SELECT } from './schemas.ts';
import { readTokenRoles } from './token-roles.ts';

export interface GraphSourceOptions {
  /** Made for this run: its costs and its patience are the run's. */
  readonly http: GraphHttp;
  readonly clock: Clock;
}

const USERS: Collection<UserFacts> = { path: '/users', select: USER_SELECT, normalise: normaliseUser };
const GROUPS: Collection<GroupFacts> = { path: '/groups', select: GROUP_SELECT, normalise: normaliseGroup };

/** The permission without which hidden members are left out silently (Graph docs: list group members). */
const HIDDEN_MEMBERS = 'Member.Read.Hidden';

/**
 * A list that breaks is an observation, not an exception. Thrown are only failures after which nothing can be read
 * (`sign-in-failed`, `sign-in-unreachable`, `graph-unauthorized`) and the reason of the signal; `takeDeltaTokens`
 * also throws the error of its requests.
 */
export function createGraphSource({ http, clock }: GraphSourceOptions): Source {
  /** Groups seen by readGroups, and whether they hide their members. */
  const hidden = new Map<ObjectId, boolean>();
  const now = () => clock.now();
  return {
    takeDeltaTokens: (signal) => takeDeltaTokens(http, signal),
    readDomains: (signal) => readDomains(http, signal),
    readUsers: (onPage, signal) => readList(http, USERS, onPage, signal),
    readGroups: (onPage, signal) =>
      readList(
        http,
        GROUPS,
        (page) => {
          for (const { objectId, evidence } of page.sightings)
            if (evidence.kind === 'seen') hidden.set(objectId, evidence.facts.hiddenMembership);
          onPage(page);
        },
        signal,
      ),
    readMembers: async (groupIds, onGroup, signal) => {
      const mayReadHidden = readTokenRoles(await http.accessToken(signal)).has(HIDDEN_MEMBERS);
      await readMembers({ http, now, hidden, mayReadHidden }, groupIds, onGroup, signal);
    },
    confirmGone: (type, ids, signal) => confirmGone(http, now, type, ids, signal),
    costs: () => http.costs(),
  };
}
