// What somebody is told who presses the button of an account that a sign-in of theirs would not repair or add.
import type { Credential, Grant } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { accountName, GRANT_TEXT, works } from './connection-text.ts';

/** "Authorize again" on the account of somebody else. */
export const viewOthersAccount = (credential: Credential): CardView =>
  notice(credential.grant, {
    title: 'This is somebody else’s account',
    lines: [
      `${accountName(credential)} must press this: only that person can sign in with this account. Nothing was changed.`,
      `You can authorize your own account as a backup to read ${GRANT_TEXT[credential.grant].reads}.`,
    ],
    first: button(
      'Authorize a backup instead',
      'connect.begin',
      { v: 1, grant: credential.grant, as: 'backup' },
      'positive',
    ),
  });

/** "Authorize a backup" by somebody whose account is there already. */
export const viewOwnAccount = (credential: Credential): CardView =>
  notice(credential.grant, {
    title: 'Your account is authorized already',
    lines: [
      `No backup was added: a backup to read ${GRANT_TEXT[credential.grant].reads} is the account of another person.`,
      'Ask a second administrator to press “Authorize a backup”.',
      ...(works(credential) ? [] : ['Your own account does not work any more: authorize it again.']),
    ],
    first: authorizeAgain(credential),
  });

/** Repairs an account in its place, whoever is primary. */
export const authorizeAgain = ({ id, grant, position }: Credential, style?: 'positive') =>
  button(
    'Authorize again',
    'connect.begin',
    { v: 1, grant, as: position === 0 ? 'primary' : 'backup', id },
    style,
  );

function notice(
  grant: Grant,
  { title, lines, first }: { title: string; lines: string[]; first: CardData<'notice'>['buttons'][number] },
): CardView {
  return {
    card: 'notice',
    summary: title,
    data: {
      fallbackText: unmarked(`${title}. ${lines.join(' ')}`),
      ...{ title, tone: 'warning', lines, remedy: [] },
      buttons: [first, button('Back', 'connect.manage', { v: 1, grant })],
    },
  };
}
