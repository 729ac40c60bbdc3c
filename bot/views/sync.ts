// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { Run } from '../../services/index.ts';
import type { Names, Reader } from './reader.ts';

export interface SyncExtra {
  /** Names for the object ids that a report mentions as examples. */
  readonly names?: Names;
  /** Said on top: why this card is shown instead of what was asked for. */
  readonly note?: 'alreadyRunning' | 'approvalOutOfDate';
}

export function viewSync(run: Run, reader: Reader, extra: SyncExtra = {}): CardView {
  void [run, reader, extra];
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
