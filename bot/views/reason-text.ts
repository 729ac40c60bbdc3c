// Why somebody or something is inactive, in people's words, and what would have to change. The only place for them.
import type { Reason } from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Names } from './reader.ts';

export interface ReasonText {
  /** What is the case, as a sentence without its full stop. */
  readonly text: string;
  /** What would have to change, a sentence. */
  readonly remedy: string;
}

/** Group names come by object id; a group that is not among them is "a denied group". */
export function reasonText(reason: Reason, subject: 'user' | 'group', names: Names = {}): ReasonText {
  const thing = subject === 'user' ? 'account' : 'group';
  switch (reason.kind) {
    case 'disabled':
      return { text: 'Disabled in Microsoft 365', remedy: 'Enable the account in Microsoft 365.' };
    case 'deleted':
      return {
        text: 'Deleted in Microsoft 365',
        remedy: `Restore the ${thing} in Microsoft 365.`,
      };
    case 'domainNotIncluded':
      return {
        text: `The domain ${plain(reason.domain, 60, 20) || 'of this address'} is not included`,
        remedy: 'Include the domain in Rollcall, or change the e-mail address in Microsoft 365.',
      };
    case 'guest':
      return {
        text: 'Guest of the organisation',
        remedy: 'Switch guests on in Rollcall, or make the account a member in Microsoft 365.',
      };
    case 'memberOfDeniedGroup':
      return deniedText(reason, names);
    case 'memberOfNoAllowedGroup':
      return {
        text: 'Member of none of the allowed groups',
        remedy: 'Add the account to one of the allowed groups in Microsoft 365.',
      };
    case 'noMail':
      return {
        text: 'Has no e-mail address',
        remedy:
          'Give the group an e-mail address in Microsoft 365, or switch on groups without e-mail in Rollcall.',
      };
    case 'prefixNotIncluded':
      return {
        text: 'The name begins with none of the chosen prefixes',
        remedy: 'Add a prefix in Rollcall, or rename the group in Microsoft 365.',
      };
  }
}

function deniedText(reason: Extract<Reason, { kind: 'memberOfDeniedGroup' }>, names: Names): ReasonText {
  const nameOf = (id: string) => plain(names[id] ?? '', 80);
  const denied = nameOf(reason.groupId);
  const direct = nameOf(reason.path[0] ?? reason.groupId);
  const steps = reason.path
    .filter((id) => id !== reason.groupId)
    .slice(0, 3)
    .map(nameOf)
    .filter(Boolean);
  const by = steps.length > 0 ? `, through ${steps.join(' › ')}` : '';
  return {
    text: denied === '' ? 'Member of a denied group' : `Member of the denied group ${denied}${by}`,
    remedy:
      denied === ''
        ? 'Remove the account from the group in Microsoft 365, or take the group off the denied groups.'
        : `Remove the account from ${direct || denied} in Microsoft 365, or take ${denied} off the denied groups.`,
  };
}
