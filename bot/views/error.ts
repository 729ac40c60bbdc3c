// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { AppError } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewError(error: AppError, reader: Reader): CardView {
  void [error, reader];
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
