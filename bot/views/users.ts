// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { ListQuery, Page, User } from '../../services/index.ts';
import type { Reader } from './reader.ts';

export function viewUsers(page: Page<User>, query: ListQuery, reader: Reader): CardView {
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
