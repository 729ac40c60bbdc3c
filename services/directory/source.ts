// The port to Microsoft 365: what a sync needs to read, in the words of the directory. services/graph implements
// it; tests may stand in for it. A source never writes and never decides.
import type { Domain } from './domain.ts';
import type { GroupFacts, MemberRef } from './group.ts';
import type { ListObservation, Sighting } from './evidence.ts';
import type { ObjectId } from './ids.ts';
import type { RunCosts, RunTakeover } from './run.ts';
import type { UserFacts } from './user.ts';

/** The direct members of one group, or why they could not be read in full. */
export interface MembersRead {
  readonly groupId: ObjectId;
  readonly members: readonly MemberRef[];
  /** Devices, service principals and contacts: seen, counted, not kept. */
  readonly others: readonly ObjectId[];
  readonly observation: ListObservation;
}

/** The answer of the second witness about one object. */
export type Witness = 'gone' | 'exists' | 'unknown';

export interface Source {
  /** Where a later delta read will begin; taken before a full read, so that nothing falls between. */
  takeDeltaTokens(signal: AbortSignal): Promise<{ readonly users: string; readonly groups: string }>;
  readDomains(
    signal: AbortSignal,
  ): Promise<{ readonly domains: readonly Domain[]; readonly observation: ListObservation }>;
  /** Calls `onPage` for each page in turn; `counted` is told once Microsoft 365 has counted. Ends with what to believe. */
  readUsers(onPage: OnPage<UserFacts>, signal: AbortSignal): Promise<ListObservation>;
  readGroups(onPage: OnPage<GroupFacts>, signal: AbortSignal): Promise<ListObservation>;
  /** Reads the members of these groups, batched, in any order; calls `onGroup` exactly once for each. */
  readMembers(
    groupIds: readonly ObjectId[],
    onGroup: (read: MembersRead) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Asks for exactly these objects, one by one (batched). Every id that was asked for is answered. */
  confirmGone(
    type: 'user' | 'group',
    ids: readonly ObjectId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ObjectId, Witness>>;
  /** The accounts that failed so far, and who read on. Throws `database-…`. */
  takeovers(): Promise<readonly RunTakeover[]>;
  /** What reading has cost so far. */
  costs(): RunCosts;
}

export type OnPage<Facts> = (page: {
  readonly sightings: readonly Sighting<Facts>[];
  readonly counted: number | null;
}) => void;
