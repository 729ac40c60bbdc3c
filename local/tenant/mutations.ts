// Everything that can happen to the tenant after it was made, as values: applied to the directory, written to
// the journal and replayed from it. Ids and times are inside, so that a replay gives the same tenant.
import { z } from 'zod';

const userChanges = z.object({
  displayName: z.string().max(256).optional(),
  givenName: z.string().nullable().optional(),
  surname: z.string().nullable().optional(),
  userPrincipalName: z.string().optional(),
  mail: z.string().nullable().optional(),
  accountEnabled: z.boolean().optional(),
  userType: z.enum(['Member', 'Guest']).nullable().optional(),
  jobTitle: z.string().nullable().optional(),
  department: z.string().nullable().optional(),
  proxyAddresses: z.array(z.string()).optional(),
});

const groupChanges = z.object({
  displayName: z.string().max(256).optional(),
  mail: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
});

const action = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('create-user'),
    id: z.string(),
    displayName: z.string(),
    userPrincipalName: z.string(),
    mail: z.string().nullable(),
    userType: z.enum(['Member', 'Guest']),
  }),
  z.object({ do: z.literal('change-user'), id: z.string(), changes: userChanges }),
  z.object({
    do: z.literal('create-group'),
    id: z.string(),
    displayName: z.string(),
    kind: z.enum(['microsoft365', 'security', 'mailSecurity', 'distribution']),
  }),
  z.object({ do: z.literal('change-group'), id: z.string(), changes: groupChanges }),
  z.object({ do: z.literal('delete'), id: z.string() }),
  z.object({ do: z.literal('restore'), id: z.string() }),
  z.object({ do: z.literal('purge'), id: z.string() }),
  z.object({ do: z.literal('add-member'), groupId: z.string(), memberId: z.string() }),
  z.object({ do: z.literal('remove-member'), groupId: z.string(), memberId: z.string() }),
  z.object({ do: z.literal('revoke-sessions'), id: z.string() }),
  z.object({ do: z.literal('assign-role'), id: z.string(), roleTemplateId: z.string() }),
  z.object({ do: z.literal('remove-role'), id: z.string(), roleTemplateId: z.string() }),
  /** A policy refuses this person's sign-ins with this AADSTS number; null lifts it. */
  z.object({
    do: z.literal('restrict-sign-in'),
    id: z.string(),
    code: z.number().int().nullable(),
    /** With a sign-in frequency: how long a sign-in is good for. */
    lifetimeMs: z.number().positive().optional(),
  }),
  z.object({ do: z.literal('advance-clock'), ms: z.number().nonnegative() }),
  z.object({
    do: z.literal('change-app'),
    clientId: z.string(),
    graphPermissions: z.array(z.string()).optional(),
    delegatedPermissions: z.array(z.string()).optional(),
    /** AADSTS number with which a policy for workload identities refuses the app; null lifts it. */
    conditionalAccess: z.number().int().nullable().optional(),
    disabled: z.boolean().optional(),
    secretExpired: z.boolean().optional(),
  }),
]);

/** One thing that happened, without its time. */
export type Action = z.infer<typeof action>;

/** One line of the journal: when (tenant time, milliseconds) and what. */
export const journalLine = z.object({ atMs: z.number(), action });
export type JournalLine = z.infer<typeof journalLine>;

export type UserChanges = z.infer<typeof userChanges>;
export type GroupChanges = z.infer<typeof groupChanges>;
