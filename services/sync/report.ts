// What becomes of a plan after the guard: changes that a second witness does not support are taken out, and the end
// of the run gets its name. Pure.
import type { Plan } from '../directory/change.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Outcome } from '../directory/run.ts';
import type { Verdict } from '../directory/verdict.ts';

/** Objects that would change because a read no longer shows them (cause `absent`): ask the second witness for these. */
export declare function objectsToConfirm(plan: Plan): {
  readonly users: readonly ObjectId[];
  readonly groups: readonly ObjectId[];
};

/**
 * The plan without the changes of cause `absent` to these objects, whose second witness did not say `gone`: they are
 * counted as kept and listed as skipped (`secondWitnessDisagrees`), and the digest is that of what remains.
 */
export declare function withoutChanges(plan: Plan, objectIds: ReadonlySet<ObjectId>): Plan;

/** The name of a run's end when no error ended it. `plan` is what remained after the witnesses. */
export declare function outcomeOf(plan: Plan, verdict: Verdict): Outcome;
