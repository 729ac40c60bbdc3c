// The answer of Microsoft's consent page: believed when the calls of the app work, and for a while awaited.
import assert from 'node:assert/strict';
import { createAdminConsents } from '../../../services/credentials/admin-consent.ts';
import { createKeyring } from '../../../services/credentials/keyring.ts';
import { PROBLEMS } from '../../../services/credentials/problems.ts';
import type { Finding } from '../../../services/directory/credential-store.ts';
import type { PendingSignIn } from '../../../services/directory/sign-in.ts';
import { AppError } from '../../../services/errors.ts';
import { aCredential, SOME_TIME } from '../../support/a-credential.ts';
import { createSecret } from '../../../services/secret.ts';
import { createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const signIn: PendingSignIn = {
  ...{ id: 's', purpose: 'consent', tenantId: aCredential('app').tenantId },
  ...{ actor: { objectId: 'o', displayName: 'Meg' }, conversationId: 'a:chat' },
  ...{ grant: 'everything', kind: 'application', backup: false },
  ...{ createdAt: SOME_TIME, expiresAt: SOME_TIME },
};
const good: Finding = { state: 'good' };
const missing: Finding = { state: 'failed', problem: PROBLEMS.nothingRead(SOME_TIME) };

/** The calls of the app end like this, one after the other; the last for ever. */
function open(answers: readonly (Finding | Error)[]) {
  let calls = 0;
  const consents = createAdminConsents({
    findPages: () => Promise.resolve('https://e'),
    app: { entraUrl: 'https://e', clientId: 'c', clientSecret: createSecret('x') },
    ...{ graphResource: 'https://g', redirectUri: 'https://r/auth/callback' },
    keyring: createKeyring([]),
    store: { insert: () => Promise.reject(new TypeError('not used')) },
    authorizer: {
      tryApp: () => {
        const answer = answers[Math.min(calls, answers.length - 1)] ?? good;
        calls += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    clock: createSteppingClock(),
    ids: { next: () => 'id' },
    log: quietLog(),
  });
  return { consents, calls: () => calls };
}

describe('credentials: admin consent', () => {
  const refused = new AppError('sign-in-failed', { aadsts: 65001 });

  it('waits until new permissions have reached Microsoft’s servers', async () => {
    const { consents, calls } = open([refused, missing, good]);
    assert.equal(await consents.judge(signIn, signIn.tenantId), null);
    assert.equal(calls(), 3);
  });

  it('is not believed while the app cannot read, and says to wait', async () => {
    const wrong = await open([missing]).consents.judge(signIn, signIn.tenantId);
    assert.equal(wrong?.result.kind === 'refused' && wrong.result.problem.code, 'consent-pending');
    assert.equal(wrong?.isShown && wrong.counts, true);
  });

  it('leaves trouble that is not about consent to the caller, at once', async () => {
    const { consents, calls } = open([new AppError('graph-unreachable')]);
    await assert.rejects(consents.judge(signIn, signIn.tenantId), { code: 'graph-unreachable' });
    assert.equal(calls(), 1);
  });

  it('is for the organisation that asked, and no answer to a sign-in, not even of the app', async () => {
    const { consents, calls } = open([good]);
    const reasonOf = async (one: PendingSignIn, tenant: string) => {
      const result = (await consents.judge(one, tenant))?.result;
      return result?.kind === 'refused' && result.reason;
    };
    assert.equal(await consents.judge(signIn, signIn.tenantId.toUpperCase()), null);
    assert.equal(await reasonOf(signIn, 'another'), 'otherTenant');
    assert.equal(await reasonOf({ ...signIn, purpose: 'signIn' }, signIn.tenantId), 'unknownState');
    assert.equal(calls(), 1);
  });
});
