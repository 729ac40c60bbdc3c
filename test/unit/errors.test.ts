// The table of errors, and what becomes of a thrown value.
import assert from 'node:assert/strict';
import { AppError, ERRORS, toAppError, type ErrorCode } from '../../services/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('errors', () => {
  for (const code of codes)
    it(`${code} is told in whole sentences, without words of ours`, () => {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      const { text, remedy } = ERRORS[code];
      for (const sentence of [text, remedy]) {
        assert.match(sentence, /^[A-Z].*\.$/);
        assert.doesNotMatch(sentence, /undefined|null|exception|HTTP|JSON|Mongo/);
      }
      assert.notEqual(text, remedy);
    });

  it('carry code, kind, details and cause', () => {
    const cause = new Error('socket hang up');
    const error = new AppError('graph-unreachable', { attempts: 3 }, cause);
    assert.equal(error.code, 'graph-unreachable');
    assert.equal(error.kind, 'transient');
    assert.equal(error.message, ERRORS['graph-unreachable'].text);
    assert.deepEqual(error.details, { attempts: 3 });
    assert.equal(error.cause, cause);
    assert.equal(error.name, 'AppError');
    assert.ok(error instanceof Error);
  });

  it('have no details unless given', () => {
    assert.deepEqual(new AppError('not-found').details, {});
  });

  it('of ours stay as they are, all others are bugs that keep their cause', () => {
    const ours = new AppError('lease-lost');
    assert.equal(toAppError(ours), ours);
    for (const thrown of [
      new TypeError('x is not a function'),
      'text',
      undefined,
      null,
      { code: 'lease-lost' },
    ]) {
      const error = toAppError(thrown);
      assert.equal(error.code, 'unexpected');
      assert.equal(error.kind, 'bug');
      assert.equal(error.cause, thrown);
    }
  });
});
