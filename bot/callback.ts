// What happens when a browser comes back from Microsoft's sign-in: the services finish it, and the page says how it
// ended. Knows no HTTP beyond the query.
import { toAppError, type Clock, type Log, type Services } from '../services/index.ts';
import {
  describeResult,
  NOTHING_TO_DO,
  RESTARTING,
  SOMETHING_WRONG,
  STILL_CHECKING,
  type CallbackPage,
} from './callback-page.ts';

/** Nobody looks at an empty page for longer; the card in Teams shows the result. */
const PAGE_WITHIN_MS = 10_000;
/** Codes of Microsoft have some 1,500 characters. */
const LONGEST_QUERY = 12_000;

export interface CallbackParts {
  readonly services: Pick<Services, 'finishSignIn'>;
  readonly clock: Clock;
  readonly isStopping: () => boolean;
  /** Called when a sign-in has come further, so that its card changes at once. */
  readonly onNews: () => void;
  readonly log: Log;
}

export interface CallbackAnswer {
  readonly status: 200 | 400 | 503;
  readonly page: CallbackPage;
}

/** `query` is the raw text behind the `?`; nothing of it is logged. Never rejects. */
export type AnswerCallback = (query: string) => Promise<CallbackAnswer>;

export function createCallback(parts: CallbackParts): AnswerCallback {
  return async (query) => {
    const parameters = parseQuery(query);
    if (parameters === null) return { status: 400, page: NOTHING_TO_DO };
    if (parameters.state === undefined) return { status: 200, page: NOTHING_TO_DO };
    if (parts.isStopping()) return { status: 503, page: RESTARTING };
    return finish(parts, parameters);
  };
}

async function finish(
  { services, clock, onNews, log }: CallbackParts,
  parameters: Readonly<Record<string, string>>,
): Promise<CallbackAnswer> {
  const finished = services.finishSignIn(parameters).then(
    (result): CallbackAnswer => {
      log.info('sign-in-finished', {
        result: result.kind,
        ...(result.kind === 'refused' ? { reason: result.reason } : {}),
      });
      return { status: 200, page: result.kind === 'checking' ? STILL_CHECKING : describeResult(result) };
    },
    (error: unknown): CallbackAnswer => {
      const known = toAppError(error);
      log.error('sign-in-not-finished', { code: known.code }, known);
      return known.kind === 'transient'
        ? { status: 503, page: RESTARTING }
        : { status: 503, page: SOMETHING_WRONG };
    },
  );
  void finished.then(onNews);
  const late = new AbortController();
  const waited = clock.sleep(PAGE_WITHIN_MS, late.signal).catch(() => undefined);
  const first = await Promise.race([finished, waited]);
  late.abort();
  return first ?? { status: 200, page: STILL_CHECKING };
}

/** Null for what no sign-in sends: too long, or a name twice. */
function parseQuery(query: string): Readonly<Record<string, string>> | null {
  if (query.length > LONGEST_QUERY) return null;
  const parameters = [...new URLSearchParams(query)];
  const names = new Set(parameters.map(([name]) => name));
  return names.size === parameters.length ? Object.fromEntries(parameters) : null;
}
