// Judges a plan before anything is changed: refuses what a read cannot support, holds what is too much to happen
// without a person. Pure; knows nothing of how a plan was made or will be applied.
import type { Plan } from '../directory/change.ts';
import type { GuardPolicy } from '../directory/policy.ts';
import type { Verdict } from '../directory/verdict.ts';

/** The verdict on a plan. An approval of exactly this plan (its digest) lifts a hold, never a refusal. */
export declare function decideVerdict(
  plan: Plan,
  limits: GuardPolicy,
  approvedDigest: string | null,
): Verdict;
