// The pure decisions about authorizations: roles, scopes, consent, answers of Microsoft, when to test and when to warn.
import assert from 'node:assert/strict';
import {
  compareConsent,
  consentUrl,
  missingScopes,
  scopesFor,
} from '../../../services/credentials/consent.ts';
import { describeFailure, PROBLEMS } from '../../../services/credentials/problems.ts';
import { SIGN_IN_ERRORS } from '../../../services/credentials/aadsts-table.ts';
import { toSignInError } from '../../../services/credentials/entra-client.ts';
import { parseRedirect } from '../../../services/credentials/redirect.ts';
import { decideRoles } from '../../../services/credentials/roles.ts';
import { describeSignInFailure } from '../../../services/credentials/sign-in-problems.ts';
import { decideExpiryNotice, isTestDue } from '../../../services/credentials/watch.ts';
import { parseTenantId } from '../../../services/directory/ids.ts';
import { AppError } from '../../../services/errors.ts';
import { readsHiddenMembers } from '../../../services/graph/token-roles.ts';
import { aCredential, FAILED, SOME_TIME } from '../../support/a-credential.ts';

const GLOBAL = '62e90394-69f5-4237-9190-012177145e10';
const CLOUD_APP = '158c047a-c907-4556-b7ef-446551a6b5f7';
const USER = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const DAY_MS = 86_400_000;
const later = (ms: number) => new Date(SOME_TIME.getTime() + ms);

describe('credentials: decisions', () => {
  it('takes Global Administrator, or the two lesser roles together', () => {
    assert.equal(decideRoles([GLOBAL.toUpperCase()]), 'enough');
    assert.equal(decideRoles([USER, CLOUD_APP]), 'enough');
    for (const roles of [[], [USER], [CLOUD_APP], ['other']]) assert.equal(decideRoles(roles), 'missing');
    assert.equal(decideRoles(null), 'unknown');
  });

  it('asks in the name of the cloud’s Graph, and finds what was not granted', () => {
    const { scopes, needed } = scopesFor('users', 'https://graph.microsoft.us');
    assert.deepEqual(scopes, [
      'https://graph.microsoft.us/User.Read.All',
      'https://graph.microsoft.us/User.Read',
    ]);
    assert.deepEqual(missingScopes(needed, ['openid', 'https://graph.microsoft.us/user.read.all']), []);
    assert.deepEqual(missingScopes(needed, ['User.Read']), ['User.Read.All']);
  });

  it('shows too little and too much', () => {
    const { missing, unneeded } = compareConsent(new Set(['User.Read.All', 'Mail.Read']));
    assert.deepEqual(missing, ['GroupMember.Read.All', 'Member.Read.Hidden', 'Domain.Read.All']);
    assert.deepEqual(unneeded, ['Mail.Read']);
    const url = consentUrl({
      ...{
        entraUrl: 'https://login.microsoftonline.com',
        clientId: 'c',
        redirectUri: 'https://r/auth/callback',
        state: 'the state',
      },
      ...{
        graphResource: 'https://graph.microsoft.com',
        tenantId: parseTenantId('7f3d0000-0000-4000-8000-000000000000'),
      },
    });
    assert.match(
      url,
      /^https:\/\/login\.microsoftonline\.com\/7f3d0000-[^/]+\/v2\.0\/adminconsent\?client_id=c&scope=/,
    );
    assert.equal(new URL(url).searchParams.get('state'), 'the state');
  });

  it('reads what the browser brings back', () => {
    assert.deepEqual(parseRedirect({ state: 's', code: 'c' }), { kind: 'code', state: 's', code: 'c' });
    assert.equal(parseRedirect({ state: 's' }).kind, 'nothing');
    assert.deepEqual(parseRedirect({ state: 's', admin_consent: 'True', tenant: 't' }), {
      ...{ kind: 'consented', state: 's', tenant: 't' },
    });
    assert.equal(parseRedirect({ state: 's', admin_consent: 'False', tenant: 't' }).kind, 'nothing');
    assert.equal(parseRedirect({ code: 'c' }).kind, 'nothing');
    const cancel = { state: 's', error: 'access_denied', error_subcode: 'cancel' };
    assert.equal(parseRedirect(cancel).kind, 'declined');
    const uri = 'https://login.microsoftonline.com/error?code=53003';
    const blocked = parseRedirect({ state: 's', error: 'access_denied', error_uri: uri });
    assert.equal(blocked.kind === 'refused' && blocked.error.details.aadsts, 53003);
    const id = '2f6b4f4e-8a5c-4f0e-9f60-0b1d8c1e7a11';
    const text = `AADSTS53003: Blocked. Trace ID: ${id.replace('2', '3')} Correlation ID: ${id} Timestamp: 2026-05-04 08:00:00Z`;
    const told = parseRedirect({ state: 's', error: 'access_denied', error_description: text });
    assert.deepEqual(
      told.kind === 'refused' && [told.error.details.aadsts, told.error.details.correlationId],
      [53003, id],
    );
  });

  it('has words, a remedy and a helper for every number of the table, and lists addresses for rules about them', () => {
    for (const { codes } of SIGN_IN_ERRORS)
      for (const aadsts of codes) {
        const problem = describeFailure(toSignInError('x', aadsts, 'c-1'), SOME_TIME, ['203.0.113.7']);
        assert.equal(problem.code, `AADSTS${aadsts}`);
        assert.equal(problem.correlationId, 'c-1');
        assert.equal(problem.remedy.includes('203.0.113.7'), [50131, 53003, 530032].includes(aadsts));
      }
    const unknown = describeFailure(toSignInError('x', 123456, 'c-2'), SOME_TIME, []);
    assert.match(unknown.happened, /AADSTS123456/);
    for (const make of Object.values(PROBLEMS)) assert.match(make(SOME_TIME).remedy, /\.$/);
  });

  it('speaks of the answer, not of a kept authorization, to somebody who has just signed in', () => {
    const words = (error: AppError) => describeSignInFailure(error, SOME_TIME, []);
    for (const aadsts of [70000, 9002313, 54005]) {
      const { code, happened, remedy } = words(toSignInError('invalid_grant', aadsts, 'c-1'));
      assert.equal(code, `AADSTS${aadsts}`);
      assert.match(happened, /not the answer to this sign-in/);
      assert.doesNotMatch(remedy, /Authorize Rollcall again/);
    }
    for (const [reason, code] of [
      ['nonce_mismatch', 'other-answer'],
      ['noRefreshToken', 'no-offline-access'],
      ['badIdToken', 'other-app'],
    ] as const) {
      const problem = words(new AppError('sign-in-failed', { reason }));
      assert.equal(problem.code, code);
      assert.doesNotMatch(`${problem.happened} ${problem.remedy}`, new RegExp(`${reason}|app registration`));
    }
    const empty = words(new AppError('sign-in-unreachable', { reason: 'emptyToken' }));
    assert.match(empty.happened, /empty answer/);
    assert.equal(words(toSignInError('x', 53003, 'c-1')).code, 'AADSTS53003');
  });

  it('tests weekly what works, hourly what does not', () => {
    const good = aCredential('a');
    assert.equal(isTestDue(good, later(7 * DAY_MS - 1)), false);
    assert.equal(isTestDue(good, later(7 * DAY_MS)), true);
    const failed = aCredential('a', 'users', { health: FAILED, lastTestedAt: null });
    assert.equal(isTestDue(failed, later(3_599_999)), false);
    assert.equal(isTestDue(failed, later(3_600_000)), true);
    const closed = { state: 'warning', problem: { ...FAILED.problem, code: 'token-key-unknown' } } as const;
    assert.equal(isTestDue(aCredential('a', 'users', { health: closed }), later(3_600_000)), true);
    // Authorized while Microsoft was away: nobody shall wait for an hour.
    const untested = aCredential('a', 'users', { health: { state: 'untested' } });
    assert.equal(isTestDue(untested, later(299_999)), false);
    assert.equal(isTestDue(untested, later(300_000)), true);
  });

  it('warns at 30, 14, 7 and 1 days, by the last that has come', () => {
    const thresholds = [31, 30, 15, 14, 8, 7, 2, 1, 0].map(
      (days) => decideExpiryNotice(later(days * DAY_MS), SOME_TIME)?.threshold ?? null,
    );
    assert.deepEqual(thresholds, [null, 30, 30, 14, 14, 7, 7, 1, null]);
  });

  it('believes lists of hidden members only of those who may see them', () => {
    const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    const scp = 'GroupMember.Read.All Member.Read.Hidden';
    assert.equal(readsHiddenMembers(token({ roles: ['Member.Read.Hidden'] })), true);
    assert.equal(readsHiddenMembers(token({ scp, wids: [USER] })), true);
    assert.equal(readsHiddenMembers(token({ scp, wids: [CLOUD_APP] })), false);
    assert.equal(readsHiddenMembers(token({ scp: 'GroupMember.Read.All', wids: [GLOBAL] })), false);
    assert.equal(readsHiddenMembers('opaque'), false);
  });
});
