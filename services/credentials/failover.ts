// The credentials of one run: gives each request the first credential that works, and lets the next carry on when
// Microsoft refuses one for good. What fails for a while changes nothing here. Reads nothing itself.
import {
  CAPABILITIES,
  type Capability,
  type Credential,
  type CredentialId,
} from '../directory/credential.ts';
import type { CredentialStore } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { RunTakeover } from '../directory/run.ts';
import type { Clock } from '../ambient.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  candidatesFor,
  capabilitiesOf,
  hasFailed,
  isForGood,
  isOperatorTrouble,
  isOwnProofTrouble,
} from './candidates.ts';
import type { CredentialTokens } from './credential-tokens.ts';
import type { HealthKeeper } from './health.ts';
import { describeFailure } from './problems.ts';

/** The tokens of one capability, as `GraphHttp` wants them. */
export interface CapabilityTokens {
  /**
   * Throws `not-connected` (nobody ever authorized), `sign-in-failed` (nobody is left), `token-key-unknown`,
   * `secret-unreadable`, `bad-settings` and `sign-in-failed` without a `reason` of ours (only the operator can help: a
   * key is missing, or the app's own proof is wrong), and what passes by itself.
   */
  accessToken(tenantId: TenantId, signal: AbortSignal): Promise<string>;
  invalidate(tenantId: TenantId, accessToken?: string): void;
  /** Whose token it is; empty for one that is not of this run. */
  ownerOf(accessToken: string): string;
  /** Microsoft answered with this token: its credential is used. */
  accepted(accessToken: string): Promise<void>;
  /**
   * Graph refused this token for good. True: ask again with the next credential. False: the refusal stands, and is the
   * reader's to interpret. Throws `sign-in-failed` when nobody is left.
   */
  reject(accessToken: string, error: AppError): Promise<boolean>;
}

export interface RunCredentials {
  readonly tokens: Readonly<Record<Capability, CapabilityTokens>>;
  /** Whether anybody ever authorized this. */
  readonly isConnected: (capability: Capability) => Promise<boolean>;
  /** The accounts that failed in this run, and who read on. Throws `database-…`. */
  readonly takeovers: () => Promise<readonly RunTakeover[]>;
}

interface Options {
  readonly tenantId: TenantId;
  readonly credentials: Pick<CredentialStore, 'list' | 'recordUse'>;
  readonly tokens: CredentialTokens;
  readonly health: Pick<HealthKeeper, 'recordFailure'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** The credentials for one run, as they stand at its first request. */
export function openRunCredentials(options: Options): RunCredentials {
  const { tenantId, credentials, tokens, health, clock, log } = options;
  let listed: Promise<readonly Credential[]> | null = null;
  const failed = new Map<CredentialId, unknown>();
  const noting = new Set<Promise<void>>();
  const used = new Set<CredentialId>();
  /** Who a token belongs to: an answer may come when another credential has taken over already. */
  const owners = new Map<string, Credential>();

  const list = (): Promise<readonly Credential[]> => {
    listed ??= credentials.list(tenantId).catch((error: unknown) => {
      listed = null;
      throw error;
    });
    return listed;
  };

  const candidates = async (capability: Capability): Promise<readonly Credential[]> =>
    candidatesFor(capability, await list());

  /** What is kept as failed may work again by now: before the run fails, each is tried once. */
  const usable = async (capability: Capability): Promise<Credential | undefined> => {
    const left = (await candidates(capability)).filter(({ id }) => !failed.has(id));
    return left.find((candidate) => !hasFailed(candidate)) ?? left[0];
  };

  /** Each credential is given up once, whoever hears of it first. */
  async function giveUp(credential: Credential, error: unknown): Promise<void> {
    if (failed.has(credential.id)) return;
    logGivenUp(credential, error);
    failed.set(credential.id, error);
    const noted = health.recordFailure(credential, error, 'use');
    noting.add(noted);
    await noted;
  }

  /** The app's own proof is the same for every account: one line says it for all of them. */
  function logGivenUp({ id: credentialId, grant }: Credential, error: unknown): void {
    if (!isOwnProofTrouble(error)) log.warn('credential.gave-up', { credentialId, grant }, error);
    else if (![...failed.values()].some(isOwnProofTrouble)) log.error('app-proof.refused', {}, error);
  }

  async function nobodyLeft(capability: Capability): Promise<AppError> {
    // Another request may have given up the last one just now: the run must not end before that is kept.
    await Promise.all(noting);
    const all = await candidates(capability);
    if (all.length === 0) return new AppError('not-connected', { capability });
    // The accounts may be as good as ever: who reads this must not go and repair them.
    const closed = all.map(({ id }) => failed.get(id)).find((error) => error && isOperatorTrouble(error));
    if (closed !== undefined) {
      const { code, details } = toAppError(closed);
      return new AppError(code, { ...details, capability }, closed);
    }
    const last = [...all].reverse().find(({ id }) => failed.has(id));
    const error = last ? toAppError(failed.get(last.id)) : undefined;
    const health = all.map((one) => one.health).find((one) => one.state === 'failed');
    const problem = health?.state === 'failed' ? health.problem : undefined;
    const { happened = problem?.happened, remedy = problem?.remedy } = error?.details ?? {};
    return new AppError(
      'sign-in-failed',
      { ...error?.details, capability, reason: 'noCredentialLeft', happened, remedy },
      error,
    );
  }

  async function noteUse(credential: Credential): Promise<void> {
    if (used.has(credential.id)) return;
    used.add(credential.id);
    log.info('credential.used', { credentialId: credential.id, grant: credential.grant });
    await credentials.recordUse(tenantId, credential.id, clock.now()).catch((error: unknown) => {
      log.warn('credential.use-not-noted', { credentialId: credential.id }, error);
    });
  }

  async function accessToken(capability: Capability, signal: AbortSignal): Promise<string> {
    for (;;) {
      const credential = await usable(capability);
      if (!credential) throw await nobodyLeft(capability);
      try {
        const token = await tokens.accessToken(credential, signal);
        owners.set(token, credential);
        return token;
      } catch (error) {
        signal.throwIfAborted();
        if (!isForGood(error)) throw error;
        await giveUp(credential, error);
      }
    }
  }

  async function reject(capability: Capability, token: string, error: AppError): Promise<boolean> {
    const owner = owners.get(token);
    if (!owner) return false;
    // Somebody else's or everybody's credential may well be without this one permission; it reads the rest.
    if (capability === 'domains' && owner.grant !== 'domains' && error.code === 'graph-forbidden')
      return false;
    await giveUp(owner, error);
    if (await usable(capability)) return true;
    throw await nobodyLeft(capability);
  }

  const tokensFor = (capability: Capability): CapabilityTokens => ({
    accessToken: (_, signal) => accessToken(capability, signal),
    invalidate: (_, token) => {
      const owner = token === undefined ? undefined : owners.get(token);
      if (owner) tokens.invalidate(owner);
    },
    ownerOf: (token) => owners.get(token)?.id ?? '',
    accepted: async (token) => {
      const owner = owners.get(token);
      if (owner) await noteUse(owner);
    },
    reject: (token, error) => reject(capability, token, error),
  });

  async function takeoversOf(capability: Capability): Promise<RunTakeover[]> {
    const all = await candidates(capability);
    const carriesOn = (await usable(capability)) ?? null;
    const before = carriesOn === null ? all : all.slice(0, all.indexOf(carriesOn));
    return before
      .filter((one) => failed.has(one.id) && capabilitiesOf(one).includes(capability))
      .map(({ id, account }) => {
        const { happened, remedy, who } = describeFailure(failed.get(id), clock.now(), []);
        return {
          ...{ capability, failed: account, problem: { happened, remedy, who } },
          carriesOn: carriesOn && { account: carriesOn.account },
        };
      });
  }

  return {
    tokens: { users: tokensFor('users'), groups: tokensFor('groups'), domains: tokensFor('domains') },
    isConnected: async (capability) => (await candidates(capability)).length > 0,
    takeovers: async () =>
      failed.size === 0 ? [] : (await Promise.all(CAPABILITIES.map(takeoversOf))).flat(),
  };
}
