// Short answers: what is the matter and what to do. Errors have their own view.
import type { Role, User } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { unmarked } from '../../cards/plain-text.ts';
import { button, named } from './button.ts';
import { quoted } from './name-text.ts';
import { OUTSIDER_TITLE, outsiderRemedy, refusalTitle, whomToAsk } from './refusal.ts';

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
  /** A user or group on an older card that is stored no longer. */
  | { readonly kind: 'gone'; readonly what: 'user' | 'group' }
  | { readonly kind: 'runNotFound' }
  | { readonly kind: 'cardOutOfDate' }
  | { readonly kind: 'stopping' }
  /** Nobody owns Rollcall in this organisation yet. */
  | { readonly kind: 'connectFirst' }
  /** `helpers` are the names of those who can change it. */
  | { readonly kind: 'roleNeeded'; readonly role: Role | null; readonly helpers: readonly string[] }
  | {
      readonly kind: 'outsider';
      readonly outsider: 'guest' | 'otherTenant';
      readonly helpers: readonly string[];
    }
  /** An account on an older card that is connected no longer. */
  | { readonly kind: 'connectionGone' }
  | { readonly kind: 'personGone' };

export function viewNotice(notice: Notice): CardView {
  const shown = show(notice);
  const summary = unmarked([shown.title, ...shown.lines].join(' '));
  return { card: 'notice', summary: shown.title, data: { ...shown, fallbackText: summary } };
}

type Shown = Omit<CardData<'notice'>, 'fallbackText'>;

const help = button('What can I say?', 'help.show', { v: 1 });
const status = button('Show status', 'status.show', { v: 1 });
const users = button('Show users', 'users.show', { v: 1, text: '', page: 0 });
const connect = button('Connect', 'connect.show', { v: 1 });
const groups = button('Show groups', 'groups.show', { v: 1, text: '', page: 0 });

function show(notice: Notice): Shown {
  switch (notice.kind) {
    case 'unknownCommand':
      return showUnknown(notice.text, notice.nearest);
    case 'emptyMessage':
      return {
        ...USUAL,
        title: 'Hello!',
        lines: ['Tell me what to do, for example “sync now” or “status”.'],
      };
    case 'attachmentOnly':
      return {
        ...USUAL,
        title: 'I cannot read files',
        lines: ['Tell me in words what to do, for example “sync now” or “users”.'],
      };
    case 'messageTooLong':
      return {
        ...USUAL,
        title: 'That was too long for me',
        lines: ['A command has a few words, such as “user Megan Bowen”.'],
      };
    case 'nameMissing':
      return notice.command === 'user'
        ? {
            ...USUAL,
            title: 'Which user?',
            lines: ['Add a name or e-mail: “user Megan Bowen”.'],
            buttons: [users, help],
          }
        : {
            ...USUAL,
            title: 'Which group?',
            lines: ['Add its name: “group Marketing”.'],
            buttons: [groups, help],
          };
    case 'userNotFound':
      return showUserNotFound(notice.text, notice.similar);
    case 'groupNotFound':
      return {
        ...USUAL,
        title: 'No such group',
        lines: [`No group is called ${quoted(notice.text)}.`],
        remedy: ['Try a shorter part of the name, or look through the list.'],
        buttons: [groups],
      };
    case 'gone':
      return {
        ...USUAL,
        title: `This ${notice.what} is no longer here`,
        lines: ['It was removed for good since this card was made.'],
        buttons: [notice.what === 'user' ? users : groups],
      };
    case 'runNotFound':
      return {
        ...USUAL,
        title: 'This sync is no longer on record',
        lines: ['It is not in the directory that Rollcall keeps now, which may have been started over.'],
        buttons: [status],
      };
    case 'cardOutOfDate':
      return {
        ...USUAL,
        title: 'This card is out of date',
        lines: ['Nothing was done. Here is a fresh start.'],
        buttons: [status, help],
      };
    case 'stopping':
      return {
        ...USUAL,
        tone: 'warning',
        title: 'Rollcall is restarting',
        lines: ['Nothing was done. Try again in a minute.'],
        buttons: [],
      };
    case 'connectFirst':
      return {
        ...USUAL,
        title: 'First connect Rollcall to Microsoft 365',
        lines: ['An administrator signs in at Microsoft once. Then Rollcall can read your directory.'],
        buttons: [{ ...connect, style: 'positive' }, help],
      };
    case 'roleNeeded':
      return { ...USUAL, title: refusalTitle(notice.role), lines: [whomToAsk(notice.helpers)] };
    case 'outsider':
      return {
        ...USUAL,
        title: OUTSIDER_TITLE[notice.outsider],
        lines: [outsiderRemedy(notice.outsider, notice.helpers)],
        buttons: [],
      };
    case 'connectionGone':
      return {
        ...USUAL,
        title: 'This account is no longer connected',
        lines: ['It was removed since this card was made.'],
        buttons: [connect],
      };
    case 'personGone':
      return {
        ...USUAL,
        title: 'This person was taken out already',
        lines: ['The list shows who may use Rollcall now.'],
        buttons: [button('Show people', 'people.show', { v: 1 })],
      };
  }
}

/** What a notice is unless it says otherwise. */
const USUAL = { tone: 'default', lines: [], remedy: [], buttons: [help] } satisfies Partial<Shown>;

function showUnknown(text: string, nearest: string | null): Shown {
  const suggestion =
    nearest === null
      ? []
      : [button(named('', nearest), 'command.run', { v: 1, text: nearest.slice(0, 200) }, 'positive')];
  return {
    tone: 'default',
    title: 'I did not understand that',
    lines: [`I do not know ${quoted(text)}.${nearest === null ? '' : ' Did you mean this?'}`],
    remedy: [],
    buttons: [...suggestion, help],
  };
}

function showUserNotFound(text: string, similar: readonly User[]): Shown {
  const nearest = similar.slice(0, 3).map((user) =>
    button(named('', user.facts.displayName ?? user.facts.userPrincipalName), 'user.show', {
      v: 1,
      id: user.id,
    }),
  );
  return {
    tone: 'default',
    title: 'Nobody found',
    lines: [`Nobody is called ${quoted(text)}.${nearest.length > 0 ? ' Did you mean one of these?' : ''}`],
    remedy: nearest.length > 0 ? [] : ['Try a shorter part of the name, or look through the list.'],
    buttons: [...nearest, users],
  };
}
