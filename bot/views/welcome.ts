// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { Place } from './reader.ts';

export function viewWelcome(place: Place): CardView {
  void [place];
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
