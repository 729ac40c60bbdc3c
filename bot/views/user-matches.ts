// What a search for one user found: her page, a list to choose from, or the nearest names.
import type { UserMatch } from '../../services/index.ts';
import type { CardView } from '../../cards/index.ts';
import { viewNotice } from './notice.ts';
import type { Reader } from './reader.ts';
import { viewUser } from './user.ts';
import { viewUsers } from './users.ts';

export function viewUserMatches(match: UserMatch, text: string, reader: Reader): CardView {
  switch (match.kind) {
    case 'one':
      return viewUser(match.detail, reader);
    case 'many': {
      const { page, pageSize } = match.users;
      return viewUsers(match.users, { text, page, pageSize }, reader);
    }
    case 'none':
      return viewNotice({ kind: 'userNotFound', text, similar: match.similar });
  }
}
