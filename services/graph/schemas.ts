// What we read of Microsoft Graph's answers, and nothing more. Shapes only; normalise.ts says what they mean.
// Each schema is built once: zod compiles it, which matters for tens of thousands of users.
import { z } from 'zod';
import { objectId } from '../directory/ids.ts';

/** The properties to ask for, in the order of Graph's documentation. Short: long lists have broken next links. */
export const USER_SELECT = 'id,userPrincipalName,displayName,givenName,surname,mail,accountEnabled,userType';
export const GROUP_SELECT =
  'id,displayName,description,mail,mailEnabled,securityEnabled,groupTypes,visibility';

/** Lists give null for what has no value. Absent means the same there; in a delta it would not. */
const textOrNull = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** Graph docs: user resource. */
export const userSchema = z.object({
  id: objectId,
  userPrincipalName: z.string().min(1),
  displayName: textOrNull,
  givenName: textOrNull,
  surname: textOrNull,
  mail: textOrNull,
  accountEnabled: z.boolean(),
  userType: z.enum(['Member', 'Guest']).nullish(),
});

/** Graph docs: group resource. */
export const groupSchema = z.object({
  id: objectId,
  displayName: z.string(),
  description: textOrNull,
  mail: textOrNull,
  mailEnabled: z.boolean(),
  securityEnabled: z.boolean(),
  groupTypes: z.array(z.string()),
  visibility: z.string().nullish(),
});

/** The least that an object of a list has: without it nobody can say what was read. */
export const identifiedSchema = z.looseObject({ id: objectId });

/** Graph docs: list group members. Only id and type are used: the rest is null for want of permissions. */
export const memberSchema = z.object({ id: objectId, '@odata.type': z.string() });

/** Graph docs: domain resource. */
export const domainSchema = z.object({
  id: z.string().min(1).toLowerCase(),
  isDefault: z.boolean(),
  isInitial: z.boolean(),
  isRoot: z.boolean(),
  isVerified: z.boolean(),
});

/** Graph docs: organization resource, verifiedDomains. */
export const organizationSchema = z.object({
  verifiedDomains: z.array(
    z.object({ name: z.string().min(1).toLowerCase(), isDefault: z.boolean(), isInitial: z.boolean() }),
  ),
});

/** Graph docs: paging. The objects are parsed one by one, so that one bad object does not hide the others. */
export const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().min(1).optional(),
  '@odata.deltaLink': z.string().min(1).optional(),
  '@odata.count': z.int().nonnegative().optional(),
});

export const countSchema = z.int().nonnegative();

/** Graph docs: JSON batching. The parts are parsed one by one, so that one bad part does not hide the others. */
export const batchSchema = z.object({ responses: z.array(z.unknown()) });

export const batchPartSchema = z.object({
  id: z.coerce.string(),
  status: z.int(),
  headers: z.record(z.string(), z.coerce.string()).nullish(),
  body: z.unknown().optional(),
});

export const visibilitySchema = z.object({ id: objectId, visibility: z.string().nullish() });
