// What somebody is told who may not do what was asked: whom to ask. Plain text, no card.
import type { Role } from '../../services/index.ts';
import { label } from '../../cards/plain-text.ts';
import { listText } from './format.ts';
import { ROLE_TEXT } from './role-text.ts';

const SHOWN = 5;

/** What is the matter, in a few words. */
export const refusalTitle = (role: Role | null): string =>
  role === null ? 'You may not use Rollcall yet' : `A ${ROLE_TEXT[role].name.toLowerCase()} may not do this`;

/** `Ask one of these people: Megan Bowen and Adele Vance.` */
export function whomToAsk(helpers: readonly string[]): string {
  const names = helpers
    .map((name) => label(name, 60))
    .filter(Boolean)
    .slice(0, SHOWN);
  return names.length === 0 ? 'Ask an owner of Rollcall.' : `Ask one of these people: ${listText(names)}.`;
}

export const refusalText = (role: Role | null, helpers: readonly string[]): string =>
  `${refusalTitle(role)}. ${whomToAsk(helpers)}`;

/** Whether somebody is of this organisation could not be found out. */
export const TRY_AGAIN =
  'I could not find out just now whether you belong to this organisation, so nothing was done. Please try again in a moment.';

export const OUTSIDER_TITLE = {
  guest: 'Guests cannot use Rollcall',
  otherTenant: 'Rollcall works for another organisation here',
} as const;

/** What somebody does who does not belong to the organisation. */
export const outsiderRemedy = (outsider: keyof typeof OUTSIDER_TITLE, helpers: readonly string[]): string =>
  outsider === 'guest' ? whomToAsk(helpers) : 'Use the Rollcall of your own organisation, in its own Teams.';

export const outsiderText = (outsider: keyof typeof OUTSIDER_TITLE, helpers: readonly string[]): string =>
  `${OUTSIDER_TITLE[outsider]}. ${outsiderRemedy(outsider, helpers)}`;
