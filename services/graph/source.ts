// Microsoft Graph as the source of a sync: puts the readers behind the port of services/directory/source.ts. One
// source serves one run of one tenant; it writes nothing and decides nothing.
import type { Clock } from '../ambient.ts';
import type { Capability } from '../directory/credential.ts';
import type { ListObservation } from '../directory/evidence.ts';
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
import { readsHiddenMembers } from './token-roles.ts';

export interface GraphSourceOptions {
  /** Made for this run, with one budget: costs and patience are the run's. Each signs in for what it reads. */
  readonly http: Readonly<Record<Capability, GraphHttp>>;
  /** False when nobody ever authorized this; it is then not read, and says so. */
  readonly isConnected?: (capability: Capability) => Promise<boolean>;
  readonly takeovers?: Source['takeovers'];
  readonly clock: Clock;
}

const USERS: Collection<UserFacts> = { path: '/users', select: USER_SELECT, normalise: normaliseUser };
const GROUPS: Collection<GroupFacts> = { path: '/groups', select: GROUP_SELECT, normalise: normaliseGroup };

/** Nobody authorized this: a gap like any other, so that nobody becomes inactive for it. */
const NOT_CONNECTED: ListObservation = {
  rows: 0,
  counted: null,
  hidden: 0,
  failure: { kind: 'notRead', code: 'not-connected' },
};

/**
 * A list that breaks is an observation, not an exception. Thrown are only failures after which nothing can be read
 * (`not-connected`, `sign-in-failed`, `sign-in-unreachable`, `graph-unauthorized`) and the reason of the signal; `takeDeltaTokens`
 * also throws the error of its requests.
 */
export function createGraphSource({ http, isConnected, takeovers, clock }: GraphSourceOptions): Source {
  /** Groups seen by readGroups, and whether they hide their members. */
  const hidden = new Map<ObjectId, boolean>();
  const now = () => clock.now();
  const connected = async (capability: Capability) => (await isConnected?.(capability)) ?? true;
  return {
    takeDeltaTokens: (signal) => takeDeltaTokens(http, signal),
    readDomains: async (signal) =>
      (await connected('domains'))
        ? readDomains(http.domains, signal)
        : { domains: [], observation: NOT_CONNECTED },
    readUsers: async (onPage, signal) =>
      (await connected('users')) ? readList(http.users, USERS, onPage, signal) : NOT_CONNECTED,
    readGroups: async (onPage, signal) => {
      if (!(await connected('groups'))) return NOT_CONNECTED;
      const note: typeof onPage = (page) => {
        for (const { objectId, evidence } of page.sightings)
          if (evidence.kind === 'seen') hidden.set(objectId, evidence.facts.hiddenMembership);
        onPage(page);
      };
      return readList(http.groups, GROUPS, note, signal);
    },
    readMembers: (groupIds, onGroup, signal) => {
      const mayReadHidden = async () => readsHiddenMembers(await http.groups.accessToken(signal));
      return readMembers({ http: http.groups, now, hidden, mayReadHidden }, groupIds, onGroup, signal);
    },
    confirmGone: (type, ids, signal) =>
      confirmGone(type === 'user' ? http.users : http.groups, now, type, ids, signal),
    takeovers: async () => (await takeovers?.()) ?? [],
    // All share the budget of the run.
    costs: () => http.users.costs(),
  };
}
