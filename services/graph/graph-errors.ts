// What an answer of Microsoft Graph that is no success means: the one place where Graph's errors become ours.
// Decides no retries (retry-policy.ts) and never looks at message text, with one exception that says why.
import { z } from 'zod';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Trouble } from './retry-policy.ts';

/** A request that failed, in our words and with what Microsoft's support asks for. */
export interface GraphProblem {
  readonly code: ErrorCode;
  readonly trouble: Trouble;
  /** Graph's own codes in lower case, the outermost first; Microsoft changes their case at will. */
  readonly graphCodes: readonly string[];
  readonly requestId: string | null;
  /** The collection allows fewer objects on a page than were asked for. */
  readonly pageTooLarge: boolean;
}

/** The error for those who throw. */
export const toGraphError = (problem: GraphProblem): AppError =>
  new AppError(problem.code, {
    status: problem.trouble,
    graphCode: problem.graphCodes.at(-1),
    requestId: problem.requestId ?? undefined,
  });

/** Codes that say more than the status does, in lower case (Graph docs: error responses; Azure AD Graph error codes). */
const CODE_TABLE: Readonly<Record<string, ErrorCode>> = {
  directory_expiredpagetoken: 'graph-page-expired',
  directorypagetokennotfoundexception: 'graph-page-expired',
  syncstatenotfound: 'graph-resync-required',
  resyncrequired: 'graph-resync-required',
  request_resourcenotfound: 'graph-not-found',
  authorization_requestdenied: 'graph-forbidden',
  accessdenied: 'graph-forbidden',
  forbidden: 'graph-forbidden',
  authentication_unauthorized: 'graph-forbidden',
  authorization_identitynotfound: 'graph-unauthorized',
  authorization_identitydisabled: 'graph-unauthorized',
  invalidauthenticationtoken: 'graph-unauthorized',
  toomanyrequests: 'graph-throttled',
  activitylimitreached: 'graph-throttled',
  throttledrequest: 'graph-throttled',
  request_throttledtemporarily: 'graph-throttled',
  request_throttledpermanently: 'graph-throttled',
};

const errorBody = z.object({
  error: z.looseObject({ code: z.string().catch(''), message: z.string().catch('') }),
});
const innerError = z.looseObject({ code: z.string().catch('') });

/** Deeper than any nesting seen; a body is somebody else's data. */
const INNER_DEPTH = 6;

/**
 * Reads a refusal. `body` is the parsed JSON, or undefined when there was none: gateways answer with HTML or nothing,
 * and the status has to do.
 */
export function readGraphProblem(status: number, body: unknown, requestId: string | null): GraphProblem {
  const parsed = errorBody.safeParse(body);
  const graphCodes = parsed.success ? collectCodes(parsed.data.error) : [];
  const told = graphCodes.map((code) => CODE_TABLE[code]).filter((code) => code !== undefined);
  return {
    code: told.at(-1) ?? codeOfStatus(status),
    trouble: status,
    graphCodes,
    requestId,
    pageTooLarge: status === 400 && parsed.success && saysPageTooLarge(graphCodes, parsed.data.error.message),
  };
}

/** Whether it is the caller who may not, by Graph's own word; a gateway's 403 says nothing of the caller. */
export const isDenied = ({ code, graphCodes }: GraphProblem): boolean =>
  code === 'graph-forbidden' && graphCodes.includes('authorization_requestdenied');

/** A request that got no answer, or one that was cut off or is not what Graph sends. */
export function noAnswer(
  trouble: 'reset' | 'timeout' | 'badAnswer',
  requestId: string | null = null,
): GraphProblem {
  const code = {
    reset: 'graph-unreachable',
    timeout: 'graph-timeout',
    badAnswer: 'graph-bad-answer',
  } as const satisfies Record<typeof trouble, ErrorCode>;
  return { code: code[trouble], trouble, graphCodes: [], requestId, pageTooLarge: false };
}

/** The codes of an error and of the errors inside it; the key is written in both ways (Graph docs: error responses). */
function collectCodes(error: Readonly<Record<string, unknown>>): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < INNER_DEPTH; depth++) {
    const parsed = innerError.safeParse(current);
    if (!parsed.success) break;
    if (parsed.data.code !== '') codes.push(parsed.data.code.toLowerCase());
    current = parsed.data.innerError ?? parsed.data.innererror;
  }
  return codes;
}

/**
 * The only look at message text: "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive." comes
 * with the code of any query that is not supported. If the wording changes, the read fails as any bad request does.
 */
const saysPageTooLarge = (codes: readonly string[], message: string): boolean =>
  codes.includes('directory_resultsizelimitexceeded') || /invalid page size/i.test(message);

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'graph-unauthorized';
  if (status === 403) return 'graph-forbidden';
  if (status === 404) return 'graph-not-found';
  if (status === 410) return 'graph-resync-required';
  if (status === 429) return 'graph-throttled';
  if (status === 408) return 'graph-timeout';
  if (status >= 500 || status === 424) return 'graph-unavailable';
  // Neither success nor refusal: somebody in between answered.
  if (status < 400) return 'graph-bad-answer';
  return 'graph-bad-request';
}
