// Words for connections: what a part is called, how healthy an account is, what is wrong, and when it was used.
import {
  endsWithConsent,
  type Connections,
  type Credential,
  type CredentialProblem,
  type Grant,
} from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Color } from '../../cards/parts.ts';
import type { Format } from './format.ts';

export const GRANT_TEXT = {
  users: { title: 'Users', reads: 'users' },
  groups: { title: 'Groups', reads: 'groups and their members' },
  domains: { title: 'Domains', reads: 'domains' },
  everything: { title: 'Everything, by the app itself', reads: 'users, groups and domains' },
} as const satisfies Record<Grant, { title: string; reads: string }>;

export interface StateText {
  readonly text: string;
  readonly color: Color;
}

/** Who it is: the person, or the app itself. */
export const accountName = ({ account }: Pick<Credential, 'account'>, max = 60): string =>
  account === null
    ? 'The app itself'
    : plain(account.displayName, max, UNBROKEN) ||
      plain(account.userPrincipalName, max, UNBROKEN) ||
      'No name';

/** Names stand beside their rank: on a phone there is room for so many letters. */
const UNBROKEN = 20;

/** The first reads, the others wait in this order. The app is one and has no rank. */
export function rankText({ kind }: Credential, index: number, of: number): string[] {
  if (kind === 'application') return [];
  if (index === 0) return ['Primary'];
  return [of > 2 ? `Backup ${index}` : 'Backup'];
}

export function healthText({ health, kind }: Credential): StateText {
  switch (health.state) {
    case 'untested':
      return { text: 'Not tested yet', color: 'default' };
    case 'good':
      return {
        text: `✓ ${kind === 'application' ? 'The app' : 'Account'} passes sync validation`,
        color: 'good',
      };
    case 'warning':
      return { text: '✓ Works, with a warning', color: 'warning' };
    case 'failed':
      return { text: '✗ Does not work any more', color: 'attention' };
  }
}

/** What happened, what to do, who can. */
export function problemLines({
  happened,
  remedy,
  who,
}: Pick<CredentialProblem, 'happened' | 'remedy' | 'who'>): string[] {
  return [happened, remedy === '' ? '' : `What to do: ${remedy}`, who === '' ? '' : `Who can do this: ${who}`]
    .map((text) => text.slice(0, 500))
    .filter(Boolean);
}

/** What a Microsoft administrator needs to find the attempt in the sign-in logs; nothing when there is nothing. */
export function referenceLines({ code, correlationId, at }: CredentialProblem, format: Format): string[] {
  if (correlationId === null) return [];
  const id = plain(correlationId, 64);
  return [`For Microsoft’s sign-in logs: ${plain(code, 40)}, correlation id ${id}, ${format.when(at)}`];
}

export function problemOf({ health }: Credential): CredentialProblem | null {
  return health.state === 'warning' || health.state === 'failed' ? health.problem : null;
}

/** Whether an administrator's consent for the organisation would repair it. */
export function wantsConsent(credential: Credential): boolean {
  const problem = problemOf(credential);
  return problem !== null && endsWithConsent(problem);
}

const EXPIRY_TEXT = {
  clientSecret: 'Client secret ends',
  certificate: 'Certificate ends',
  idleRefreshToken: 'Ends if unused by',
  signInFrequency: 'Must sign in again by',
} as const;

/** When it was authorized, used and tested, and when it ends: name and value. */
export function timesOf(credential: Credential, format: Format): { name: string; value: string }[] {
  const { authorizedBy, authorizedAt, lastUsedAt, lastTestedAt, expiresAt, expiryOf } = credential;
  const by = plain(authorizedBy.displayName, 60);
  const never = (at: Date | null) => (at === null ? 'not yet' : format.when(at));
  return [
    { name: 'Authorized', value: `${format.when(authorizedAt)}${by === '' ? '' : ` by ${by}`}` },
    { name: 'Last used', value: never(lastUsedAt) },
    { name: 'Last tested', value: never(lastTestedAt) },
    ...(expiresAt === null || !works(credential)
      ? []
      : [{ name: expiryOf === null ? 'Ends' : EXPIRY_TEXT[expiryOf], value: format.when(expiresAt) }]),
  ];
}

/** The same in one line, with days only; who authorized is said where it is somebody else than the account. */
export function timesLine(credential: Credential, format: Format): string {
  const { account, authorizedBy, authorizedAt, lastUsedAt, lastTestedAt, expiresAt, expiryOf } = credential;
  const by = account?.objectId === authorizedBy.objectId ? '' : plain(authorizedBy.displayName, 60, UNBROKEN);
  const last = (done: string, at: Date | null) =>
    at === null ? `not ${done} yet` : `last ${done} ${format.day(at)}`;
  return [
    `Authorized ${format.day(authorizedAt)}${by === '' ? '' : ` by ${by}`}`,
    last('used', lastUsedAt),
    last('tested', lastTestedAt),
    ...(expiresAt === null || !works(credential)
      ? []
      : [`${(expiryOf === null ? 'Ends' : EXPIRY_TEXT[expiryOf]).toLowerCase()} ${format.day(expiresAt)}`]),
  ].join(' · ');
}

/** Credentials of one grant in the order in which they read. */
export function credentialsOf({ grants }: Connections, grant: Grant): readonly Credential[] {
  const found = grants.find((one) => one.grant === grant)?.credentials ?? [];
  return [...found].sort((a, b) => a.position - b.position);
}

export const works = ({ health }: Credential): boolean => health.state !== 'failed';

/** Whether a part can be read now, and by what. The app itself stands in for the other three. */
export function partState(connections: Connections, grant: Grant): StateText {
  const own = credentialsOf(connections, grant);
  const [primary] = own;
  if (primary && works(primary))
    return primary.health.state === 'warning'
      ? { text: 'Connected, see below', color: 'warning' }
      : { text: '✓ Connected', color: 'good' };
  if (own.some(works)) return { text: 'On a backup', color: 'warning' };
  if (grant !== 'everything' && credentialsOf(connections, 'everything').some(works))
    return own.length === 0
      ? { text: '✓ By the app itself', color: 'good' }
      : { text: 'By the app itself', color: 'warning' };
  if (grant === 'everything' && own.length === 0) return { text: 'Recommended', color: 'accent' };
  return own.length === 0
    ? { text: 'Not connected', color: 'default' }
    : { text: '✗ Cannot be read', color: 'attention' };
}
