// What a handler of a command or an action gets: who asks, what it may use, and how the two tables are reached from
// inside. Types and the rule of roles only.
import type { Actor, Log, Services } from '../services/index.ts';
import type { Asker } from './parse-activity.ts';
import type { Reply } from './reply.ts';
import type { RunCards } from './run-cards.ts';
import type { CommandHelp } from './views/help.ts';
import type { Reader } from './views/reader.ts';

export interface Turn {
  readonly asker: Asker;
  readonly reader: Reader;
  readonly services: Services;
  readonly runCards: RunCards;
  /** Rows of the command table for the place where it is asked. */
  readonly commands: readonly CommandHelp[];
  /** Answers as if the text had been typed. */
  say(text: string): Promise<Reply>;
  /** True once the process was told to end: nothing new is begun. */
  isStopping(): boolean;
  readonly log: Log;
}

/** In rising order: each may do what the one before may. */
export const ROLES = ['viewer', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The role of a person. In this release everybody in an allowed tenant to whom the app is given is an administrator:
 * who may use Rollcall is decided by who gets the app, in the Teams admin centre.
 */
export const roleOf: (actor: Actor) => Role = () => 'admin';

export const mayDo = (actor: Actor, role: Role): boolean =>
  ROLES.indexOf(roleOf(actor)) >= ROLES.indexOf(role);
