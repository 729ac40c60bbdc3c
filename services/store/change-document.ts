// A change between its record in the database and its domain value, and which documents it writes. Pure.
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import { z } from 'zod';
import type {
  Change,
  ChangeAction,
  Cause,
  GroupChange,
  MembershipChange,
  UserChange,
} from '../directory/change.ts';
import { fingerprint } from '../directory/fingerprint.ts';
import type { GroupState, MemberRef } from '../directory/group.ts';
import type { EntryId, ObjectId, RunId, TenantId } from '../directory/ids.ts';
import { searchKey } from '../directory/search-key.ts';
import type { UserState } from '../directory/user.ts';
import { membershipId, type MembershipDocument } from './membership-repository.ts';
import { groupState, storedEntryId, storedObjectId, userState, type EntryDocument } from './parse-entry.ts';

interface RecordHead {
  /** See `changeId`. */
  _id: string;
  tenantId: TenantId;
  objectId: ObjectId;
  batch: number;
  at: Date;
}

export interface EntryRecord extends RecordHead {
  type: 'user' | 'group';
  action: ChangeAction;
  cause: Cause;
  base: { id: EntryId; revision: number } | null;
  before: UserState | GroupState | null;
  after: UserState | GroupState | null;
}

/** Members are kept as "u/id" and "g/id": half as long as objects. */
export interface MembershipRecord extends RecordHead {
  type: 'memberships';
  added: readonly string[];
  removed: readonly string[];
}

export type ChangeDocument = EntryRecord | MembershipRecord;
export type EntryChange = UserChange | GroupChange;

/** The `_id` of a change: its run and its place in it, so that the changes of a run are one range in order. */
export const changeId = (runId: RunId, sequence: number): string =>
  `${runId}/${String(sequence).padStart(8, '0')}`;

export const runIdOf = (id: string): string => id.slice(0, id.indexOf('/'));

const memberText = ({ kind, objectId }: MemberRef) => `${kind === 'user' ? 'u' : 'g'}/${objectId}`;
const member = z
  .string()
  .regex(/^[ug]\//)
  .transform((value): MemberRef => ({
    kind: value.startsWith('u') ? 'user' : 'group',
    objectId: storedObjectId.parse(value.slice(2)),
  }));

/** Where a record belongs. */
export interface RecordPlace {
  readonly tenantId: TenantId;
  readonly runId: RunId;
  readonly batch: number;
  readonly at: Date;
}

/** The record of a change. */
export function recordOf(change: Change, sequence: number, place: RecordPlace): ChangeDocument {
  const { tenantId, runId, batch, at } = place;
  const head = { _id: changeId(runId, sequence), tenantId, objectId: change.objectId, batch, at };
  if (change.type === 'memberships') {
    const { added, removed } = change;
    return { ...head, type: 'memberships', added: added.map(memberText), removed: removed.map(memberText) };
  }
  const { type, action, cause, base, before, after } = change;
  return { ...head, type, action, cause, base, before, after };
}

const entryHead = {
  objectId: storedObjectId,
  action: z.enum(['create', 'update', 'reactivate', 'inactivate', 'purge']),
  cause: z.enum(['seen', 'removed', 'absent']),
  base: z.object({ id: storedEntryId, revision: z.number() }).nullable(),
};
/** Parses the record of a change. */
export const storedChange: z.ZodType<Change> = z.discriminatedUnion('type', [
  z.object({
    ...entryHead,
    type: z.literal('user'),
    before: userState.nullable(),
    after: userState.nullable(),
  }),
  z.object({
    ...entryHead,
    type: z.literal('group'),
    before: groupState.nullable(),
    after: groupState.nullable(),
  }),
  z.object({
    type: z.literal('memberships'),
    objectId: storedObjectId,
    added: z.array(member),
    removed: z.array(member),
  }),
]);

const namesOf = (state: UserState | GroupState): readonly (string | null)[] =>
  'userPrincipalName' in state.facts
    ? [state.facts.displayName, state.facts.mail, state.facts.userPrincipalName]
    : [state.facts.displayName, state.facts.mail];

const isDeleted = (state: UserState | GroupState) => state.reasons.some(({ kind }) => kind === 'deleted');

/** What a state becomes in its document; dates that stay as they are are left out. */
function fieldsOf(
  after: UserState | GroupState,
  before: UserState | GroupState | null,
  runId: RunId,
  at: Date,
) {
  const wasInactive = before?.status === 'inactive';
  const hadLeft = before !== null && isDeleted(before);
  return {
    status: after.status,
    reasons: after.reasons,
    facts: after.facts,
    fingerprint: fingerprint(after),
    search: searchKey(namesOf(after)),
    changedAt: at,
    changedBy: runId,
    ...(after.status === 'active' ? { inactiveSince: null } : wasInactive ? {} : { inactiveSince: at }),
    ...(!isDeleted(after) ? { leftAt: null } : hadLeft ? {} : { leftAt: at }),
  };
}

/** The write that carries out a change of a user or group; it does nothing when the plan saw another revision. */
export function writeOf(
  change: EntryChange,
  place: RecordPlace,
  nextId: () => EntryId,
): AnyBulkWriteOperation<EntryDocument<Document>> {
  const { base, before, after, objectId } = change;
  const { tenantId, runId, at } = place;
  if (base === null) {
    if (after === null) throw new TypeError('A change has neither base nor outcome');
    const dates = { createdAt: at, inactiveSince: null, leftAt: null };
    const fields = { ...dates, ...fieldsOf(after, null, runId, at) };
    return { insertOne: { document: { _id: nextId(), tenantId, objectId, revision: 1, ...fields } } };
  }
  const filter = { _id: base.id, revision: base.revision };
  if (after === null) return { deleteOne: { filter } };
  const revision = base.revision + 1;
  return { updateOne: { filter, update: { $set: { ...fieldsOf(after, before, runId, at), revision } } } };
}

/** The edges that a change adds, as documents. */
export const edgesAdded = (
  change: MembershipChange,
  { tenantId, runId }: RecordPlace,
): MembershipDocument[] =>
  change.added.map((ref) => ({
    _id: membershipId(tenantId, change.objectId, ref),
    tenantId,
    memberObjectId: ref.objectId,
    changedBy: runId,
  }));

/** The `_id`s of the edges that a change removes. */
export const edgesRemoved = (change: MembershipChange, { tenantId }: RecordPlace): string[] =>
  change.removed.map((ref) => membershipId(tenantId, change.objectId, ref));
