// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { UserDetail } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewUser(detail: UserDetail, reader: Reader): CardView {
  void [detail, reader];
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
