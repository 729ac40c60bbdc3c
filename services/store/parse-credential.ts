// Credentials, and what mentions them, between documents and domain values. What is stored was written by other
// versions of Rollcall: it is parsed as strictly as anything from outside. Secrets do not pass here.
import { z } from 'zod';
import {
  CAPABILITIES,
  credentialId,
  GRANTS,
  type Account,
  type Credential,
  type CredentialHealth,
  type CredentialProblem,
} from '../directory/credential.ts';
import type { ServiceNotice } from '../directory/notice.ts';
import type { Actor } from '../directory/run.ts';
import { SIGN_IN_REFUSALS, type SignInResult } from '../directory/sign-in.ts';
import { storedTenantId } from './parse-entry.ts';

export const storedActor: z.ZodType<Actor> = z.object({ objectId: z.string(), displayName: z.string() });
export const storedGrant = z.enum(GRANTS);
export const storedKind = z.enum(['application', 'delegated']);

const account: z.ZodType<Account> = z.object({
  objectId: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
});

const problem: z.ZodType<CredentialProblem> = z.object({
  code: z.string(),
  happened: z.string(),
  remedy: z.string(),
  who: z.string(),
  correlationId: z.string().nullable(),
  at: z.date(),
});

export const healthSchema: z.ZodType<CredentialHealth> = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['untested', 'good']) }),
  z.object({ state: z.literal('warning'), problem }),
  z.object({ state: z.literal('failed'), problem, since: z.date() }),
]);

const facts = z.object({
  tenantId: storedTenantId,
  grant: storedGrant,
  kind: storedKind,
  account: account.nullable(),
  authorizedBy: storedActor,
  authorizedAt: z.date(),
  lastUsedAt: z.date().nullable(),
  lastTestedAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  expiryOf: z.enum(['clientSecret', 'certificate', 'idleRefreshToken', 'signInFrequency']).nullable(),
  signInPeriodMs: z.number().positive().nullable().default(null),
  health: healthSchema,
});

/** A document of the collection; where it stands in its order is known to who read all of them. */
export const storedCredential = facts
  .extend({ _id: credentialId })
  .transform(({ _id, ...rest }) => ({ id: _id, ...rest }));

/** A credential as it was when somebody was told of it. */
const toldCredential: z.ZodType<Credential> = facts.extend({ id: credentialId, position: z.number() });

export const storedSignInResult: z.ZodType<SignInResult> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connected'), credential: toldCredential, becameOwner: z.boolean() }),
  z.object({ kind: z.literal('consented') }),
  z.object({ kind: z.literal('refused'), reason: z.enum(SIGN_IN_REFUSALS), problem }),
  z.object({ kind: z.literal('failed'), problem }),
]);

const takeover = z.object({
  capability: z.enum(CAPABILITIES),
  carriesOn: toldCredential.nullable(),
  wasReading: z.boolean(),
});
const base = { key: z.string(), tenantId: storedTenantId, people: z.array(z.string()) };
export const storedNotice: z.ZodType<ServiceNotice> = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    ...{ kind: z.enum(['failedOver', 'lastFailed']), failed: toldCredential, takeovers: z.array(takeover) },
  }),
  z.object({
    ...base,
    ...{ kind: z.literal('recovered'), how: z.enum(['works', 'removed']) },
    ...{ credential: toldCredential, grants: z.array(storedGrant) },
  }),
  z.object({ ...base, kind: z.literal('expiring'), credential: toldCredential, daysLeft: z.number() }),
]);
