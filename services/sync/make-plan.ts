// Streams the stored directory past the planner, so that it is never held as a whole. The planner decides.
import type { Plan } from '../directory/change.ts';
import type { PlanStore } from '../directory/directory-store.ts';
import type { ObjectId } from '../directory/ids.ts';
import { createPlanner, type PlanInput, type Planner } from './plan.ts';

/** States that are asked for at once. */
const STATES = 1_000;

/** The plan for what was read, beside what is stored now. */
export async function makePlan(store: PlanStore, input: PlanInput, signal: AbortSignal): Promise<Plan> {
  const planner = createPlanner(input);
  await feedStored(store, planner, input, signal);
  const { users, groups } = planner.needsState();
  await inChunks(users, async (ids) => {
    signal.throwIfAborted();
    const states = await store.readUserStates(input.tenantId, ids);
    for (const [id, state] of states) planner.userState(id, state);
  });
  await inChunks(groups, async (ids) => {
    signal.throwIfAborted();
    const states = await store.readGroupStates(input.tenantId, ids);
    for (const [id, state] of states) planner.groupState(id, state);
  });
  return planner.finish();
}

async function feedStored(
  store: PlanStore,
  planner: Planner,
  { tenantId }: PlanInput,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of store.streamGroups(tenantId)) {
    signal.throwIfAborted();
    for (const entry of chunk) planner.storedGroup(entry);
  }
  for await (const chunk of store.streamUsers(tenantId)) {
    signal.throwIfAborted();
    for (const entry of chunk) planner.storedUser(entry);
  }
  for await (const chunk of store.streamMemberships(tenantId)) {
    signal.throwIfAborted();
    for (const { groupId, member } of chunk) planner.storedMembership(groupId, member);
  }
}

async function inChunks(
  ids: readonly ObjectId[],
  work: (chunk: readonly ObjectId[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < ids.length; at += STATES) await work(ids.slice(at, at + STATES));
}
