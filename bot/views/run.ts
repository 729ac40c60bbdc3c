// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { NamedChange, Page, Run } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewRun(run: Run, changes: Page<NamedChange>, reader: Reader): CardView {
  void [run, changes, reader];
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
