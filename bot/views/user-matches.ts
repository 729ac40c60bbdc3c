// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { UserMatch } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewUserMatches(match: UserMatch, text: string, reader: Reader): CardView {
  void [match, text, reader];
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
