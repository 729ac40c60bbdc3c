// What a row of the command table is. Types only.
import type { Access } from '../access.ts';
import type { Reply } from '../reply.ts';
import type { Turn } from '../turn.ts';
import type { Place } from '../views/reader.ts';

export interface CommandRow {
  /** The first words, lower case; the first name is the one that is shown. Never one that begins another row's. */
  readonly names: readonly [string, ...string[]];
  /** What to type, as in `user <name or e-mail>`. */
  readonly usage: string;
  /** What it does, one short sentence. */
  readonly does: string;
  /** `none`: nothing may follow the words. */
  readonly argument: 'none' | 'optional' | 'required';
  readonly access: Access;
  readonly places: readonly Place[];
  /** Not among the suggestions of Teams, which has room for ten: nobody needs to be told this one. */
  readonly unlisted?: true;
  /** `argument` is what follows the words, as it was typed; empty when nothing does. */
  handle(turn: Turn, argument: string): Promise<Reply>;
}

export const EVERYWHERE: readonly Place[] = ['personal', 'channel', 'groupChat'];
