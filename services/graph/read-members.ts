// Reads the direct members of groups, twenty groups in one request, and says for each group how much was seen. A
// group that cannot be read says so for itself alone.
import type { ListObservation } from '../directory/evidence.ts';
import type { MemberRef } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { MembersRead } from '../directory/source.ts';
import { BATCH_SIZE, sendBatch, type BatchPart } from './batch.ts';
import { noAnswer } from './graph-errors.ts';
import type { GraphHttp, GraphReply } from './graph-http.ts';
import { inParallel, inSlices } from './in-parallel.ts';
import { normaliseMember } from './normalise.ts';
import { describeGap, EVENTUAL, readPages, type CollectionRequest } from './pages.ts';
import { askCount } from './read-list.ts';
import { visibilitySchema } from './schemas.ts';

/** Whether a group hides its members from those without Member.Read.Hidden, by group; what is missing is not known. */
export type HiddenMembership = ReadonlyMap<ObjectId, boolean>;

export interface MembersReader {
  readonly http: GraphHttp;
  readonly now: () => Date;
  readonly hidden: HiddenMembership;
  /** Whether hidden members show with the sign-in that is in use now; another one may take over at any time. */
  readonly mayReadHidden: () => Promise<boolean>;
}

/** Round trips, not resource units, are what takes time; more at once would only be throttled. */
const BATCHES_AT_ONCE = 4;

/** Calls `onGroup` exactly once for each id. */
export async function readMembers(
  reader: MembersReader,
  groupIds: readonly ObjectId[],
  onGroup: (read: MembersRead) => void,
  signal: AbortSignal,
): Promise<void> {
  const slices = inSlices([...new Set(groupIds)], BATCH_SIZE);
  await inParallel(slices, BATCHES_AT_ONCE, async (slice) => {
    for (;;) {
      const changes = reader.http.signInChanges();
      const mayReadHidden = await reader.mayReadHidden();
      const reads = await readSlice(reader, slice, mayReadHidden, signal);
      // Somebody took over on the way, and may be followed already by somebody who sees more: whose answer it was that
      // came decides, so that the slice is read again by one alone. A fresh token may see less than the one before.
      const sameStill = mayReadHidden === (await reader.mayReadHidden());
      if (!sameStill || reader.http.signInChanges() !== changes) continue;
      reads.forEach(onGroup);
      return;
    }
  });
}

async function readSlice(
  reader: MembersReader,
  slice: readonly ObjectId[],
  mayReadHidden: boolean,
  signal: AbortSignal,
): Promise<readonly MembersRead[]> {
  const closed = mayReadHidden ? new Map<ObjectId, string>() : await findClosed(reader, slice, signal);
  const reads = [...closed].map(([groupId, code]) => notRead(groupId, code));
  const open = slice.filter((groupId) => !closed.has(groupId));
  const parts = open.map((groupId) => ({ id: groupId, url: membersPath(groupId)(999), headers: EVENTUAL }));
  const replies = await sendBatch(reader.http, parts, reader.now, signal);
  for (const groupId of open) reads.push(await readGroup(reader.http, groupId, replies.get(groupId), signal));
  return reads;
}

/**
 * Groups that must not be asked. Without Member.Read.Hidden, Graph answers for a group with hidden membership as if
 * it had fewer members or none, count included, and with status 200: no proof can be had, so that it is not read.
 */
async function findClosed(
  { http, now, hidden }: MembersReader,
  groupIds: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ObjectId, string>> {
  const closed = new Map<ObjectId, string>();
  const parts: BatchPart[] = [];
  for (const groupId of groupIds) {
    if (hidden.get(groupId) === true) closed.set(groupId, 'graph-forbidden');
    if (!hidden.has(groupId))
      parts.push({ id: groupId, url: `/groups/${encodeURIComponent(groupId)}?$select=id,visibility` });
  }
  const replies = await sendBatch(http, parts, now, signal);
  for (const groupId of groupIds) {
    const reply = replies.get(groupId);
    if (!reply) continue;
    const parsed = reply.kind === 'ok' ? visibilitySchema.safeParse(reply.body) : null;
    if (reply.kind === 'problem') closed.set(groupId, reply.problem.code);
    else if (!parsed?.success) closed.set(groupId, 'graph-bad-answer');
    else if (parsed.data.visibility?.toLowerCase() === 'hiddenmembership')
      closed.set(groupId, 'graph-forbidden');
  }
  return closed;
}

const membersPath = (groupId: ObjectId) => (pageSize: number) =>
  `/groups/${encodeURIComponent(groupId)}/members?$select=id&$top=${pageSize}&$count=true`;

/**
 * The proof that a group was read in full is the same as for any list: as many distinct members as Graph counted, on
 * a chain of pages that ended by itself. The chain alone proves nothing: a lost next link ends it as well.
 */
async function readGroup(
  http: GraphHttp,
  groupId: ObjectId,
  firstReply: GraphReply | undefined,
  signal: AbortSignal,
): Promise<MembersRead> {
  const request: CollectionRequest = {
    first: membersPath(groupId),
    headers: EVENTUAL,
    firstReply: firstReply ?? { kind: 'problem', problem: noAnswer('badAnswer') },
  };
  let members = new Map<ObjectId, MemberRef>();
  let others = new Set<ObjectId>();
  let counted: number | null = null;
  const result = (failure: ListObservation['failure']): MembersRead => ({
    groupId,
    members: [...members.values()],
    others: [...others],
    observation: { rows: members.size + others.size, counted, hidden: 0, failure },
  });
  for await (const event of readPages(http, request, signal)) {
    if (event.kind === 'restart') {
      members = new Map();
      others = new Set();
      counted = null;
      continue;
    }
    if (event.kind === 'failed') return result(describeGap(event.page, event.problem));
    counted ??= event.counted;
    for (const item of event.items) {
      const member = normaliseMember(item);
      if (member === null) return result(describeGap(event.page, noAnswer('badAnswer', event.requestId)));
      if (member.kind === 'kept') members.set(member.member.objectId, member.member);
      else others.add(member.objectId);
    }
  }
  counted ??= await askCount(http, `/groups/${encodeURIComponent(groupId)}/members/$count`, signal);
  return result(null);
}

const notRead = (groupId: ObjectId, code: string): MembersRead => ({
  groupId,
  members: [],
  others: [],
  observation: { rows: 0, counted: null, hidden: 0, failure: { kind: 'notRead', code } },
});
