// The users' or the groups' part of a plan: each stored entry meets what was read of it, then what was read and is
// not stored is created. The same code for both; what differs comes in as rules.
import type { Cause, ChangeAction, SkipReason } from '../directory/change.ts';
import { evidenceOfUnmentioned, type Coverage } from '../directory/evidence.ts';
import { fingerprint } from '../directory/fingerprint.ts';
import type { GroupState } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import { REASON_ORDER, type Reason } from '../directory/reason.ts';
import type { Status, UserState } from '../directory/user.ts';
import { decideChange, type Grace, type Told } from './decide-change.ts';
import type { Sightings, StoredEntry } from './plan.ts';
import type { Tally } from './tally.ts';

export interface EntryRules<Facts, State> {
  readonly sightings: Sightings<Facts>;
  readonly coverage: Coverage;
  readonly grace: Grace;
  readonly tally: Tally;
  /** What an object should be; null when the read does not suffice to say. */
  decide(objectId: ObjectId, facts: Facts): Decided<State> | null;
  /** Why an object that is out of scope is not kept in the first place; null when it is kept, inactive. */
  leaveOut(state: State): SkipReason | null;
}

export interface Decided<State> {
  readonly state: State;
  /** The state of an object that is stored as inactive, when that depends on what was stored; null when it does not. */
  readonly withStored: ((before: State) => State) | null;
}

/** A change that does not know its type yet. */
export interface EntryDraft<State> {
  readonly objectId: ObjectId;
  readonly action: ChangeAction;
  readonly cause: Cause;
  readonly base: { readonly id: StoredEntry['id']; readonly revision: number } | null;
  readonly before: State | null;
  readonly after: State | null;
}

export interface EntryPlanner<State> {
  stored(entry: StoredEntry): void;
  /** Every stored entry was fed: the others that were read are new. */
  close(): void;
  /** Entries that change and whose state is missing, in order of id. */
  needed(): readonly ObjectId[];
  state(objectId: ObjectId, before: State): void;
  totals(): Readonly<Record<Status, number>>;
  /** Whether it will be in the directory after this plan and has not left Microsoft 365. */
  isPresent(objectId: ObjectId): boolean;
  isStored(objectId: ObjectId): boolean;
  isPurged(objectId: ObjectId): boolean;
  /** Stored, and known to have left Microsoft 365. */
  hasLeft(objectId: ObjectId): boolean;
  /** Stored, seen, and out of scope by the policy. */
  isOutOfScope(objectId: ObjectId): boolean;
  finish(): readonly EntryDraft<State>[];
}

interface Pending<State> {
  readonly entry: StoredEntry;
  readonly action: ChangeAction;
  readonly cause: Cause;
  /** null: made from the state before, because the object left. */
  readonly decided: Decided<State> | null;
}

export function createEntryPlanner<Facts, State extends UserState | GroupState>(
  rules: EntryRules<Facts, State>,
): EntryPlanner<State> {
  const { sightings, tally } = rules;
  const totals = { active: 0, inactive: 0 };
  const storedIds = new Set<ObjectId>();
  const goneIds = new Set<ObjectId>();
  const outOfScopeIds = new Set<ObjectId>();
  const purgedIds = new Set<ObjectId>();
  const createdIds = new Set<ObjectId>();
  const pending = new Map<ObjectId, Pending<State>>();
  const drafts: EntryDraft<State>[] = [];

  const tell = (objectId: ObjectId): { told: Told; decided: Decided<State> | null } => {
    const evidence = sightings.get(objectId) ?? evidenceOfUnmentioned<Facts>(rules.coverage);
    if (evidence.kind !== 'seen') return { told: evidence, decided: null };
    const decided = rules.decide(objectId, evidence.facts);
    if (decided === null) return { told: { kind: 'notTold' }, decided };
    const { state } = decided;
    const mark = fingerprint(state);
    if (state.status === 'active') return { told: { kind: 'inScope', fingerprint: mark }, decided };
    const keepNew = rules.leaveOut(state) === null;
    return { told: { kind: 'outOfScope', fingerprint: mark, keepNew }, decided };
  };

  const meetNew = (objectId: ObjectId): void => {
    const { told, decided } = tell(objectId);
    const decision = decideChange(null, told, rules.grace);
    if (decided === null) {
      if (sightings.get(objectId)?.kind === 'seen') tally.skip('undecided', objectId);
      return;
    }
    const after = decided.state;
    if (decision.kind === 'change') {
      const { action, cause } = decision;
      createdIds.add(objectId);
      tally.count(action);
      if (after.status === 'inactive') tally.count('createInactive');
      drafts.push({ objectId, action, cause, base: null, before: null, after });
      return;
    }
    const reason = rules.leaveOut(after);
    if (reason !== null) tally.skip(reason, objectId);
  };

  return {
    stored: (entry) => {
      const { objectId } = entry;
      storedIds.add(objectId);
      totals[entry.status]++;
      const { told, decided } = tell(objectId);
      if (told.kind === 'removed' || told.kind === 'absent') goneIds.add(objectId);
      if (told.kind === 'outOfScope') outOfScopeIds.add(objectId);
      const decision = decideChange(entry, told, rules.grace);
      if (decision.kind === 'change') {
        if (decision.action === 'purge') purgedIds.add(objectId);
        pending.set(objectId, { entry, action: decision.action, cause: decision.cause, decided });
      } else if (decision.kind !== 'nothing') tally.count(decision.kind);
    },
    close: () => {
      for (const [objectId, evidence] of sightings) {
        if (evidence.kind === 'malformed') tally.skip('malformed', objectId);
        if (!storedIds.has(objectId)) meetNew(objectId);
      }
    },
    needed: () => [...pending.keys()].sort(),
    state: (objectId, before) => {
      const change = pending.get(objectId);
      if (!change) return;
      pending.delete(objectId);
      const { action, cause, entry, decided } = change;
      const after = action === 'purge' ? null : stateAfter(decided, before);
      // Looked different only while the reasons that could not be checked were missing.
      if (after !== null && decided?.withStored && fingerprint(after) === entry.fingerprint) {
        tally.count('unchanged');
        return;
      }
      tally.count(action);
      const base = { id: entry.id, revision: entry.revision };
      drafts.push({ objectId, action, cause, base, before, after });
    },
    totals: () => totals,
    isPresent: (objectId) => createdIds.has(objectId) || (storedIds.has(objectId) && !goneIds.has(objectId)),
    isStored: (objectId) => storedIds.has(objectId),
    hasLeft: (objectId) => goneIds.has(objectId),
    isOutOfScope: (objectId) => outOfScopeIds.has(objectId),
    isPurged: (objectId) => purgedIds.has(objectId),
    finish: () => {
      tally.count('kept', pending.size);
      return drafts;
    },
  };
}

function stateAfter<State extends UserState | GroupState>(
  decided: Decided<State> | null,
  before: State,
): State {
  if (decided === null) return asLeft(before);
  return decided.withStored === null ? decided.state : decided.withStored(before);
}

/** The state of an object that left: what was known of it stays, and that it left is one more reason. */
function asLeft<State extends UserState | GroupState>(before: State): State {
  const others = before.reasons.filter((reason) => reason.kind !== 'deleted');
  const reasons: Reason[] = [...others, { kind: 'deleted' }];
  reasons.sort((a, b) => REASON_ORDER.indexOf(a.kind) - REASON_ORDER.indexOf(b.kind));
  return { ...before, status: 'inactive', reasons };
}
