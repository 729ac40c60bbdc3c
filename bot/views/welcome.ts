// The card that says hello when Rollcall is installed.
import type { CardView } from '../../cards/index.ts';
import { button } from './button.ts';
import type { Place } from './reader.ts';

/**
 * In a channel or group chat it is short and says how to talk to Rollcall there. Before Rollcall is connected it offers
 * that, and nothing that could not work yet.
 */
export function viewWelcome(place: Place, { connected }: { readonly connected: boolean }): CardView {
  const lead =
    'I keep your organisation’s directory in step with Microsoft 365, and tell you what changed and why.';
  const summary = 'Hello, I am Rollcall. I keep your directory in step with Microsoft 365.';
  const points =
    place === 'personal'
      ? [
          ...(connected ? [] : [FIRST]),
          {
            title: 'Sync',
            text: 'Type “sync now”, and follow the users, groups and memberships as they arrive.',
          },
          {
            title: 'Look up',
            text: 'Type “users”, “groups” or “user” with a name to see who is active, and why.',
          },
          { title: 'Stay safe', text: 'Nobody becomes inactive because something could not be read.' },
        ]
      : [];
  const note = place === 'personal' ? [] : ['Mention me to talk to me here, as in “@Rollcall help”.'];
  return {
    card: 'welcome',
    summary,
    data: {
      fallbackText: `${summary} Type “help” to see what you can say.`,
      title: 'Hello, I am Rollcall',
      lead,
      points,
      note,
      buttons: [
        ...(connected
          ? [
              button('Sync now', 'sync.start', { v: 1 }, 'positive'),
              button('Show status', 'status.show', { v: 1 }),
            ]
          : [button('Connect', 'connect.show', { v: 1 }, 'positive')]),
        button('What can I say?', 'help.show', { v: 1 }),
      ],
    },
  };
}

const FIRST = {
  title: 'First connect',
  text: 'Type “connect”. An administrator signs in at Microsoft, and a second one can be the backup.',
};
