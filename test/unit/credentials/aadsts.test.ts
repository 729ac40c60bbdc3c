import assert from 'node:assert/strict';
import { SIGN_IN_ERRORS } from '../../../services/credentials/aadsts-table.ts';
import { explainSignInError } from '../../../services/credentials/aadsts.ts';

describe('credentials: sign-in errors', () => {
  it('has each code once', () => {
    const codes = SIGN_IN_ERRORS.flatMap((row) => row.codes);
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.length > 90);
  });

  it('speaks in whole sentences and names no code', () => {
    for (const { happened, remedy } of SIGN_IN_ERRORS)
      for (const sentence of [happened, remedy]) {
        assert.match(sentence, /^[A-Z].*\.$/);
        assert.doesNotMatch(sentence, /AADSTS/);
      }
  });

  it('explains a code', () => {
    const expired = explainSignInError(7000222);
    assert.equal(expired.known, true);
    assert.equal(expired.transient, false);
    assert.match(expired.happened, /secret .* expired/);
    assert.equal(explainSignInError(90033).transient, true);
  });

  it('has something to say of a code that nobody knows yet', () => {
    const unknown = explainSignInError(1234567);
    assert.equal(unknown.known, false);
    assert.match(unknown.happened, /AADSTS1234567/);
  });
});
