// Counts what happens to one kind of thing while a plan is made. Examples are chosen by id, so that the same world
// gives the same examples.
import type { ChangeAction, Counts, SkipReason, Skipped } from '../directory/change.ts';
import type { ObjectId } from '../directory/ids.ts';

const COUNTED = {
  create: 'added',
  createInactive: 'addedInactive',
  update: 'updated',
  inactivate: 'inactivated',
  reactivate: 'reactivated',
  purge: 'purged',
  unchanged: 'unchanged',
  kept: 'kept',
  dormant: 'dormant',
} as const satisfies Record<ChangeAction | 'createInactive' | 'unchanged' | 'kept' | 'dormant', keyof Counts>;

export interface Tally {
  /**
   * An object read or stored: exactly one call for each (or one for `times` of them), and one more with
   * `createInactive` for a created one that is inactive.
   */
  count(what: keyof typeof COUNTED, times?: number): void;
  /** Something that was not taken over; on top of `count` when it is stored. */
  skip(reason: SkipReason, example: ObjectId): void;
  result(): Counts;
}

const MAX_EXAMPLES = 5;

export function createTally(): Tally {
  const numbers = {
    added: 0,
    addedInactive: 0,
    updated: 0,
    inactivated: 0,
    reactivated: 0,
    purged: 0,
    unchanged: 0,
    kept: 0,
    dormant: 0,
  };
  const skipped = new Map<SkipReason, { count: number; examples: ObjectId[] }>();
  return {
    count: (what, times = 1) => {
      numbers[COUNTED[what]] += times;
    },
    skip: (reason, example) => {
      const row = skipped.get(reason) ?? { count: 0, examples: [] };
      skipped.set(reason, {
        count: row.count + 1,
        examples: addExample(row.examples, example),
      });
    },
    result: () => ({ ...numbers, skipped: listSkipped(skipped) }),
  };
}

/** The first few ids in order, each once. */
function addExample(examples: ObjectId[], example: ObjectId): ObjectId[] {
  const last = examples[MAX_EXAMPLES - 1];
  if (examples.includes(example) || (last !== undefined && last < example)) return examples;
  return [...examples, example].sort().slice(0, MAX_EXAMPLES);
}

const listSkipped = (skipped: ReadonlyMap<SkipReason, { count: number; examples: ObjectId[] }>): Skipped[] =>
  [...skipped].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, row]) => ({ reason, ...row }));
