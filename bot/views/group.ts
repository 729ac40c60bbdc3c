// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { GroupDetail } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewGroup(detail: GroupDetail, reader: Reader): CardView {
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
