// A short stand-in for a user's or group's state: equal states have equal fingerprints, so "has it changed?" needs
// no second copy of the state. Not a secret and not an id.
import { hash } from 'node:crypto';
import type { GroupState } from './group.ts';
import type { Reason } from './reason.ts';
import type { UserState } from './user.ts';

/** Changed whenever what goes into a fingerprint changes: then every state is written again once. */
const VERSION = '1';

/** Version and 128 bits, base64url. The order of properties does not matter, the order of reasons does (it is fixed). */
export function fingerprint(state: UserState | GroupState): string {
  const facts =
    'accountEnabled' in state.facts
      ? [
          state.facts.userPrincipalName,
          state.facts.displayName,
          state.facts.givenName,
          state.facts.surname,
          state.facts.mail,
          state.facts.accountEnabled,
          state.facts.userType,
        ]
      : [
          state.facts.displayName,
          state.facts.description,
          state.facts.mail,
          state.facts.kind,
          state.facts.dynamic,
          state.facts.hiddenMembership,
        ];
  const text = JSON.stringify([state.status, state.reasons.map(listReason), facts]);
  return `${VERSION}.${hash('sha256', text, 'base64url').slice(0, 22)}`;
}

function listReason(reason: Reason): readonly unknown[] {
  switch (reason.kind) {
    case 'domainNotIncluded':
      return [reason.kind, reason.domain];
    case 'memberOfDeniedGroup':
      return [reason.kind, reason.groupId, reason.path];
    default:
      return [reason.kind];
  }
}
