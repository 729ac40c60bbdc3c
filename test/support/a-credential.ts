// Credentials for tests, complete but for what the test is about.
import {
  parseCredentialId,
  type Credential,
  type CredentialHealth,
} from '../../services/directory/credential.ts';
import { parseTenantId } from '../../services/directory/ids.ts';

export const SOME_TIME = new Date('2026-05-04T08:00:00Z');

export const FAILED = {
  state: 'failed',
  since: SOME_TIME,
  problem: {
    ...{ code: 'AADSTS50057', happened: 'Disabled.', remedy: 'Enable.', who: 'Somebody' },
    ...{ correlationId: null, at: SOME_TIME },
  },
} as const satisfies CredentialHealth;

/** Authorized by a person and with an account of its own; the app itself for everything. */
export const aCredential = (
  id: string,
  grant: Credential['grant'] = 'users',
  more: Partial<Credential> = {},
): Credential => ({
  id: parseCredentialId(id),
  tenantId: parseTenantId('7f3d0000-0000-4000-8000-000000000000'),
  grant,
  kind: grant === 'everything' ? 'application' : 'delegated',
  position: 0,
  account:
    grant === 'everything' ? null : { objectId: `account-${id}`, displayName: id, userPrincipalName: id },
  authorizedBy: { objectId: `person-${id}`, displayName: id },
  authorizedAt: SOME_TIME,
  lastUsedAt: null,
  lastTestedAt: SOME_TIME,
  expiresAt: null,
  expiryOf: null,
  signInPeriodMs: null,
  health: { state: 'good' },
  ...more,
});
