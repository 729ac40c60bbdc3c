// What MSAL uses to reach the sign-in service: our connections with a time limit, to known addresses only. Keeps
// everything that is no proper answer away from MSAL, which would believe it. Decides no retries.
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { z } from 'zod';
import { CLOUD_ADDRESSES } from '../clouds.ts';
import type { Web } from '../web.ts';

const CALL_TIMEOUT_MS = 20_000;

/** Hosts whose addresses MSAL knows by itself. The last is the second sign-in host of China (Entra docs: national clouds). */
const MICROSOFT_ORIGINS: ReadonlySet<string> = new Set([
  ...Object.values(CLOUD_ADDRESSES).map((cloud) => cloud.entraUrl),
  'https://login.partner.microsoftonline.cn',
]);

/** MSAL asks for a list of hosts, with port, that it may trust although they are not Microsoft's. */
export const knownAuthorities = (entraUrl: string): string[] =>
  MICROSOFT_ORIGINS.has(entraUrl) ? [] : [new URL(entraUrl).host];

export interface SignInNetwork {
  readonly network: INetworkModule;
  /** Why the last call gave no proper answer; null when it did. MSAL loses the cause, this keeps it. */
  lastProblem(): string | null;
  /** What Microsoft said when the last call was a refusal; null when it was not. */
  lastRefusal(): Refusal | null;
}

export interface Refusal {
  readonly aadsts: number | undefined;
  readonly correlationId: string | undefined;
  /** How long a sign-in is good for by the rule that refused it, in milliseconds. */
  readonly lifetimeMs: number | undefined;
}

/** Entra docs: error codes, handling error responses. */
const refusalSchema = z.object({
  error_codes: z.array(z.int().positive()).catch([]),
  correlation_id: z.string().optional().catch(undefined),
  error_description: z.string().catch(''),
});

/** In seconds. It stands in no field, and is a hint for a date at most: no decision hangs on the text. */
const LIFETIME = /maximum allowed lifetime for this request is ([1-9]\d{0,8})\b/;

/** A network for one sign-in service. Refuses every other origin: discovery must not lead the secret elsewhere. */
export function createSignInNetwork(entraUrl: string, web: Web): SignInNetwork {
  let problem: string | null = null;
  let refusal: Refusal | null = null;
  const fail = (what: string): never => {
    problem = what;
    throw new Error(what);
  };

  async function call<T>(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions | undefined,
  ): Promise<NetworkResponse<T>> {
    problem = null;
    refusal = null;
    const { origin } = new URL(url);
    const ours = origin === entraUrl || (MICROSOFT_ORIGINS.has(entraUrl) && MICROSOFT_ORIGINS.has(origin));
    if (!ours) return fail('foreignAddress');
    const outcome = await web.send({
      method,
      url,
      headers: { ...options?.headers },
      ...(options?.body === undefined ? {} : { body: options.body }),
      timeoutMs: CALL_TIMEOUT_MS,
      signal: new AbortController().signal,
    });
    if (outcome.kind === 'timeout') return fail('timeout');
    if (outcome.kind === 'broken') return fail(outcome.reason);
    // MSAL would keep a 429 or 5xx for a minute and answer the next calls with it, and takes `{}` for a token.
    if (outcome.status === 429 || outcome.status === 408 || outcome.status >= 500)
      return fail(`status${outcome.status}`);
    const body = parseBody<T>(outcome.body);
    if (body === undefined) return fail('notJson');
    // A refusal of Microsoft names its error in a word; what stands between here and there answers otherwise.
    if (outcome.status >= 400 && !isRefusal(body)) return fail(`status${outcome.status}`);
    if (outcome.status >= 400) refusal = readRefusal(body);
    return { status: outcome.status, headers: outcome.headers, body };
  }

  return {
    network: {
      sendGetRequestAsync: (url, options) => call('GET', url, options),
      sendPostRequestAsync: (url, options) => call('POST', url, options),
    },
    lastProblem: () => problem,
    lastRefusal: () => refusal,
  };
}

const isRefusal = (body: unknown): boolean => z.object({ error: z.string() }).safeParse(body).success;

function readRefusal(body: unknown): Refusal | null {
  const parsed = refusalSchema.safeParse(body).data;
  if (!parsed) return null;
  const [, seconds] = LIFETIME.exec(parsed.error_description) ?? [];
  return {
    ...{ aadsts: parsed.error_codes[0], correlationId: parsed.correlation_id },
    lifetimeMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** The body as an object; MSAL chooses T and reads the object field by field. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- MSAL's interface asks for it.
function parseBody<T>(text: string): T | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- MSAL's interface names a type that only MSAL can check.
    const body: T = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
