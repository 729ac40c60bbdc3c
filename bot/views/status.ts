// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { TenantStatus } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewStatus(status: TenantStatus, reader: Reader): CardView {
  void [status, reader];
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
