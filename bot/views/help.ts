// The card that lists the commands. The commands come from the bot's table.
import type { CardView } from '../../cards/index.ts';
import { plain } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import type { Access } from '../access.ts';
import type { Place } from './reader.ts';

/** A row of the command table, as help shows it. */
export interface CommandHelp {
  /** What to type, as in `user <name or e-mail>`. */
  readonly usage: string;
  /** What it does, one short sentence. */
  readonly does: string;
  /** What a click says; null when it needs something typed. */
  readonly say: string | null;
  readonly access: Access;
}

export function viewHelp(
  commands: readonly Omit<CommandHelp, 'access'>[],
  place: Place,
  { maySync, mayLook }: { readonly maySync: boolean; readonly mayLook: boolean } = {
    maySync: true,
    mayLook: true,
  },
): CardView {
  const lead =
    place === 'personal'
      ? 'Type one of these, or press it.'
      : 'Mention me and type one of these, or press it.';
  return {
    card: 'help',
    summary: 'What you can say to Rollcall',
    data: {
      fallbackText: `You can say: ${commands.map((command) => command.usage).join(', ')}.`.slice(0, 1000),
      title: 'What you can say',
      lead,
      commands: commands.map((command) => ({
        usage: plain(command.usage),
        does: command.does,
        open: command.say === null ? [] : [button(command.usage, 'command.run', { v: 1, text: command.say })],
      })),
      note: [],
      buttons: [
        ...(maySync ? [button('Sync now', 'sync.start', { v: 1 }, 'positive')] : []),
        ...(mayLook ? [button('Show status', 'status.show', { v: 1 })] : []),
      ],
    },
  };
}
