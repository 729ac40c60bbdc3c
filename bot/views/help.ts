// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { Place } from './reader.ts';

/** A row of the command table, as help shows it. */
export interface CommandHelp {
  /** What to type, as in `user <name or e-mail>`. */
  readonly usage: string;
  /** What it does, one short sentence. */
  readonly does: string;
  /** What a click says; null when it needs something typed. */
  readonly say: string | null;
}

export function viewHelp(commands: readonly CommandHelp[], place: Place): CardView {
  void [commands, place];
  return {
    card: 'notice',
    summary: 'Rollcall',
    data: {
      fallbackText: 'Rollcall',
      title: 'Rollcall',
      tone: 'default',
      lines: [],
      remedy: [],
      buttons: [],
    },
  };
}
