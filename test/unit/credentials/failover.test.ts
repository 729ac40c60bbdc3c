import assert from 'node:assert/strict';
import {
  candidatesFor,
  isClosed,
  isForGood,
  isOperatorTrouble,
} from '../../../services/credentials/candidates.ts';
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
  const errors: string[] = [];
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
    log: { ...quietLog(), error: (event) => void errors.push(event) },
  });
  const token = (capability: 'users' | 'groups' | 'domains') =>
    run.tokens[capability].accessToken(tenantId, never);
  return { run, token, given, errors };
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

  it('uses none that failed before, unless nobody else is left: then each once', async () => {
    const failed = { ...primary, health: FAILED };
    assert.equal(await open([failed, backup]).token('users'), 'backup');
    assert.equal(await open([failed]).token('users'), 'primary');
    let asked = 0;
    const { token } = open([failed, backup], () => {
      asked++;
      throw disabled();
    });
    await assert.rejects(token('users'), { code: 'sign-in-failed' });
    await assert.rejects(token('users'), { code: 'sign-in-failed' });
    assert.equal(asked, 2);
  });

  for (const aadsts of [7000215, 7000222, 700027, 700025, 7000218, 700211, 700213])
    it(`calls AADSTS${aadsts} the operator’s trouble, not the account’s`, async () => {
      const error = new AppError('sign-in-failed', { aadsts, happened: 'The secret is wrong.' });
      assert.equal(isOperatorTrouble(error), true);
      const problem = { ...FAILED.problem, code: `AADSTS${aadsts}` };
      assert.equal(isClosed({ health: { state: 'warning', problem } }), true);
      const { token, errors } = open([primary, backup], () => {
        throw error;
      });
      await assert.rejects(token('users'), (thrown) => {
        assert.ok(thrown instanceof AppError);
        assert.equal(thrown.code, 'sign-in-failed');
        assert.deepEqual([thrown.details.aadsts, thrown.details.happened], [aadsts, 'The secret is wrong.']);
        assert.equal(thrown.details.reason, undefined, 'the accounts may be as good as ever');
        return true;
      });
      assert.deepEqual(errors, ['app-proof.refused'], 'once, however many accounts');
    });

  it('calls no refusal of an account the operator’s trouble', () => {
    for (const aadsts of [50057, 50173, 700082, 65001, 53003])
      assert.equal(isOperatorTrouble(new AppError('sign-in-failed', { aadsts })), false, String(aadsts));
    assert.equal(isOperatorTrouble(new AppError('bad-settings')), true);
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
