// Reads what a plan needs from Microsoft 365, as much as possible at once. Believes nothing by itself: what a read
// covers is judged by evidence.ts. Throws only what makes the whole read impossible.
import type { DeltaTokens } from '../directory/directory-store.ts';
import type { Domain } from '../directory/domain.ts';
import { proveCoverage, type Coverage, type ListObservation, type Sighting } from '../directory/evidence.ts';
import type { GroupFacts } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Policy } from '../directory/policy.ts';
import type { MembersRead, OnPage, Source } from '../directory/source.ts';
import type { UserFacts } from '../directory/user.ts';
import type { Log } from '../log.ts';
import { groupsToRead } from './groups-to-read.ts';
import type { ProgressTracker } from './progress.ts';

export interface WhatWasRead {
  /** Where a delta read begins that misses nothing of what this read may have missed. */
  readonly deltaTokens: DeltaTokens | null;
  readonly domains: readonly Domain[];
  readonly users: ReadonlyMap<ObjectId, Sighting<UserFacts>['evidence']>;
  readonly groups: ReadonlyMap<ObjectId, Sighting<GroupFacts>['evidence']>;
  readonly members: ReadonlyMap<ObjectId, MembersRead>;
  readonly coverage: { readonly users: Coverage; readonly groups: Coverage; readonly domains: Coverage };
}

interface Options {
  readonly source: Source;
  readonly policy: Policy;
  readonly progress: ProgressTracker;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Nobody asked: says nothing about anybody, and is no failure either. */
const NOT_ASKED: Coverage = { kind: 'delta' };

/** Reads domains, users and groups side by side, then the members of the groups that matter. */
export async function readSource(options: Options): Promise<WhatWasRead> {
  const { source, policy, progress, log } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const groupsMatter = needsGroups(policy);
  const users = new Map<ObjectId, Sighting<UserFacts>['evidence']>();
  const groups = new Map<ObjectId, Sighting<GroupFacts>['evidence']>();
  const onUsers = collect(users, progress, 'users');
  const onGroups = collect(groups, progress, 'groups');
  try {
    const deltaTokens = await takeDeltaTokens(source, signal, log);
    const [domains, usersSeen, groupsSeen] = await Promise.all([
      source.readDomains(signal),
      policy.users.enabled ? source.readUsers(onUsers, signal) : null,
      groupsMatter ? source.readGroups(onGroups, signal) : null,
    ]);
    const members = await readMembers({ ...options, signal }, groups);
    const coverage = {
      users: coverageOf(usersSeen),
      groups: coverageOf(groupsSeen),
      domains: coverageOf(domains.observation),
    };
    return { deltaTokens, domains: domains.domains, users, groups, members, coverage };
  } catch (error) {
    // One reader gave up: the others need not go on.
    failed.abort(error);
    options.signal.throwIfAborted();
    throw error;
  }
}

/** Groups are read for themselves, or to know who is a member of a group on a list. */
const needsGroups = (policy: Policy): boolean =>
  policy.groups.enabled || policy.allowedGroups.length > 0 || policy.deniedGroups.length > 0;

const coverageOf = (seen: ListObservation | null): Coverage =>
  seen === null ? NOT_ASKED : proveCoverage(seen);

/** Takes the tokens that a later delta read begins with; a sync does not fail for want of them. */
async function takeDeltaTokens(source: Source, signal: AbortSignal, log: Log): Promise<DeltaTokens | null> {
  try {
    return await source.takeDeltaTokens(signal);
  } catch (error) {
    signal.throwIfAborted();
    log.warn('sync.no-delta-tokens', {}, error);
    return null;
  }
}

function collect<Facts>(
  into: Map<ObjectId, Sighting<Facts>['evidence']>,
  progress: ProgressTracker,
  kind: 'users' | 'groups',
): OnPage<Facts> {
  return ({ sightings, counted }) => {
    for (const { objectId, evidence } of sightings) into.set(objectId, evidence);
    progress.change(({ read, expected }) => ({
      read: { ...read, [kind]: into.size },
      expected: { ...expected, [kind]: counted ?? expected[kind] },
    }));
  };
}

/** Reads members until no group is left that matters: nested groups show only when their parents are read. */
async function readMembers(
  { source, policy, progress, signal }: Options,
  groups: WhatWasRead['groups'],
): Promise<WhatWasRead['members']> {
  const members = new Map<ObjectId, MembersRead>();
  const onGroup = (read: MembersRead) => {
    members.set(read.groupId, read);
    progress.change(({ read: counts, members: groupsDone }) => ({
      read: { ...counts, memberships: counts.memberships + read.members.length },
      members: { ...groupsDone, groupsRead: members.size },
    }));
  };
  for (;;) {
    const wanted = groupsToRead(groups, policy, members);
    if (wanted.length === 0) return members;
    progress.change((now) => ({ members: { ...now.members, groupsToRead: members.size + wanted.length } }));
    await source.readMembers(wanted, onGroup, signal);
    for (const groupId of wanted) if (!members.has(groupId)) onGroup(notAnswered(groupId));
  }
}

/** A source that forgets a group must not be asked for it for ever. */
const notAnswered = (groupId: ObjectId): MembersRead => ({
  groupId,
  members: [],
  others: [],
  observation: { rows: 0, counted: null, hidden: 0, failure: { kind: 'notRead', code: 'notAnswered' } },
});
