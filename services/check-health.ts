// Answers whether this process can do its work: whether the database, the keys of the channel and the sign-in service
// can be reached, and whether what is kept can be decrypted. Answers soon whatever happens, and remembers answers for a
// while, so that asking often costs nobody anything.
import type { Ambient } from './ambient.ts';
import type { Config } from './config.ts';
import { toAppError } from './errors.ts';
import type { Web } from './web.ts';

/** How long an answer from outside is good for. */
const FRESH_MS = 30_000;
/** How long the database's answer, and any problem, is good for: probes of one moment share it. */
const SHARED_MS = 1_000;
/** What a load balancer waits for at most is 2 s. */
const ANSWER_WITHIN_MS = 1_500;
const TIMEOUT_MS = 5_000;
const NO_ANSWER = 'No answer in time.';

export interface HealthCheck {
  readonly name: 'database' | 'channelKeys' | 'signIn' | 'tokenKeys';
  /** Whether work can go on. With a problem all the same: a part of it cannot. */
  readonly ok: boolean;
  readonly problem: string | null;
}

/** What is wrong with the keys of kept credentials. */
export interface KeyProblem {
  readonly text: string;
  /** Whether none of them opens anything. */
  readonly total: boolean;
}

interface Options {
  readonly config: Pick<Config, 'allowedTenants' | 'channel' | 'entra'>;
  readonly clock: Ambient['clock'];
  readonly web: Web;
  readonly pingDatabase: () => Promise<void>;
  /** Null when nothing is wrong. */
  readonly checkKeys: () => Promise<KeyProblem | null>;
}

/** The checks of this process; calling it never throws and takes at most a second and a half. */
export function createHealthCheck({ config, clock, web, pingDatabase, checkKeys }: Options) {
  const [tenantId = 'common'] = config.allowedTenants;
  const metadata = `${config.entra.url}/${tenantId}/v2.0/.well-known/openid-configuration`;
  const checkDatabase = shared(clock, SHARED_MS, () => pingDatabase().then(() => null));
  const checkChannel = shared(clock, FRESH_MS, () => canBeFetched(web, config.channel.metadataUrl));
  const checkSignIn = shared(clock, FRESH_MS, () => canBeFetched(web, metadata));
  let anyKeyOpens = true;
  const checkRing = shared(clock, FRESH_MS, async () => {
    const problem = await checkKeys();
    anyKeyOpens = problem?.total !== true;
    return problem?.text ?? null;
  });
  return async (): Promise<readonly HealthCheck[]> => {
    const [database, channel, signIn, ring] = await Promise.all([
      checkDatabase(),
      checkChannel(),
      checkSignIn(),
      checkRing(),
    ]);
    // While the database is away nothing can be said of the keys.
    const keys = database === null ? ring : null;
    return [
      { name: 'database', ok: database === null, problem: database },
      { name: 'channelKeys', ok: channel === null, problem: channel },
      { name: 'signIn', ok: signIn === null, problem: signIn },
      // The other accounts are read as ever, and only this process can tell people of the one that cannot be.
      { name: 'tokenKeys', ok: keys === null || anyKeyOpens, problem: keys },
    ];
  };
}

type Problem = string | null;

/** The check for everybody who asks at one time: asked once, waited for by each for a bounded time. */
function shared(
  clock: Ambient['clock'],
  freshMs: number,
  check: () => Promise<Problem>,
): () => Promise<Problem> {
  let known: { readonly problem: Problem; readonly untilMs: number } | null = null;
  let underWay: Promise<Problem> | null = null;
  const ask = async (): Promise<Problem> => {
    const problem = await problemOf(check);
    const goodForMs = problem === null ? freshMs : SHARED_MS;
    known = { problem, untilMs: clock.now().getTime() + goodForMs };
    underWay = null;
    return problem;
  };
  return async () => {
    if (known !== null && clock.now().getTime() < known.untilMs) return known.problem;
    underWay ??= ask();
    const waited = new AbortController();
    const late = clock.sleep(ANSWER_WITHIN_MS, waited.signal).then(
      () => NO_ANSWER,
      () => NO_ANSWER,
    );
    const problem = await Promise.race([underWay, late]);
    waited.abort();
    return problem;
  };
}

async function problemOf(check: () => Promise<Problem>): Promise<Problem> {
  try {
    return await check();
  } catch (error) {
    return toAppError(error).message;
  }
}

async function canBeFetched(web: Web, url: string): Promise<Problem> {
  const outcome = await web.send({
    url,
    method: 'GET',
    headers: {},
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  if (outcome.kind === 'timeout') return NO_ANSWER;
  if (outcome.kind === 'broken') return `Cannot be reached (${outcome.reason}).`;
  return outcome.status === 200 ? null : `Answers with status ${outcome.status}.`;
}
