// Says in people's words what is wrong with a credential: what happened, what to do, who can. Wording only; whether
// something is wrong is decided elsewhere.
import type { CredentialProblem } from '../directory/credential.ts';
import { ERRORS, toAppError, type AppError } from '../errors.ts';
import { explainSignInError } from './aadsts.ts';
import type { Helper } from './aadsts-table.ts';

const WHO: Readonly<Record<Helper, string>> = {
  rollcallOperator: 'The operator of Rollcall',
  entraAdministrator: 'An administrator of Microsoft Entra',
  applicationAdministrator: 'A Cloud Application Administrator',
  globalAdministrator: 'A Global Administrator',
  accountOwner: 'The person who authorized',
  microsoft: 'Nobody: it passes by itself',
};

/** Of a sign-in that kept nothing, nobody authorized. */
const WHO_PRESSED = 'The person who pressed the button';

/** Numbers of Conditional Access that an allowed address cures (Entra docs: error codes). */
const BLOCKED_BY_ADDRESS: ReadonlySet<number> = new Set([50131, 53003, 530032]);

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `egressAddresses`: from where Rollcall calls Microsoft, for rules that go by address. */
export function describeFailure(
  thrown: unknown,
  at: Date,
  egressAddresses: readonly string[],
): CredentialProblem {
  const error = toAppError(thrown);
  const correlationId = text(error.details.correlationId) ?? text(error.details.requestId);
  const aadsts = number(error.details.aadsts);
  if (aadsts === undefined) return describeOwn(error, correlationId, at);
  const words = explainSignInError(aadsts);
  const addresses =
    BLOCKED_BY_ADDRESS.has(aadsts) && egressAddresses.length > 0
      ? ` Rollcall calls from ${egressAddresses.join(', ')}.`
      : '';
  return {
    code: `AADSTS${aadsts}`,
    happened: words.happened,
    remedy: `${words.remedy}${addresses}`,
    who: WHO[words.who],
    ...{ correlationId, at },
  };
}

const WHO_BY_KIND = {
  user: WHO.accountOwner,
  forbidden: WHO.accountOwner,
  transient: WHO.microsoft,
  denied: WHO.globalAdministrator,
  conflict: WHO.accountOwner,
  config: WHO.rollcallOperator,
  bug: WHO.rollcallOperator,
} as const satisfies Record<AppError['kind'], string>;

function describeOwn(error: AppError, correlationId: string | null, at: Date): CredentialProblem {
  const { text: happened, remedy } = ERRORS[error.code];
  const reason = text(error.details.reason);
  const told = error.code === 'sign-in-failed' && reason !== null ? ` Microsoft said "${reason}".` : '';
  return {
    code: error.code,
    happened: `${happened}${told}`,
    ...{ remedy, who: WHO_BY_KIND[error.kind], correlationId, at },
  };
}

const own =
  (code: string, happened: string, remedy: string, who: string) =>
  (at: Date): CredentialProblem => ({ code, happened, remedy, who, correlationId: null, at });

const listed = (permissions: readonly string[]) => permissions.join(', ');

/** The fixed ones, each by its name. */
export const PROBLEMS = {
  rolesMissing: own(
    'role-missing',
    'The account is neither Global Administrator, nor both Cloud Application Administrator and User Administrator.',
    'Reading works now. It may fail for groups with hidden members, and when Microsoft asks for more; give the account the roles, then test it again.',
    WHO.globalAdministrator,
  ),
  rolesUnknown: own(
    'role-unknown',
    'Rollcall could not check the roles of the account.',
    'Reading works now. Roles show when the app registration puts directory roles into its tokens.',
    WHO.applicationAdministrator,
  ),
  firstOwnerNeedsRoles: own(
    'role-needed',
    'The first person to connect Rollcall must be Global Administrator, or both Cloud Application Administrator and User Administrator.',
    'Ask such an administrator to connect Rollcall; after that, owners decide who may do what.',
    WHO.globalAdministrator,
  ),
  firstOwnerRolesUnknown: own(
    'role-needed',
    'Microsoft did not tell which roles the account holds, and the first person to connect Rollcall must be an administrator.',
    'In the app registration choose Token configuration, add the groups claim with directory roles, then connect again.',
    WHO.applicationAdministrator,
  ),
  interrupted: own(
    'interrupted',
    'Rollcall was restarted while it checked the account.',
    'Nothing was lost. Press the button in Teams again.',
    WHO_PRESSED,
  ),
  declined: own(
    'declined',
    'It was cancelled at Microsoft, or the permissions were not accepted.',
    'Press the button in Teams again and accept. If Microsoft said that an administrator must approve, ask a Global Administrator to connect.',
    WHO_PRESSED,
  ),
  otherTenant: own(
    'other-tenant',
    'The account belongs to another organisation, or is a guest in this one.',
    'Open the link in Teams again and sign in with your own account of this organisation.',
    WHO_PRESSED,
  ),
  otherPerson: own(
    'other-person',
    'Another account was picked at Microsoft than the one that pressed the button in Teams.',
    'Open the link in Teams again and pick your own account. Each person connects their own.',
    WHO_PRESSED,
  ),
  late: own(
    'late',
    'The sign-in took longer than ten minutes.',
    'Press the button in Teams again.',
    WHO_PRESSED,
  ),
  unknownState: own(
    'unknown-sign-in',
    'Rollcall does not know this sign-in.',
    'Go back to Teams and press the button again.',
    WHO_PRESSED,
  ),
  consentElsewhere: own(
    'other-tenant',
    'The permissions were granted in another organisation.',
    'Press the button again and sign in with an administrator of this organisation.',
    WHO.globalAdministrator,
  ),
  consentNotThereYet: own(
    'consent-pending',
    'The permissions were granted, but Microsoft does not let Rollcall use all of them yet.',
    'Wait a few minutes, then press “Authorize the app”. If it stays so, compare the app registration with the permissions that Rollcall needs.',
    WHO.globalAdministrator,
  ),
  notTheApp: own(
    'owner-needed',
    'Nobody owns Rollcall in this organisation yet.',
    'Connect by signing in: so Rollcall learns who its first owner is.',
    WHO.globalAdministrator,
  ),
  nothingRead: own(
    'permission-missing',
    'Microsoft answered, but left out what the sync needs, as it does when a permission is missing.',
    'Grant the permissions that docs/permissions.md lists, and accept them at the next sign-in.',
    WHO.globalAdministrator,
  ),
} as const;

/** `owners`: names, of those who can help. */
export const notAdmin = (owners: readonly string[], at: Date): CredentialProblem =>
  own(
    'role-needed',
    'Only owners and admins of Rollcall may authorize accounts.',
    `Ask ${owners.length > 0 ? owners.join(' or ') : 'an owner'} to make you an admin (they type "admins"), then press the button again.`,
    'An owner of Rollcall',
  )(at);

/** Nobody can tell whether those who own Rollcall still work here. `owners`: their names. */
export const ownersUnknown = (owners: readonly string[], at: Date): CredentialProblem =>
  own(
    'owners-unknown',
    `Only owners and admins of Rollcall may authorize accounts, and Rollcall could not ask Microsoft whether ${owners.join(' or ') || 'its owner'} still works here.`,
    'Ask them to make you an admin (they type "admins"). If they have left, authorize an account for users: with it, Rollcall can ask.',
    'An owner of Rollcall, or a Global Administrator',
  )(at);

/** Two people were about to become the first owner; this one came second. */
export const ownerMeanwhile = (owner: string, at: Date): CredentialProblem =>
  own(
    'owner-meanwhile',
    `${owner} became the owner of Rollcall here a moment ago. Nothing of your sign-in was kept.`,
    `Ask ${owner} to make you an admin (they type "admins"), then connect again.`,
    owner,
  )(at);

/** Permissions that were asked for and not granted. */
export const permissionsMissing = (permissions: readonly string[], at: Date): CredentialProblem =>
  own(
    'permission-missing',
    `Not all permissions were granted: ${listed(permissions)} ${permissions.length === 1 ? 'is' : 'are'} missing.`,
    'Press “Grant permissions” on the card in Teams, and accept.',
    WHO.globalAdministrator,
  )(at);

/** Permissions that the app holds and does not need. */
export const permissionsUnneeded = (permissions: readonly string[], at: Date): CredentialProblem =>
  own(
    'permission-unused',
    `The app holds more than it needs: ${listed(permissions)}.`,
    'Remove these permissions from the app registration; Rollcall does not use them.',
    WHO.applicationAdministrator,
  )(at);
