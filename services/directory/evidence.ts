// What a read says, and how much of the world it covered. This is where conviction 1 lives: `absent` can only be
// said with a proof of completeness in hand, and only `proveCoverage` makes one.
import type { ObjectId } from './ids.ts';

/** Known only to this file: nobody else can write a value of type `CompleteCoverage`. */
const proven: unique symbol = Symbol('proven');

/** Every object of the collection was read: page chain closed and as many rows as Microsoft 365 counted. */
export interface CompleteCoverage {
  readonly kind: 'complete';
  readonly rows: number;
  readonly counted: number;
  readonly [proven]: true;
}

/** Only what changed since a token was read. */
export interface DeltaCoverage {
  readonly kind: 'delta';
}

/** Why a read does not cover its collection. */
export type Gap =
  | {
      readonly kind: 'pageFailed';
      readonly page: number;
      /** Of services/errors.ts. */
      readonly code: string;
      readonly requestId: string | null;
    }
  | { readonly kind: 'countDisagrees'; readonly rows: number; readonly counted: number }
  | { readonly kind: 'notCounted'; readonly rows: number }
  | { readonly kind: 'propertiesHidden'; readonly rows: number }
  /** `code` is of services/errors.ts, or SWITCHED_OFF. */
  | { readonly kind: 'notRead'; readonly code: string };

export interface PartialCoverage {
  readonly kind: 'partial';
  readonly rows: number;
  readonly gap: Gap;
}

export type Coverage = CompleteCoverage | DeltaCoverage | PartialCoverage;

/** The code of a collection that was not read because the policy does not ask for it. That is no fault. */
export const SWITCHED_OFF = 'switchedOff';

/** Whether something is missing that the policy asks for. */
export const isGap = (coverage: Coverage): coverage is PartialCoverage =>
  coverage.kind === 'partial' && !(coverage.gap.kind === 'notRead' && coverage.gap.code === SWITCHED_OFF);

/** What the reader saw of one list, before anybody believes it. */
export interface ListObservation {
  /** Distinct objects read, malformed ones included: they exist. */
  readonly rows: number;
  /** What Graph answered to `$count`; null when it was not told. */
  readonly counted: number | null;
  /** Objects whose properties came back as nulls for want of a permission (Graph docs: limited information). */
  readonly hidden: number;
  /** Where the page chain broke; null when it ended by itself. */
  readonly failure: Extract<Gap, { kind: 'pageFailed' | 'notRead' }> | null;
}

/**
 * Judges a list read: complete only when the page chain closed, nothing was hidden, and the rows are as many as
 * counted. More rows than counted is no proof either: the list changed while it was read.
 */
export function proveCoverage(seen: ListObservation): CompleteCoverage | PartialCoverage {
  const partial = (gap: Gap): PartialCoverage => ({ kind: 'partial', rows: seen.rows, gap });
  if (seen.failure) return partial(seen.failure);
  if (seen.hidden > 0) return partial({ kind: 'propertiesHidden', rows: seen.hidden });
  if (seen.counted === null) return partial({ kind: 'notCounted', rows: seen.rows });
  if (seen.rows !== seen.counted)
    return partial({ kind: 'countDisagrees', rows: seen.rows, counted: seen.counted });
  return { kind: 'complete', rows: seen.rows, counted: seen.counted, [proven]: true };
}

/** What a read says of one object. */
export type Evidence<Facts> =
  | { readonly kind: 'seen'; readonly facts: Facts }
  /** It exists, but cannot be understood; `problem` names the property and what is wrong with it. */
  | { readonly kind: 'malformed'; readonly problem: string }
  /** Microsoft 365 said that it was deleted: `changed` can be restored, `deleted` cannot (Graph docs: delta query). */
  | { readonly kind: 'removed'; readonly reason: 'changed' | 'deleted' }
  | { readonly kind: 'absent'; readonly proof: CompleteCoverage }
  | { readonly kind: 'notTold' };

/** One object of a read. */
export interface Sighting<Facts> {
  readonly objectId: ObjectId;
  readonly evidence: Extract<Evidence<Facts>, { kind: 'seen' | 'malformed' | 'removed' }>;
}

/** What to believe of a stored object that the read did not mention. */
export const evidenceOfUnmentioned = <Facts>(coverage: Coverage): Evidence<Facts> =>
  coverage.kind === 'complete' ? { kind: 'absent', proof: coverage } : { kind: 'notTold' };
