// Answers whether this process can do its work: whether the database, the keys of the channel and the sign-in service
// can be reached. Remembers answers for a while, so that asking often costs nobody anything.
import type { Ambient } from './ambient.ts';
import type { Config } from './config.ts';
import { toAppError } from './errors.ts';
import type { Web } from './web.ts';

/** How long an answer from outside is good for. */
const FRESH_MS = 30_000;
const TIMEOUT_MS = 5_000;

export interface HealthCheck {
  readonly name: 'database' | 'channelKeys' | 'signIn';
  readonly ok: boolean;
  readonly problem: string | null;
}

interface Options {
  readonly config: Config;
  readonly clock: Ambient['clock'];
  readonly web: Web;
  readonly pingDatabase: () => Promise<void>;
}

/** The checks of this process; calling it never throws. */
export function createHealthCheck({ config, clock, web, pingDatabase }: Options) {
  const [tenantId = 'common'] = config.allowedTenants;
  const channelKeys = remembering(clock, () => canBeFetched(web, config.channel.metadataUrl));
  const signIn = remembering(clock, () =>
    canBeFetched(web, `${config.entra.url}/${tenantId}/v2.0/.well-known/openid-configuration`),
  );
  return async (): Promise<readonly HealthCheck[]> => {
    const [database, keys, entra] = await Promise.all([problemOf(pingDatabase), channelKeys(), signIn()]);
    return [
      { name: 'database', ok: database === null, problem: database },
      { name: 'channelKeys', ok: keys === null, problem: keys },
      { name: 'signIn', ok: entra === null, problem: entra },
    ];
  };
}

async function problemOf(check: () => Promise<void>): Promise<string | null> {
  try {
    await check();
    return null;
  } catch (error) {
    return toAppError(error).message;
  }
}

async function canBeFetched(web: Web, url: string): Promise<string | null> {
  const outcome = await web.send({
    url,
    method: 'GET',
    headers: {},
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  if (outcome.kind === 'timeout') return 'No answer in time.';
  if (outcome.kind === 'broken') return `Cannot be reached (${outcome.reason}).`;
  return outcome.status === 200 ? null : `Answers with status ${outcome.status}.`;
}

/** The same check, asked at most once in a while; a problem is looked at again at once. */
function remembering(
  clock: Ambient['clock'],
  check: () => Promise<string | null>,
): () => Promise<string | null> {
  let goodUntilMs = 0;
  return async () => {
    if (clock.now().getTime() < goodUntilMs) return null;
    const problem = await check();
    if (problem === null) goodUntilMs = clock.now().getTime() + FRESH_MS;
    return problem;
  };
}
