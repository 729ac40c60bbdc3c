// Faults on demand: a list of what is to go wrong, matched against each request and counted. How a fault looks
// to a reader is decided in graph/fault-responses.ts.
import { z } from 'zod';

/** Every kind with what it does, in a sentence; the admin page shows these. */
export const faultKinds = {
  throttle: 'Answers 429 with a fractional Retry-After.',
  unavailable: 'Answers 503 (or options.status: 500, 502, 504).',
  'truncated-json': 'Sends half of the body and ends the connection cleanly.',
  'expired-page-token': 'Answers 400 Directory_ExpiredPageToken to the next page token.',
  'null-properties': 'Answers 200, but every property except the id is null, as a missing permission does.',
  forbidden: 'Answers 403 Authorization_RequestDenied.',
  slow: 'Waits options.ms (2000) before the answer.',
  reset: 'Breaks the connection.',
  empty: 'Answers 200 with an empty list and no next page (options.keepNextLink keeps it).',
  'html-error': 'Answers 502 with an HTML page, as a gateway does.',
  'repeated-page': 'The next link leads to the same page again.',
  'foreign-next-link': 'The next link leads to another host.',
  'expired-delta': 'Answers 410 resyncRequired with Location (options.form "syncStateNotFound": 400).',
  'count-mismatch': 'The count is wrong by options.by (1).',
  'lost-next-link': 'The next link is missing, so that the list seems complete.',
  unauthorized: 'Answers 401 InvalidAuthenticationToken.',
  silent: 'Never answers.',
  'sign-in-error': 'The token endpoint answers with AADSTS options.code (7000222).',
  'foreign-tenant': 'The id token of the next sign-in names another tenant.',
  'wrong-nonce': 'The id token of the next sign-in carries another nonce.',
  'empty-token': 'The token endpoint answers 200 with an empty access token.',
  'no-refresh-token': 'The token endpoint leaves the refresh token out.',
} as const;

export type FaultKind = keyof typeof faultKinds;

const kindNames = z.enum(
  // Object.keys forgets the names; the table above is the one place that has them.
  Object.keys(faultKinds) as [FaultKind, ...FaultKind[]],
);

/** What `POST /faults` takes. `times` 0 means until removed. */
export const newFault = z.object({
  kind: kindNames,
  match: z
    .object({
      path: regularExpression().optional(),
      page: z.number().int().optional(),
      method: z.string().optional(),
    })
    .default({}),
  times: z.number().int().nonnegative().default(1),
  options: z
    .object({
      status: z.number().int().optional(),
      ms: z.number().nonnegative().optional(),
      retryAfter: z.union([z.number(), z.string()]).optional(),
      form: z.string().optional(),
      by: z.number().optional(),
      code: z.number().int().optional(),
      keepNextLink: z.boolean().optional(),
    })
    .default({}),
});

export type NewFault = z.infer<typeof newFault>;

export interface Fault extends NewFault {
  readonly id: string;
  /** How often it will still be served; null is without end. */
  remaining: number | null;
  served: number;
}

/** What a fault is matched against. */
export interface FaultTarget {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** Number of the page that is asked for, from 1. */
  readonly page: number;
}

export interface Faults {
  list(): readonly Fault[];
  add(fault: NewFault): Fault;
  remove(id: string): boolean;
  clear(): void;
  /** The first live fault of these kinds that matches. It is not counted before `serve`. */
  find(kinds: readonly FaultKind[], target: FaultTarget): Fault | undefined;
  serve(fault: Fault): void;
}

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let nextId = 1;
  return {
    list: () => faults,
    add(given) {
      const fault = {
        ...given,
        id: String(nextId),
        remaining: given.times === 0 ? null : given.times,
        served: 0,
      };
      nextId += 1;
      faults.push(fault);
      return fault;
    },
    remove(id) {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    find: (kinds, target) =>
      faults.find((fault) => fault.remaining !== 0 && kinds.includes(fault.kind) && matches(fault, target)),
    serve(fault) {
      fault.served += 1;
      if (fault.remaining !== null) fault.remaining -= 1;
    },
  };
}

function matches(fault: Fault, target: FaultTarget): boolean {
  const { path, page, method } = fault.match;
  if (method !== undefined && method.toUpperCase() !== target.method) return false;
  if (page !== undefined && page !== target.page) return false;
  return path === undefined || new RegExp(path, 'u').test(target.url);
}

function regularExpression(): z.ZodString {
  return z.string().refine((text) => {
    try {
      return Boolean(new RegExp(text, 'u'));
    } catch {
      return false;
    }
  }, 'Expected a regular expression');
}
