// What a handler of a command or an action gets: who asks, what it may use, and how the two tables are reached from
// inside. Types only.
import type { Log, Role, Services } from '../services/index.ts';
import type { ConnectCards } from './connect-cards.ts';
import type { Asker } from './parse-activity.ts';
import type { Reply } from './reply.ts';
import type { RunCards } from './run-cards.ts';
import type { CommandHelp } from './views/help.ts';
import type { Reader } from './views/reader.ts';

export interface Turn {
  readonly asker: Asker;
  /** Whether the asker is known to be of this organisation; false when nobody could tell in time. */
  readonly belongsHere: boolean;
  readonly reader: Reader;
  readonly services: Services;
  readonly runCards: RunCards;
  readonly connectCards: ConnectCards;
  /** Rows of the command table for the place where it is asked. */
  readonly commands: readonly CommandHelp[];
  /** What the asker may do, null for nobody; asked for once in a turn. */
  role(): Promise<Role | null>;
  /** Whether anybody owns Rollcall in this tenant; asked for once in a turn. */
  hasOwner(): Promise<boolean>;
  /** Answers as if the text had been typed. */
  say(text: string): Promise<Reply>;
  /** True once the process was told to end: nothing new is begun. */
  isStopping(): boolean;
  readonly log: Log;
}
