// From Microsoft Graph's JSON to evidence, pure. What exists but cannot be understood stays evidence of existence;
// what has no id cannot be evidence of anything, and the caller must not believe the page.
import type { z } from 'zod';
import type { Domain } from '../directory/domain.ts';
import type { Sighting } from '../directory/evidence.ts';
import type { GroupFacts, GroupKind, MemberRef } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { UserFacts } from '../directory/user.ts';
import {
  domainSchema,
  groupSchema,
  identifiedSchema,
  memberSchema,
  organizationSchema,
  userSchema,
} from './schemas.ts';

/** One object of a list; `hidden` when Graph showed that it exists but not what it is (Graph docs: limited information). */
export interface Normalised<Facts> {
  readonly sighting: Sighting<Facts>;
  readonly hidden: boolean;
}

/** null when the object has no id. */
export type Normalise<Facts> = (item: unknown) => Normalised<Facts> | null;

export const normaliseUser: Normalise<UserFacts> = (item) => {
  const parsed = userSchema.safeParse(item);
  if (!parsed.success)
    return notUnderstood(
      item,
      parsed.error,
      (user) => isBlank(user.userPrincipalName) && isBlank(user.displayName),
    );
  const { id, userType, ...facts } = parsed.data;
  return seen(id, { ...facts, userType: userType ?? 'Member' });
};

export const normaliseGroup: Normalise<GroupFacts> = (item) => {
  const parsed = groupSchema.safeParse(item);
  if (!parsed.success)
    return notUnderstood(
      item,
      parsed.error,
      (group) => isBlank(group.displayName) && isBlank(group.mailEnabled),
    );
  const { id, displayName, description, mail, groupTypes, visibility } = parsed.data;
  const kind = decideGroupKind(parsed.data);
  if (kind === null) return malformed(id, 'groupTypes: neither mail-enabled nor security-enabled', false);
  return seen(id, {
    displayName,
    description,
    mail,
    kind,
    dynamic: groupTypes.includes('DynamicMembership'),
    // Graph's documentation writes it in two ways.
    hiddenMembership: visibility?.toLowerCase() === 'hiddenmembership',
  });
};

/** Graph docs: "Working with groups in Microsoft Graph", table of group types; null for a combination not in it. */
export function decideGroupKind(group: {
  readonly groupTypes: readonly string[];
  readonly mailEnabled: boolean;
  readonly securityEnabled: boolean;
}): GroupKind | null {
  if (group.groupTypes.includes('Unified')) return 'microsoft365';
  if (group.mailEnabled) return group.securityEnabled ? 'mailEnabledSecurity' : 'distribution';
  return group.securityEnabled ? 'security' : null;
}

export type NormalisedMember =
  | { readonly kind: 'kept'; readonly member: MemberRef }
  /** A device, service principal or contact. */
  | { readonly kind: 'other'; readonly objectId: ObjectId };

/** null when id or type is missing: dropping such a member could look like a removal. */
export function normaliseMember(item: unknown): NormalisedMember | null {
  const parsed = memberSchema.safeParse(item);
  if (!parsed.success) return null;
  const { id, '@odata.type': type } = parsed.data;
  if (type === '#microsoft.graph.user') return { kind: 'kept', member: { objectId: id, kind: 'user' } };
  if (type === '#microsoft.graph.group') return { kind: 'kept', member: { objectId: id, kind: 'group' } };
  return { kind: 'other', objectId: id };
}

/** null when the domain cannot be understood. */
export function normaliseDomain(item: unknown): Domain | null {
  const parsed = domainSchema.safeParse(item);
  if (!parsed.success) return null;
  const { id: name, ...rest } = parsed.data;
  return { name, ...rest };
}

/** The verified domains of the organization: the same, less what it does not tell. null when it cannot be understood. */
export function normaliseVerifiedDomains(item: unknown): readonly Domain[] | null {
  const parsed = organizationSchema.safeParse(item);
  if (!parsed.success) return null;
  const names = parsed.data.verifiedDomains.map((domain) => domain.name);
  return parsed.data.verifiedDomains.map(({ name, isDefault, isInitial }) => ({
    name,
    isDefault,
    isInitial,
    // Here only the names tell which domain stands below which.
    isRoot: !names.some((other) => name.endsWith(`.${other}`)),
    isVerified: true,
  }));
}

const isBlank = (value: unknown): boolean => value === null || value === undefined;

const seen = <Facts>(objectId: ObjectId, facts: Facts): Normalised<Facts> => ({
  sighting: { objectId, evidence: { kind: 'seen', facts } },
  hidden: false,
});

const malformed = <Facts>(objectId: ObjectId, problem: string, hidden: boolean): Normalised<Facts> => ({
  sighting: { objectId, evidence: { kind: 'malformed', problem } },
  hidden,
});

/** The problem names the property and what is wrong with its form, never its value. */
function notUnderstood<Facts>(
  item: unknown,
  error: z.ZodError,
  isHidden: (properties: Readonly<Record<string, unknown>>) => boolean,
): Normalised<Facts> | null {
  const identified = identifiedSchema.safeParse(item);
  if (!identified.success) return null;
  const issue = error.issues[0];
  const problem = `${String(issue?.path[0] ?? 'object')}: ${issue?.message ?? 'not understood'}`;
  return malformed(identified.data.id, problem, isHidden(identified.data));
}
