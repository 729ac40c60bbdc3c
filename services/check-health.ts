// Answers whether this process can do its work: whether the database, the keys of the channel and the sign-in service
// can be reached, and whether what is kept can be decrypted. Remembers answers for a while, so that asking often costs nobody anything.
import type { Ambient } from './ambient.ts';
import type { Config } from './config.ts';
import { toAppError } from './errors.ts';
import type { Web } from './web.ts';

/** How long an answer from outside is good for. */
const FRESH_MS = 30_000;
const TIMEOUT_MS = 5_000;

export interface HealthCheck {
  readonly name: 'database' | 'channelKeys' | 'signIn' | 'tokenKeys';
  readonly ok: boolean;
  readonly problem: string | null;
}

interface Options {
  readonly config: Config;
  readonly clock: Ambient['clock'];
  readonly web: Web;
  readonly pingDatabase: () => Promise<void>;
  /** What is wrong with the keys of kept credentials; null when nothing is. */
  readonly checkKeys: () => Promise<string | null>;
}

/** The checks of this process; calling it never throws. */
export function createHealthCheck({ config, clock, web, pingDatabase, checkKeys }: Options) {
  const [tenantId = 'common'] = config.allowedTenants;
  const channelKeys = remembering(clock, () => canBeFetched(web, config.channel.metadataUrl));
  const signIn = remembering(clock, () =>
    canBeFetched(web, `${config.entra.url}/${tenantId}/v2.0/.well-known/openid-configuration`),
  );
  const tokenKeys = remembering(clock, () => textOf(checkKeys));
  return async (): Promise<readonly HealthCheck[]> => {
    const ping = async () => {
      await pingDatabase();
      return null;
    };
    const [database, keys, entra] = await Promise.all([textOf(ping), channelKeys(), signIn()]);
    // While the database is away nothing can be said of the keys.
    const ring = database === null ? await tokenKeys() : null;
    return [
      { name: 'database', ok: database === null, problem: database },
      { name: 'channelKeys', ok: keys === null, problem: keys },
      { name: 'signIn', ok: entra === null, problem: entra },
      { name: 'tokenKeys', ok: ring === null, problem: ring },
    ];
  };
}

/** What a check says, or why it could not say anything. */
async function textOf(check: () => Promise<string | null>): Promise<string | null> {
  try {
    return await check();
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
