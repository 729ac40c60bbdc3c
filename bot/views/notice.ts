// Views: not written out yet.
import type { CardView } from '../../cards/index.ts';
import type { User } from '../../services/index.ts';

export type Notice =
  /** `nearest` is the command that was probably meant, ready to be said, or null. */
  | { readonly kind: 'unknownCommand'; readonly text: string; readonly nearest: string | null }
  | { readonly kind: 'emptyMessage' }
  | { readonly kind: 'attachmentOnly' }
  | { readonly kind: 'messageTooLong' }
  /** The command needs a name behind it: `user`, `group`. */
  | { readonly kind: 'nameMissing'; readonly command: 'user' | 'group' }
  | { readonly kind: 'userNotFound'; readonly text: string; readonly similar: readonly User[] }
  | { readonly kind: 'groupNotFound'; readonly text: string }
  | { readonly kind: 'runNotFound' }
  | { readonly kind: 'cardOutOfDate' }
  | { readonly kind: 'stopping' };

export function viewNotice(notice: Notice): CardView {
  void [notice];
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
