// Whether and when to send a request again: pure decisions from numbers. Sends nothing and waits for nothing.

/** What went wrong: an HTTP status, or why there was no answer that could be used. */
export type Trouble = number | 'reset' | 'timeout' | 'badAnswer';

export interface RetryQuestion {
  /** How often this request has failed, this time included: 1, 2, 3 … */
  readonly attempt: number;
  readonly status: Trouble;
  /** Milliseconds that the answer asked to wait (`parseRetryAfter`); null when it did not say. */
  readonly retryAfter: number | null;
  /** Milliseconds that the whole run has been held up by failing requests. */
  readonly elapsedMs: number;
  /** At least 0, less than 1. */
  readonly random: number;
}

export type RetryDecision = { readonly waitMs: number } | 'stop';

/** Graph docs: throttling guidance. 429, 503 and 504 pass with patience; the others rarely do. */
export const RETRY_LIMITS = {
  patientAttempts: 12,
  briefAttempts: 4,
  /** Each has cost the whole time limit of a call already. */
  timeoutAttempts: 3,
  patientBaseMs: 2000,
  briefBaseMs: 500,
  capMs: 180_000,
  /** A wait of nothing would only add to the load that the service complains about. */
  leastMs: 100,
  /** What one run may lose to failing requests before it gives up. */
  budgetMs: 10 * 60_000,
} as const;

const PATIENT: ReadonlySet<Trouble> = new Set([429, 503, 504]);
const BRIEF: ReadonlySet<Trouble> = new Set([408, 424, 500, 502, 'reset', 'timeout', 'badAnswer']);

/** True when sending the same request again may help. */
export const mayPass = (status: Trouble): boolean => PATIENT.has(status) || BRIEF.has(status);

/** True for answers that ask everybody to wait, not only the request that got it. */
export const asksAllToWait = (status: Trouble): boolean => status === 429 || status === 503;

function attemptsFor(status: Trouble): number {
  if (PATIENT.has(status)) return RETRY_LIMITS.patientAttempts;
  return status === 'timeout' ? RETRY_LIMITS.timeoutAttempts : RETRY_LIMITS.briefAttempts;
}

/** Full jitter below an exponential cap; what the service asks for is a minimum and is never cut short. */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { attempt, status, retryAfter, elapsedMs, random } = question;
  const patient = PATIENT.has(status);
  if (!mayPass(status)) return 'stop';
  if (attempt >= attemptsFor(status)) return 'stop';
  const baseMs = patient ? RETRY_LIMITS.patientBaseMs : RETRY_LIMITS.briefBaseMs;
  const jitterMs = random * Math.min(RETRY_LIMITS.capMs, baseMs * 2 ** (attempt - 1));
  // With a Retry-After only a tenth of it is jitter, so that waiting workers do not all return at once.
  const waitMs =
    retryAfter === null
      ? Math.max(RETRY_LIMITS.leastMs, jitterMs)
      : retryAfter + random * Math.max(RETRY_LIMITS.leastMs, retryAfter * 0.1);
  return elapsedMs + waitMs > RETRY_LIMITS.budgetMs ? 'stop' : { waitMs: Math.ceil(waitMs) };
}

/**
 * Milliseconds of a Retry-After header: seconds, fractions of seconds (Graph sends them) or an HTTP date (RFC 9110,
 * 10.2.3); null when there is none or it makes no sense. A date in the past is 0.
 */
export function parseRetryAfter(value: string | null | undefined, now: Date): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse alone would take "-5" for a year.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

/**
 * How long to hold back when Graph says how much of the allowance is used. `x-ms-throttle-limit-percentage` is sent
 * from 0.8 on; 1.0 is all of it (Graph docs: throttling limits).
 */
export function slowDownMs(percentage: string | null): number {
  const used = Number(percentage ?? '0');
  if (!(used >= 0.8)) return 0;
  return Math.round(200 + (Math.min(used, 1.8) - 0.8) * 4000);
}
