// Identifiers, each its own type, so that one cannot stand where another belongs.
import { z } from 'zod';

/** Entra tenant id: a GUID in lower case. */
export const tenantId = z.guid().toLowerCase().brand('TenantId');
export type TenantId = z.infer<typeof tenantId>;

/** Entra object id of a user, group or other directory object; unique in its tenant and never used again. */
export const objectId = z.string().min(1).max(64).toLowerCase().brand('ObjectId');
export type ObjectId = z.infer<typeof objectId>;

/** Rollcall's own id of a user or group: stays the same when somebody leaves and comes back. */
export const entryId = z.string().min(1).brand('EntryId');
export type EntryId = z.infer<typeof entryId>;

export const runId = z.string().min(1).brand('RunId');
export type RunId = z.infer<typeof runId>;

/** Entra writes ids in lower case, some clients and tokens do not. */
export const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Throws when the text is not a GUID. */
export const parseTenantId = (value: string): TenantId => tenantId.parse(value);
export const parseObjectId = (value: string): ObjectId => objectId.parse(value);
export const parseEntryId = (value: string): EntryId => entryId.parse(value);
export const parseRunId = (value: string): RunId => runId.parse(value);
