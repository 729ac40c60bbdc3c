// What is shown of one user, one group or one run, put together from several collections.
import type { Group } from '../directory/group.ts';
import type { EntryId, ObjectId, RunId, TenantId } from '../directory/ids.ts';
import type { Change } from '../directory/change.ts';
import type { Status, User } from '../directory/user.ts';
import type { RecordedChange } from './change-repository.ts';
import type { Store } from './create-store.ts';

const MOST_NAMES = 50;
/** Members of a large group that are sorted by name; beyond it the first by id are shown. */
const MOST_MEMBERS = 1_000;
const HISTORY = 10;
/** As many as the cards of one run can mention. */
const MOST_ASKED_NAMES = 500;

interface Named {
  readonly id: EntryId;
  readonly displayName: string;
  readonly status: Status;
}

/** The name that people know a user by. */
export const nameOfUser = ({ facts }: Pick<User, 'facts'>): string =>
  facts.displayName ?? facts.userPrincipalName;

/** A user with the groups that she is a direct member of and what happened to her. */
export async function readUserDetail(store: Store, tenantId: TenantId, user: User) {
  const [groups, reasonGroups, history] = await Promise.all([
    store.memberships
      .listGroupsOf(tenantId, user.objectId)
      .then((ids) => store.groups.getByObjectIds(tenantId, ids)),
    readReasonGroups(store, tenantId, user),
    readHistory(store, tenantId, user.objectId),
  ]);
  return {
    user,
    groups: groups.slice(0, MOST_NAMES).map(nameGroup),
    groupTotal: groups.length,
    reasonGroups,
    history,
  };
}

const nameGroup = ({ id, facts, status }: Group): Named => ({ id, displayName: facts.displayName, status });

async function readReasonGroups(store: Store, tenantId: TenantId, { reasons }: User) {
  const ids = reasons.flatMap((reason) =>
    reason.kind === 'memberOfDeniedGroup' ? [reason.groupId, ...reason.path] : [],
  );
  const groups = ids.length === 0 ? [] : await store.groups.getByObjectIds(tenantId, [...new Set(ids)]);
  return Object.fromEntries(groups.map((group) => [group.objectId, group.facts.displayName]));
}

/** A group with the numbers of its direct members. */
export async function summariseGroup(store: Store, tenantId: TenantId, group: Group) {
  return { ...group, members: await store.memberships.countMembers(tenantId, group.objectId) };
}

/** A group with its members and what happened to it. */
export async function readGroupDetail(store: Store, tenantId: TenantId, group: Group) {
  const [summary, members, history] = await Promise.all([
    summariseGroup(store, tenantId, group),
    readMembers(store, tenantId, group.objectId),
    readHistory(store, tenantId, group.objectId),
  ]);
  return { group: summary, members, history };
}

async function readMembers(store: Store, tenantId: TenantId, groupId: ObjectId) {
  const refs = await store.memberships.listMembers(tenantId, groupId, MOST_MEMBERS);
  const idsOf = (kind: 'user' | 'group') =>
    refs.filter((ref) => ref.kind === kind).map(({ objectId }) => objectId);
  const [users, groups] = await Promise.all([
    store.users.getByObjectIds(tenantId, idsOf('user')),
    store.groups.getByObjectIds(tenantId, idsOf('group')),
  ]);
  const named = [
    ...users.map((user) => ({
      id: user.id,
      displayName: nameOfUser(user),
      kind: 'user' as const,
      status: user.status,
    })),
    ...groups.map((group) => ({ ...nameGroup(group), kind: 'group' as const })),
  ];
  return named.sort((a, b) => a.displayName.localeCompare(b.displayName)).slice(0, MOST_NAMES);
}

async function readHistory(store: Store, tenantId: TenantId, objectId: ObjectId) {
  const records = await store.changes.listHistory(tenantId, objectId, HISTORY);
  const runs = await store.runs.getMany([...new Set(records.map(({ runId }) => runId))]);
  const numbers = new Map(runs.map(({ id, number }) => [id, number]));
  return records.map((record) => ({ ...record, runNumber: numbers.get(record.runId) ?? 0 }));
}

/** What users and groups are called, by object id. */
export async function readNames(store: Store, tenantId: TenantId, objectIds: readonly ObjectId[]) {
  const ids = [...new Set(objectIds)].slice(0, MOST_ASKED_NAMES);
  if (ids.length === 0) return {};
  const [users, groups] = await Promise.all([
    store.users.getByObjectIds(tenantId, ids),
    store.groups.getByObjectIds(tenantId, ids),
  ]);
  return Object.fromEntries([
    ...groups.map(({ objectId, facts }) => [objectId, facts.displayName] as const),
    ...users.map((user) => [user.objectId, nameOfUser(user)] as const),
  ]);
}

/** A page of a run's changes (of a held run: of those that it would make), each with the name of what changed. */
export async function readRunChanges(
  store: Store,
  tenantId: TenantId,
  runId: RunId,
  { page, pageSize }: { readonly page: number; readonly pageSize: number },
) {
  const run = await store.runs.getRun(tenantId, runId);
  if (run === null) return { items: [], total: 0, page, pageSize };
  const kind = run.report?.outcome === 'held' ? store.plannedChanges : store.changes;
  const [total, records] = await Promise.all([
    kind.count(runId),
    kind.list(runId, page * pageSize, pageSize),
  ]);
  const kept = await readKept(store, tenantId, records);
  const items = records.map(({ change }) => {
    const now = kept.get(change.objectId) ?? null;
    return { change, id: now?.id ?? null, displayName: nameOfChange(change) ?? now?.displayName ?? '' };
  });
  return { items, total, page, pageSize };
}

/** Who of the changed is stored now, by object id. */
async function readKept(store: Store, tenantId: TenantId, records: readonly RecordedChange[]) {
  const idsOf = (isUser: boolean) =>
    records.filter(({ change }) => (change.type === 'user') === isUser).map(({ change }) => change.objectId);
  const [users, groups] = await Promise.all([
    store.users.getByObjectIds(tenantId, idsOf(true)),
    store.groups.getByObjectIds(tenantId, idsOf(false)),
  ]);
  return new Map([
    ...users.map((user) => [user.objectId, { id: user.id, displayName: nameOfUser(user) }] as const),
    ...groups.map((group) => [group.objectId, nameGroup(group)] as const),
  ]);
}

function nameOfChange(change: Change): string | null {
  switch (change.type) {
    case 'user': {
      const state = change.after ?? change.before;
      return state === null ? null : nameOfUser(state);
    }
    case 'group':
      return (change.after ?? change.before)?.facts.displayName ?? null;
    case 'memberships':
      return null;
  }
}
