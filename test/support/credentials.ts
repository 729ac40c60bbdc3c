// Credentials, people and keys for tests of what is kept of them.
import { createAmbient } from '../../services/ambient.ts';
import type { CredentialProblem } from '../../services/directory/credential.ts';
import type { Authorization } from '../../services/directory/credential-store.ts';
import { parseTenantId } from '../../services/directory/ids.ts';
import { createLog } from '../../services/log.ts';
import { createSecret } from '../../services/secret.ts';
import type { TokenKey } from '../../services/setting-types.ts';
import { createStore, type Store } from '../../services/store/create-store.ts';

export const CONTOSO = parseTenantId('aaaaaaaa-0000-4000-8000-000000000001');
export const FABRIKAM = parseTenantId('bbbbbbbb-0000-4000-8000-000000000002');
export const ANNA = { objectId: 'a0000000-0000-4000-8000-00000000000a', displayName: 'Anna Berg' };
export const BEN = { objectId: 'b0000000-0000-4000-8000-00000000000b', displayName: 'Ben Okafor' };

/** A key whose bytes are all the same: two of them differ when their bytes do. */
export const keyOf = (id: string, byte: number): TokenKey => ({
  id,
  key: createSecret(Buffer.alloc(32, byte).toString('base64')),
});

export const authorizationOf = (
  person: typeof ANNA,
  at: Date,
  more: Partial<Authorization> = {},
): Authorization => ({
  tenantId: CONTOSO,
  grant: 'users',
  kind: 'delegated',
  account: { ...person, userPrincipalName: `${person.displayName.split(' ')[0] ?? ''}@contoso.example` },
  authorizedBy: person,
  authorizedAt: at,
  expiresAt: null,
  expiryOf: null,
  ...more,
});

export const problemAt = (at: Date, code = 'AADSTS50057'): CredentialProblem => ({
  code,
  happened: 'The account is disabled. $price {x}',
  remedy: 'Enable it.',
  who: 'A Global Administrator',
  correlationId: null,
  at,
});

export const openStore = (uri: string): Store =>
  createStore({ uri: createSecret(uri), log: createLog('error'), ...createAmbient() });
