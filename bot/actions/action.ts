// What a row of the action table is: the data that a button carries is parsed before its handler sees it.
import type { z } from 'zod';
import type { Verb } from '../../cards/verbs.ts';
import type { Access } from '../access.ts';
import type { Reply } from '../reply.ts';
import type { Turn } from '../turn.ts';

export interface ActionRow {
  readonly verb: Verb;
  readonly access: Access;
  /** Null when the data is not what this verb carries today: the card is old or forged. */
  run(turn: Turn, data: unknown): Promise<Reply> | null;
}

export function createAction<Data extends z.ZodType>(row: {
  readonly verb: Verb;
  readonly data: Data;
  readonly access: Access;
  readonly handle: (turn: Turn, data: z.infer<Data>) => Promise<Reply>;
}): ActionRow {
  return {
    verb: row.verb,
    access: row.access,
    run: (turn, data) => {
      const parsed = row.data.safeParse(data);
      return parsed.success ? row.handle(turn, parsed.data) : null;
    },
  };
}
