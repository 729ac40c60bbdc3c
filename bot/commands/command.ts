// What a row of the command table is. Types only.
import type { Reply } from '../reply.ts';
import type { Role, Turn } from '../turn.ts';
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
  readonly role: Role;
  readonly places: readonly Place[];
  /** `argument` is what follows the words, as it was typed; empty when nothing does. */
  handle(turn: Turn, argument: string): Promise<Reply>;
}

export const EVERYWHERE: readonly Place[] = ['personal', 'channel', 'groupChat'];
