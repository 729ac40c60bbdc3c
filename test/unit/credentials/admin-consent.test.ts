// The answer of Microsoft's consent page: believed when the calls of the app work, and for a while awaited.
import assert from 'node:assert/strict';
import { createAdminConsents } from '../../../services/credentials/admin-consent.ts';
import { createKeyring } from '../../../services/credentials/keyring.ts';
import { PROBLEMS } from '../../../services/credentials/problems.ts';
import type { PendingSignIn, SignInResult } from '../../../services/directory/sign-in.ts';
import { AppError } from '../../../services/errors.ts';
import { aCredential, SOME_TIME } from '../../support/a-credential.ts';
import { createSecret } from '../../../services/secret.ts';
import { createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const credential = aCredential('app', 'everything');
const signIn: PendingSignIn = {
  ...{ id: 's', tenantId: credential.tenantId, actor: { objectId: 'o', displayName: 'Meg' } },
  ...{ grant: 'everything', kind: 'application', backup: false, conversationId: 'a:chat' },
  ...{ createdAt: SOME_TIME, expiresAt: SOME_TIME },
};
const connected: SignInResult = { kind: 'connected', credential, becameOwner: false };
const missing: SignInResult = {
  kind: 'refused',
  reason: 'consentNeeded',
  problem: PROBLEMS.nothingRead(SOME_TIME),
};

/** The app answers these, one after the other; the last for ever. */
function open(answers: readonly (SignInResult | Error)[], hasOwner = true) {
  let calls = 0;
  const consents = createAdminConsents({
    findPages: () => Promise.resolve('https://e'),
    app: { entraUrl: 'https://e', clientId: 'c', clientSecret: createSecret('x') },
    ...{ graphResource: 'https://g', redirectUri: 'https://r/auth/callback' },
    keyring: createKeyring([]),
    store: { insert: () => Promise.reject(new TypeError('not used')) },
    authorizer: {
      authorizeApp: () => {
        const answer = answers[Math.min(calls, answers.length - 1)] ?? connected;
        calls += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    people: { hasOwner: () => Promise.resolve(hasOwner) },
    clock: createSteppingClock(),
    ids: { next: () => 'id' },
    log: quietLog(),
  });
  return { consents, calls: () => calls };
}

describe('credentials: admin consent', () => {
  const refused = new AppError('sign-in-failed', { aadsts: 65001 });

  it('waits until new permissions have reached Microsoft’s servers', async () => {
    const { consents, calls } = open([refused, missing, connected]);
    assert.equal(await consents.finish(signIn), connected);
    assert.equal(calls(), 3);
  });

  it('is not believed while the app cannot read, and says to wait', async () => {
    const result = await open([missing]).consents.finish(signIn);
    assert.equal(result.kind === 'refused' && result.problem.code, 'consent-pending');
  });

  it('leaves trouble that is not about consent to the caller, at once', async () => {
    const { consents, calls } = open([new AppError('graph-unreachable')]);
    await assert.rejects(consents.finish(signIn), { code: 'graph-unreachable' });
    assert.equal(calls(), 1);
  });

  it('asks nothing of the app while nobody owns Rollcall', async () => {
    const { consents, calls } = open([connected], false);
    assert.deepEqual(await consents.finish(signIn), { kind: 'consented' });
    assert.equal(calls(), 0);
  });

  it('is for the organisation that asked, and no answer to the sign-in of an account', () => {
    const { consents } = open([]);
    const reasonOf = (result: SignInResult | null) => result?.kind === 'refused' && result.reason;
    assert.equal(consents.judge(signIn, signIn.tenantId.toUpperCase()), null);
    assert.equal(reasonOf(consents.judge(signIn, 'another')), 'otherTenant');
    const account = { ...signIn, kind: 'delegated' } as const;
    assert.equal(reasonOf(consents.judge(account, signIn.tenantId)), 'unknownState');
  });
});
