// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { GroupSummary, ListQuery, Page } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewGroups(page: Page<GroupSummary>, query: ListQuery, reader: Reader): CardView {
  void [page, query, reader];
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
