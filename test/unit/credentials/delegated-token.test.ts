import assert from 'node:assert/strict';
import { createDelegatedTokens } from '../../../services/credentials/delegated-token.ts';
import type { HeldSecret, Vault } from '../../../services/credentials/vault.ts';
import { AppError } from '../../../services/errors.ts';
import { createSecret } from '../../../services/secret.ts';
import type { WebOutcome } from '../../../services/web.ts';
import { aCredential } from '../../support/a-credential.ts';
import { answerWith, createScriptedWeb, createSteppingClock, quietLog } from '../../support/scripted-web.ts';

const signal = new AbortController().signal;
const credential = aCredential('anna');
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const idToken = `${encode({ alg: 'none' })}.${encode({ oid: 'o', tid: credential.tenantId, sub: 's', wids: ['w'] })}.x`;
const clientInfo = encode({ uid: 'o', utid: credential.tenantId });

const granted = (access: string, refresh: string): WebOutcome =>
  answerWith(200, {
    ...{ token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, scope: 'User.Read.All' },
    ...{ access_token: access, refresh_token: refresh, id_token: idToken, client_info: clientInfo },
  });
const refusal = (code: number) =>
  answerWith(400, { error: 'invalid_grant', error_codes: [code], correlation_id: 'c-1' });

/** Tokens over a vault that holds `rt-0`, and a Microsoft that answers each refresh token by `answer`. */
function open(answer: (refreshToken: string) => WebOutcome) {
  let kept: HeldSecret = { secret: createSecret('rt-0'), version: 1, series: 1 };
  let keptAt = 0;
  let away = false;
  const asked: string[] = [];
  const vault: Pick<Vault, 'open' | 'replace'> = {
    open: () => Promise.resolve(kept),
    replace: (_, __, { version, series }, { secret, obtainedAt }) => {
      if (away) return Promise.reject(new AppError('database-unreachable'));
      if (kept.series !== series) return Promise.resolve(false);
      if (kept.version !== version && keptAt >= obtainedAt.getTime()) return Promise.resolve(false);
      kept = { secret, version: kept.version + 1, series };
      keptAt = obtainedAt.getTime();
      return Promise.resolve(true);
    },
  };
  const web = createScriptedWeb((request) => {
    const refreshToken = new URLSearchParams(request.body).get('refresh_token') ?? '';
    asked.push(refreshToken);
    return answer(refreshToken);
  });
  const clock = createSteppingClock();
  const tokens = createDelegatedTokens({
    app: {
      entraUrl: 'https://login.microsoftonline.com',
      clientId: '11111111-2222-4333-8444-555555555555',
      clientSecret: createSecret('hush'),
    },
    graphResource: 'https://graph.microsoft.com',
    vault: { ...vault, canKeep: true, authorize: () => Promise.reject(new Error('not here')) },
    ...{ web, clock, log: quietLog() },
  });
  return {
    ...{ tokens, asked },
    token: async () => (await tokens.token(credential, signal)).accessToken,
    stored: () => [kept.secret.reveal(), kept.version],
    keep: (secret: string) => {
      kept = { secret: createSecret(secret), version: kept.version + 1, series: kept.series };
      keptAt = Number.MAX_SAFE_INTEGER;
    },
    setAway: (value: boolean) => {
      away = value;
    },
  };
}

const next = (refreshToken: string) => granted(`at-${refreshToken}`, `${refreshToken}+`);

describe('credentials: delegated token', () => {
  it('keeps the refresh token that came back, and asks once for those who want it at once', async () => {
    const { token, tokens, stored, asked } = open(next);
    assert.deepEqual(await Promise.all([token(), token()]), ['at-rt-0', 'at-rt-0']);
    assert.deepEqual([asked, stored()], [['rt-0'], ['rt-0+', 2]]);
    tokens.invalidate(credential.id);
    assert.equal(await token(), 'at-rt-0+');
    assert.deepEqual((await tokens.token(credential, signal)).roleTemplateIds, ['w']);
  });

  it('never puts its own token over a newer one of another process', async () => {
    const { token, stored, keep } = open((refreshToken) => {
      keep('from elsewhere');
      return next(refreshToken);
    });
    assert.equal(await token(), 'at-rt-0');
    assert.deepEqual(stored(), ['from elsewhere', 2]);
  });

  it('reads the winner’s token when its own was refused meanwhile', async () => {
    const { token, asked, keep } = open((refreshToken) => {
      if (refreshToken !== 'rt-0') return next(refreshToken);
      keep('rt-new');
      return refusal(50173);
    });
    assert.equal(await token(), 'at-rt-new');
    assert.deepEqual(asked, ['rt-0', 'rt-new']);
  });

  it('goes on when the database is away after Microsoft’s answer, and saves the token later', async () => {
    const { token, tokens, stored, setAway } = open(next);
    setAway(true);
    assert.equal(await token(), 'at-rt-0');
    assert.deepEqual(stored(), ['rt-0', 1]);
    setAway(false);
    tokens.invalidate(credential.id);
    assert.equal(await token(), 'at-rt-0+');
    assert.deepEqual(stored(), ['rt-0++', 3]);
  });

  for (const [code, reason] of [
    [50057, 'disabled'],
    [50173, 'revoked'],
    [700082, 'expired'],
    [53003, 'blocked by Conditional Access'],
    [65001, 'without consent'],
  ] as const)
    it(`says for good that the account is ${reason} (AADSTS${code}), and asks once`, async () => {
      const { token, asked } = open(() => refusal(code));
      await assert.rejects(token(), (error) => {
        assert.ok(error instanceof AppError);
        assert.deepEqual([error.code, error.details.aadsts], ['sign-in-failed', code]);
        return true;
      });
      assert.equal(asked.length, 1);
    });

  it('tries again after what passes, an empty answer among it', async () => {
    let tries = 0;
    const { token } = open((refreshToken) => (++tries === 1 ? answerWith(200, {}) : next(refreshToken)));
    assert.equal(await token(), 'at-rt-0');
  });
});
