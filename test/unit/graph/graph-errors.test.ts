import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noAnswer, readGraphProblem, toGraphError } from '../../../services/graph/graph-errors.ts';

const body = (code: string, inner?: unknown) => ({ error: { code, message: 'text', innerError: inner } });

describe('graph: errors', () => {
  const cases: readonly (readonly [number, unknown, string])[] = [
    [400, body('Directory_ExpiredPageToken'), 'graph-page-expired'],
    [400, body('DirectoryPageTokenNotFoundException'), 'graph-page-expired'],
    [400, body('syncStateNotFound'), 'graph-resync-required'],
    [410, body('SyncStateNotFound'), 'graph-resync-required'],
    [410, undefined, 'graph-resync-required'],
    [400, body('Request_UnsupportedQuery'), 'graph-bad-request'],
    [401, body('InvalidAuthenticationToken'), 'graph-unauthorized'],
    [401, body('Authorization_IdentityNotFound'), 'graph-unauthorized'],
    [403, body('Authorization_RequestDenied'), 'graph-forbidden'],
    [403, body(''), 'graph-forbidden'],
    [404, body('Request_ResourceNotFound'), 'graph-not-found'],
    [429, body('TooManyRequests'), 'graph-throttled'],
    [503, body('Request_ThrottledTemporarily'), 'graph-throttled'],
    [500, body('InternalServerError'), 'graph-unavailable'],
    [502, undefined, 'graph-unavailable'],
    [302, undefined, 'graph-bad-answer'],
  ];
  for (const [status, answer, code] of cases)
    it(`${status} ${answer === undefined ? 'HTML' : JSON.stringify(answer)} is ${code}`, () =>
      assert.equal(readGraphProblem(status, answer, null).code, code));

  it('walks into inner errors, written in both ways, whatever the case', () => {
    const nested = {
      error: { code: 'BadRequest', innererror: { innerError: { code: 'DIRECTORY_EXPIREDPAGETOKEN' } } },
    };
    assert.equal(readGraphProblem(400, nested, null).code, 'graph-page-expired');
    const direct = { error: { code: 'BadRequest', innererror: { code: 'DIRECTORY_EXPIREDPAGETOKEN' } } };
    const problem = readGraphProblem(400, direct, 'r-1');
    assert.equal(problem.code, 'graph-page-expired');
    assert.deepEqual(problem.graphCodes, ['badrequest', 'directory_expiredpagetoken']);
  });

  it('knows the refusal of a page size, which has no code of its own', () => {
    const refusal = {
      error: {
        code: 'Request_UnsupportedQuery',
        message: "Invalid page size specified: '999'. Must be between 1 and 120 inclusive.",
      },
    };
    assert.equal(readGraphProblem(400, refusal, null).pageTooLarge, true);
    assert.equal(readGraphProblem(400, body('Request_UnsupportedQuery'), null).pageTooLarge, false);
    assert.equal(readGraphProblem(400, body('Directory_ResultSizeLimitExceeded'), null).pageTooLarge, true);
  });

  it('makes something of any body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.jsonValue(), (status, answer) => {
        assert.equal(readGraphProblem(status, { error: answer }, null).trouble, status);
        assert.equal(readGraphProblem(status, answer, null).trouble, status);
      }),
    );
  });

  it('becomes an error with what the support of Microsoft asks for', () => {
    const error = toGraphError(readGraphProblem(403, body('Authorization_RequestDenied'), 'r-7'));
    assert.equal(error.kind, 'denied');
    assert.deepEqual(error.details, {
      status: 403,
      graphCode: 'authorization_requestdenied',
      requestId: 'r-7',
    });
    assert.equal(toGraphError(noAnswer('timeout')).code, 'graph-timeout');
    assert.equal(toGraphError(noAnswer('reset')).code, 'graph-unreachable');
  });
});
