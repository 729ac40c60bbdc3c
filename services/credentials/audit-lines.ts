// What the audit trail says of credentials: of their tests, of failures and who carried on, and of recoveries. Words for
// people are the bot's. Pure.
import type { AuditEnd, AuditLine, AuditTrail } from '../audit-trail.ts';
import type { Credential } from '../directory/credential.ts';
import type { Actor } from '../directory/run.ts';
import type { PendingSignIn, SignInResult } from '../directory/sign-in.ts';
import { accountKey, capabilitiesOf } from './candidates.ts';
import type { Incident } from './incident.ts';

type Recorded = Parameters<AuditTrail['recordAudit']>[0];

/** Something that is done to a credential; without an actor it came round by the clock. */
export const lineOf = (
  credential: Credential,
  action: string,
  actor: Actor | null,
  conversationId: string | null,
): AuditLine => ({
  ...{ tenantId: credential.tenantId, actor, action, conversationId },
  target: `${credential.grant}/${accountKey(credential)}`,
});

/** How a test ended. One that Microsoft did not answer, or that only the operator can make possible, was none. */
export function testEnd(credential: Credential, tested: Credential | null): AuditEnd {
  const before = credential.health.state;
  if (tested === null) return { before, after: null, result: 'failed' };
  const took =
    tested.lastTestedAt !== null && tested.lastTestedAt.getTime() !== credential.lastTestedAt?.getTime();
  if (!took) return { before, after: 'not-finished', result: 'failed' };
  const after = tested.health.state;
  return { before, after, result: after === 'failed' ? 'failed' : 'done' };
}

/**
 * A failure, and who carried on. The same lines whenever it is told again: their ids are those of the credential and of
 * the time of its failure.
 */
export function failureLines(failed: Credential, { takeovers }: Incident): readonly Recorded[] {
  if (failed.health.state !== 'failed') return [];
  const { since, problem } = failed.health;
  const idOf = (what: string) => `${failed.id}-${since.getTime()}-${what}`;
  const capabilities = capabilitiesOf(failed);
  const first: Recorded = {
    ...{ ...lineOf(failed, 'credential.failed', null, null), id: idOf('f') },
    ...{ before: null, after: problem.code, result: 'failed' },
  };
  const successions = takeovers
    .filter(({ capability, wasReading }) => wasReading && capabilities.includes(capability))
    .map(({ capability, carriesOn }): Recorded => ({
      ...{ ...lineOf(failed, 'credential.failed-over', null, null), id: idOf(capability) },
      ...{ target: capability, before: accountKey(failed) },
      ...{ after: carriesOn && accountKey(carriesOn), result: carriesOn ? 'done' : 'failed' },
    }));
  return [first, ...successions];
}

/** A recovery; `incident` is the time of the failure that is over. */
export const recoveryLine = (credential: Credential, incident: Date): Recorded => ({
  ...{
    ...lineOf(credential, 'credential.recovered', null, null),
    id: `${credential.id}-${incident.getTime()}-r`,
  },
  ...{ before: 'failed', after: credential.health.state, result: 'done' },
});

/** Something that a sign-in at Microsoft does. Its line has the id of the sign-in. */
export const signInLine = ({
  tenantId,
  actor,
  conversationId,
  grant,
  purpose,
}: Pick<PendingSignIn, 'tenantId' | 'actor' | 'conversationId' | 'grant' | 'purpose'>) => ({
  ...{ tenantId, actor, conversationId, target: grant },
  action: purpose === 'consent' ? 'consent.granted' : 'credential.authorized',
});

/** What was wrong; null for nothing. */
export const problemCode = (result: SignInResult): string | null =>
  'problem' in result ? result.problem.code : null;

/** How a sign-in ended. */
export const signInEnd = (result: SignInResult): AuditEnd => ({
  after: result.kind === 'connected' ? result.credential.health.state : problemCode(result),
  result: 'problem' in result ? result.kind : 'done',
});
