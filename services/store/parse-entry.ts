// Users and groups between documents and domain values: parsers on the way in, builders on the way out.
import { z } from 'zod';
import type { GroupState } from '../directory/group.ts';
import type { EntryId, ObjectId, RunId, TenantId } from '../directory/ids.ts';
import type { Reason } from '../directory/reason.ts';
import type { Status, UserState } from '../directory/user.ts';

/** What is common to a stored user and a stored group. */
export interface EntryDocument<Facts> {
  _id: EntryId;
  tenantId: TenantId;
  objectId: ObjectId;
  revision: number;
  fingerprint: string;
  status: Status;
  reasons: readonly Reason[];
  facts: Facts;
  /** See search-key.ts. */
  search: string;
  createdAt: Date;
  changedAt: Date;
  inactiveSince: Date | null;
  /** When the reason `deleted` came; null without it. */
  leftAt: Date | null;
  /** The run that wrote it last. */
  changedBy: RunId;
}

// Ids were normalised before they were stored: here only their type is given back.
export const storedObjectId = z.string().brand<'ObjectId'>();
export const storedEntryId = z.string().brand<'EntryId'>();
export const storedRunId = z.string().brand<'RunId'>();
export const storedTenantId = z.string().brand<'TenantId'>();

const status = z.enum(['active', 'inactive']);

const reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('disabled') }),
  z.object({ kind: z.literal('deleted') }),
  z.object({ kind: z.literal('domainNotIncluded'), domain: z.string() }),
  z.object({ kind: z.literal('guest') }),
  z.object({
    kind: z.literal('memberOfDeniedGroup'),
    groupId: storedObjectId,
    path: z.array(storedObjectId),
  }),
  z.object({ kind: z.literal('memberOfNoAllowedGroup') }),
  z.object({ kind: z.literal('noMail') }),
  z.object({ kind: z.literal('prefixNotIncluded') }),
]);

const userFacts = z.object({
  userPrincipalName: z.string(),
  displayName: z.string().nullable(),
  givenName: z.string().nullable(),
  surname: z.string().nullable(),
  mail: z.string().nullable(),
  accountEnabled: z.boolean(),
  userType: z.enum(['Member', 'Guest']),
});

const groupFacts = z.object({
  displayName: z.string(),
  description: z.string().nullable(),
  mail: z.string().nullable(),
  kind: z.enum(['microsoft365', 'security', 'mailEnabledSecurity', 'distribution']),
  dynamic: z.boolean(),
  hiddenMembership: z.boolean(),
});

export const userState: z.ZodType<UserState> = z.object({
  status,
  reasons: z.array(reason),
  facts: userFacts,
});
export const groupState: z.ZodType<GroupState> = z.object({
  status,
  reasons: z.array(reason),
  facts: groupFacts,
});

const kept = {
  _id: storedEntryId,
  objectId: storedObjectId,
  revision: z.number(),
  status,
};
const whole = {
  ...kept,
  reasons: z.array(reason),
  createdAt: z.date(),
  changedAt: z.date(),
  inactiveSince: z.date().nullable(),
};

export const storedSummary = z
  .object({ ...kept, fingerprint: z.string(), leftAt: z.date().nullable() })
  .transform(({ _id, ...rest }) => ({ id: _id, ...rest }));
export const storedUser = z
  .object({ ...whole, facts: userFacts })
  .transform(({ _id, ...rest }) => ({ id: _id, ...rest }));
export const storedGroup = z
  .object({ ...whole, facts: groupFacts })
  .transform(({ _id, ...rest }) => ({ id: _id, ...rest }));
