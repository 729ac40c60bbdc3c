// Tests a kept credential by real, small reads with a fresh sign-in, and notes what was found. Trouble that passes by
// itself changes nothing. When to test is not decided here.
import type { Clock } from '../ambient.ts';
import type { Credential } from '../directory/credential.ts';
import type { CredentialStore } from '../directory/credential-store.ts';
import type { Log } from '../log.ts';
import { accountKey, hasFailed, isForGood } from './candidates.ts';
import type { CredentialTokens } from './credential-tokens.ts';
import type { HealthKeeper } from './health.ts';
import { validate, type Probe } from './validate.ts';

export interface CredentialTester {
  /** The credential as it stands afterwards; null when it is gone. Throws `database-…`. */
  test(credential: Credential): Promise<Credential | null>;
  /** With the other failed credentials of the same account: they are repaired together. */
  testWithSiblings(credential: Credential): Promise<Credential | null>;
}

interface Options {
  readonly credentials: Pick<CredentialStore, 'get' | 'list'>;
  readonly tokens: CredentialTokens;
  readonly health: Pick<HealthKeeper, 'record' | 'recordFailure'>;
  readonly probeFor: (credential: Credential) => Probe;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longer than the patience of the requests in it. */
const TEST_TIMEOUT_MS = 120_000;

/** The tester of this process. */
export function createCredentialTester(options: Options): CredentialTester {
  const { credentials, tokens, health, clock, log } = options;

  async function test(credential: Credential): Promise<Credential | null> {
    const signal = AbortSignal.timeout(TEST_TIMEOUT_MS);
    tokens.invalidate(credential);
    try {
      const roleTemplateIds = await tokens.roleTemplateIds(credential, signal);
      const candidate = { grant: credential.grant, kind: credential.kind, roleTemplateIds };
      const finding = await validate(candidate, options.probeFor(credential), clock.now(), signal);
      return await health.record(credential, finding, 'test');
    } catch (error) {
      log.warn('credential.test-failed', { credentialId: credential.id, grant: credential.grant }, error);
      if (isForGood(error)) await health.recordFailure(credential, error, 'test');
      return await credentials.get(credential.tenantId, credential.id);
    }
  }

  return {
    test,
    testWithSiblings: async (credential) => {
      if (!hasFailed(credential)) return test(credential);
      const all = await credentials.list(credential.tenantId);
      const together = all.filter(
        (other) => hasFailed(other) && accountKey(other) === accountKey(credential),
      );
      // The first that failed comes last: with it the incident is over, and it gave the incident its name.
      for (const sibling of together.sort(newestFailureFirst)) await test(sibling);
      return credentials.get(credential.tenantId, credential.id);
    },
  };
}

const newestFailureFirst = (one: Credential, other: Credential): number => sinceOf(other) - sinceOf(one);
const sinceOf = ({ health }: Credential): number => (health.state === 'failed' ? health.since.getTime() : 0);
