// What is kept of a proven sign-in when keeping it fails, and who is told what: through the ports, with time that passes
// at once.
import assert from 'node:assert/strict';
import { createAuthorizer } from '../../../services/credentials/authorize.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import type { Role } from '../../../services/directory/person.ts';
import { AppError } from '../../../services/errors.ts';
import { createSecret } from '../../../services/secret.ts';
import { aCredential } from '../../support/a-credential.ts';
import { createSteppingClock } from '../../support/scripted-web.ts';

const anna = aCredential('anna', 'users', { health: { state: 'untested' } });
const GLOBAL = '62e90394-69f5-4237-9190-012177145e10';

/** `save` is asked for each try to keep the authorization; `probe` for each small read at Microsoft. */
function open(
  save: (attempt: number) => Promise<Credential>,
  probe: () => Promise<'good'>,
  role?: () => Role,
) {
  const seen = { saves: 0, findings: 0, owners: 0 };
  const clock = createSteppingClock();
  const small = {
    probe,
    readRoleTemplates: () => Promise.resolve([GLOBAL]),
    readPerson: () => Promise.reject(new AppError('graph-forbidden')),
    readPermissions: () => Promise.resolve(new Set<string>()),
  };
  const authorizer = createAuthorizer({
    vault: {
      canKeep: true,
      authorize: () => save(++seen.saves),
      open: () => Promise.resolve(null),
      replace: () => Promise.resolve(false),
    },
    health: {
      record: (credential) => {
        seen.findings++;
        return Promise.resolve({ ...credential, health: { state: 'good' } });
      },
    },
    people: {
      hasOwner: () => Promise.resolve(role !== undefined),
      roleOf: () => Promise.resolve(role?.() ?? null),
      listPeople: () => Promise.resolve([]),
      findOwners: () => Promise.resolve({ kind: 'here' }),
      claimFirstOwner: () => Promise.resolve(++seen.owners === 1),
    },
    probeWith: () => small,
    probeApp: () => small,
    appExpiry: { expiresAt: null, expiryOf: null },
    clock,
  });
  const { tenantId, authorizedBy: actor } = anna;
  const signIn = { tenantId, actor, grant: 'users', kind: 'delegated', backup: false } as const;
  const idToken = {
    aud: 'a',
    tid: tenantId,
    oid: actor.objectId,
    name: 'Anna',
    preferred_username: 'anna@x',
  };
  const authorize = () =>
    authorizer.authorize(
      { ...signIn, conversationId: 'a:chat' },
      {
        idToken: { ...idToken, wids: [GLOBAL] },
        accessToken: 't',
        scopes: [],
        refreshToken: createSecret('r'),
      },
    );
  return { authorize, seen, clock };
}
const good = () => Promise.resolve('good' as const);
const away = () => Promise.reject(new AppError('database-unreachable'));

describe('credentials: authorizing', () => {
  it('saves as soon as the database is back', async () => {
    const { authorize, seen } = open((attempt) => (attempt < 4 ? away() : Promise.resolve(anna)), good);
    const result = await authorize();
    assert.equal(result.kind === 'connected' && result.credential.health.state, 'good');
    assert.equal(seen.saves, 4);
  });

  it('gives up within seconds when it stays away, and says that it is the database', async () => {
    const { authorize, seen, clock } = open(away, good);
    await assert.rejects(authorize(), { code: 'database-unreachable' });
    assert.equal(seen.findings, 0);
    assert.ok(clock.waits.reduce((sum, ms) => sum + ms, 0) < 10_000);
  });

  it('does not call good what could not be tried because Microsoft was away', async () => {
    const away503 = () => Promise.reject(new AppError('graph-unavailable'));
    const { authorize, seen } = open(() => Promise.resolve(anna), away503);
    const result = await authorize();
    assert.equal(result.kind === 'connected' && result.credential.health.state, 'untested');
    assert.equal(seen.findings, 0);
  });

  it('keeps nothing of who lost the role while Microsoft was asked', async () => {
    let role: Role = 'admin';
    const probe = () => {
      role = 'viewer';
      return good();
    };
    const { authorize, seen } = open(
      () => Promise.resolve(anna),
      probe,
      () => role,
    );
    const result = await authorize();
    assert.equal(result.kind === 'refused' && result.reason, 'roleNeeded');
    assert.equal(seen.saves, 0);
  });

  it('keeps nothing of who does not pass', async () => {
    const nulls = open(
      () => Promise.resolve(anna),
      () => Promise.reject(new AppError('graph-forbidden')),
    );
    await assert.rejects(nulls.authorize(), { code: 'graph-forbidden' });
    assert.deepEqual([nulls.seen.saves, nulls.seen.owners], [0, 0]);
  });
});
