import assert from 'node:assert/strict';
import { candidatesFor, isForGood } from '../../../services/credentials/candidates.ts';
import { openRunCredentials } from '../../../services/credentials/failover.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import { AppError } from '../../../services/errors.ts';
import { aCredential, FAILED } from '../../support/a-credential.ts';
import { createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const never = new AbortController().signal;
const disabled = () => new AppError('sign-in-failed', { aadsts: 50057 });
const forbidden = () => new AppError('graph-forbidden');

/** A run over these credentials; `sign` gives the token of each or throws. */
function open(credentials: readonly Credential[], sign: (credential: Credential) => string = ({ id }) => id) {
  const given: string[] = [];
  const [tenantId] = credentials.map((one) => one.tenantId);
  assert.ok(tenantId);
  const run = openRunCredentials({
    tenantId,
    credentials: { list: () => Promise.resolve(credentials), recordUse: () => Promise.resolve() },
    tokens: {
      accessToken: async (credential) => Promise.resolve(sign(credential)),
      roleTemplateIds: () => Promise.resolve(null),
      invalidate: () => undefined,
    },
    health: {
      recordFailure: (credential) => {
        given.push(credential.id);
        return Promise.resolve();
      },
    },
    clock: createSteppingClock(),
    log: quietLog(),
  });
  const token = (capability: 'users' | 'groups' | 'domains') =>
    run.tokens[capability].accessToken(tenantId, never);
  return { run, token, given };
}

const primary = aCredential('primary');
const backup = aCredential('backup', 'users', { position: 1 });
const app = aCredential('app', 'everything');

describe('credentials: failover', () => {
  it('takes those for exactly this in their order, then the app', () => {
    const ids = (of: readonly Credential[]) => of.map(({ id }) => id);
    assert.deepEqual(ids(candidatesFor('users', [app, backup, primary])), ['primary', 'backup', 'app']);
    assert.deepEqual(ids(candidatesFor('groups', [app, backup, primary])), ['app']);
    assert.deepEqual(ids(candidatesFor('domains', [backup, primary])), ['primary', 'backup']);
  });

  it('calls for good what somebody must put right, and nothing that passes', () => {
    for (const code of [
      'sign-in-failed',
      'graph-unauthorized',
      'graph-forbidden',
      'token-key-unknown',
    ] as const)
      assert.equal(isForGood(new AppError(code)), true, code);
    for (const code of [
      'sign-in-unreachable',
      'graph-throttled',
      'graph-unavailable',
      'database-unreachable',
      'unexpected',
    ] as const)
      assert.equal(isForGood(new AppError(code)), false, code);
    assert.equal(isForGood(new Error('what')), false);
  });

  it('goes on with the next when the sign-in is refused, and asks the refused one no more', async () => {
    let asked = 0;
    const { token, given } = open([primary, backup], ({ id }) => {
      if (id !== 'primary') return id;
      asked++;
      throw disabled();
    });
    assert.deepEqual([await token('users'), await token('users')], ['backup', 'backup']);
    assert.deepEqual([given, asked], [['primary'], 1]);
  });

  it('fails over for nobody when the trouble passes', async () => {
    const { token, given } = open([primary, backup], () => {
      throw new AppError('sign-in-unreachable');
    });
    await assert.rejects(token('users'), { code: 'sign-in-unreachable' });
    assert.deepEqual(given, []);
  });

  it('gives up the owner of the refused token only, however late the refusals come', async () => {
    const { run, token, given } = open([primary, backup, app]);
    const first = await token('users');
    const answers = await Promise.all(
      [1, 2, 3].map(() => run.tokens.users.reject(first, new AppError('graph-unauthorized'))),
    );
    assert.deepEqual(answers, [true, true, true]);
    assert.equal(await token('users'), 'backup');
    assert.equal(await run.tokens.users.reject(first, new AppError('graph-unauthorized')), true);
    assert.deepEqual([given, await token('users')], [['primary'], 'backup']);
  });

  it('says that nobody is left, with the words of the last refusal, or that nobody ever connected', async () => {
    const { token } = open([primary, backup], () => {
      throw new AppError('sign-in-failed', { aadsts: 50057, happened: 'The account is disabled.' });
    });
    await assert.rejects(token('users'), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'sign-in-failed');
      assert.deepEqual(
        [error.details.reason, error.details.happened],
        ['noCredentialLeft', 'The account is disabled.'],
      );
      return true;
    });
    await assert.rejects(token('groups'), { code: 'not-connected' });
  });

  it('uses none that failed before', async () => {
    const { token } = open([{ ...primary, health: FAILED }, backup]);
    assert.equal(await token('users'), 'backup');
  });

  it('leaves the refusal of domains to the reader when the credential is not for domains', async () => {
    const { run, token, given } = open([app]);
    assert.equal(await run.tokens.domains.reject(await token('domains'), forbidden()), false);
    await assert.rejects(run.tokens.users.reject(await token('users'), forbidden()), {
      code: 'sign-in-failed',
    });
    assert.deepEqual(given, ['app']);
  });
});
