// What each fault looks like to a reader of Graph: instead of an answer (before), or done to one (after).
import type { Fault, FaultKind, Faults, FaultTarget } from '../faults.ts';
import { resyncRequired } from './delta.ts';
import { expiredPageToken } from './pages.ts';
import type { GraphResponse, Trace } from './response.ts';
import { GraphError, denied, errorResponse } from './response.ts';
import { invalidToken } from './authenticate.ts';

const insteadOf: readonly FaultKind[] = [
  'throttle',
  'unavailable',
  'forbidden',
  'unauthorized',
  'html-error',
  'reset',
  'silent',
];
const onPageTokens: readonly FaultKind[] = ['expired-page-token'];
const onDeltaTokens: readonly FaultKind[] = ['expired-delta'];
const after: readonly FaultKind[] = [
  'truncated-json',
  'null-properties',
  'empty',
  'repeated-page',
  'foreign-next-link',
  'count-mismatch',
  'lost-next-link',
];

/** The answer of a fault that stands in for the real one, counted as served. */
export function faultInstead(
  faults: Faults,
  target: FaultTarget,
  trace: Trace,
  root: string,
): GraphResponse | undefined {
  const kinds = [
    ...insteadOf,
    ...(/[?&](\$|%24)skiptoken=/iu.test(target.url) ? onPageTokens : []),
    ...(/[?&](\$|%24)deltatoken=(?!latest)./iu.test(target.url) ? onDeltaTokens : []),
  ];
  const fault = faults.find(kinds, target);
  if (!fault) return undefined;
  faults.serve(fault);
  return standIn(fault, target, trace, root);
}

function standIn(fault: Fault, target: FaultTarget, trace: Trace, root: string): GraphResponse {
  const empty = { status: 200, headers: {}, body: '' };
  switch (fault.kind) {
    case 'reset':
      return { ...empty, fate: 'reset' };
    case 'silent':
      return { ...empty, fate: 'silent' };
    case 'html-error':
      return {
        status: 502,
        headers: { 'Content-Type': 'text/html' },
        body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
      };
    default:
      return errorResponse(errorOf(fault, target, root), trace);
  }
}

function errorOf(fault: Fault, target: FaultTarget, root: string): GraphError {
  const { status = 503, retryAfter, form } = fault.options;
  switch (fault.kind) {
    case 'throttle':
      return new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
        'Retry-After': String(retryAfter ?? 1.128),
      });
    case 'forbidden':
      return denied();
    case 'unauthorized':
      return invalidToken('Lifetime validation failed, the token is expired.');
    case 'expired-page-token':
      return expiredPageToken();
    case 'expired-delta':
      return form === 'syncStateNotFound'
        ? new GraphError(
            400,
            'syncStateNotFound',
            'The sync state generation is not found; a full synchronization is needed.',
          )
        : resyncRequired(root, target.url.split('?')[0] ?? '');
    default:
      return new GraphError(
        status,
        status === 500 ? 'InternalServerError' : 'ServiceUnavailable',
        'The service is unavailable.',
        {
          ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
        },
      );
  }
}

/** The answer after those faults that change one; a fault that finds nothing to change is not counted. */
export function faultsDoneTo(
  response: GraphResponse,
  faults: Faults,
  target: FaultTarget,
  url: string,
): GraphResponse {
  if (response.status !== 200 || faults.list().length === 0) return response;
  const fault = faults.find(after, target);
  if (!fault) return response;
  const changed = spoil(response, fault, url);
  if (changed) faults.serve(fault);
  return changed ?? response;
}

const nextLinkPattern = /"@odata\.nextLink":"([^"]*)",?/u;

function spoil(response: GraphResponse, fault: Fault, url: string): GraphResponse | undefined {
  const { body } = response;
  const isList = body.startsWith('{') && body.includes('"value":[');
  const link = nextLinkPattern.exec(body.slice(0, body.indexOf('"value":[')));
  switch (fault.kind) {
    case 'truncated-json':
      return { ...response, body: body.slice(0, Math.max(1, body.length >> 1)), fate: 'truncate' };
    case 'null-properties':
      return { ...response, body: JSON.stringify(withNulls(JSON.parse(body))) };
    case 'empty': {
      if (!isList) return undefined;
      const head = body.slice(0, body.indexOf('"value":['));
      return {
        ...response,
        body: `${fault.options.keepNextLink ? head : head.replace(nextLinkPattern, '')}"value":[]}`,
      };
    }
    case 'repeated-page':
      return link
        ? {
            ...response,
            body: body.replace(nextLinkPattern, () => `"@odata.nextLink":${JSON.stringify(url)},`),
          }
        : undefined;
    case 'foreign-next-link': {
      const foreign = link?.[1]?.replace(/^https:\/\/[^/]+/u, 'https://graph.example.net');
      return foreign === undefined
        ? undefined
        : { ...response, body: body.replace(nextLinkPattern, () => `"@odata.nextLink":"${foreign}",`) };
    }
    case 'lost-next-link':
      return link ? { ...response, body: body.replace(nextLinkPattern, '') } : undefined;
    case 'count-mismatch':
      return miscount(response, fault.options.by ?? 1);
    default:
      return undefined;
  }
}

function miscount(response: GraphResponse, by: number): GraphResponse | undefined {
  if (/^\d+$/u.test(response.body)) return { ...response, body: String(Number(response.body) + by) };
  const found = /"@odata\.count":(\d+)/u.exec(response.body);
  if (!found) return undefined;
  return { ...response, body: response.body.replace(found[0], `"@odata.count":${Number(found[1]) + by}`) };
}

/** Keeps ids and annotations of the listed objects (or of the one object) and sets the rest to null. */
function withNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const hide = (object: unknown): unknown =>
    typeof object !== 'object' || object === null
      ? object
      : Object.fromEntries(
          Object.entries(object).map(([name, held]) => [
            name,
            name === 'id' || name.includes('@') ? held : null,
          ]),
        );
  if ('value' in value && Array.isArray(value.value)) return { ...value, value: value.value.map(hide) };
  return hide(value);
}
