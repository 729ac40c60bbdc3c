// Switches of the tenant that are not single faults: how strict and how slow it is in general.
import { z } from 'zod';

/** As `GET /settings` of the control API shows them. */
export const settingsShape = z.object({
  /** Answer 429 when an app uses up its resource units (Graph docs: throttling limits). */
  throttling: z.boolean(),
  /** Resource units per 10 seconds; null takes the documented number for the tenant's size. */
  resourceUnitsPer10s: z.number().positive().nullable(),
  /** Life of a `$skiptoken`; null: it does not expire. */
  pageTokenLifetimeMs: z.number().nonnegative().nullable(),
  /** Delta and reads by id see changes only after this time. */
  replicationLagMs: z.number().nonnegative(),
  /** Delta pages repeat their first object at their end. */
  deltaDuplicates: z.boolean(),
  /** Delta pages come in reverse order inside. */
  deltaReversed: z.boolean(),
  /** Objects and member links per delta page. */
  deltaPageSize: z.number().int().positive(),
  /** Life of access tokens for Graph. */
  accessTokenLifetimeMs: z.number().positive(),
  /** Id tokens carry `wids` (the app's manifest: groupMembershipClaims DirectoryRole). */
  rolesInIdToken: z.boolean(),
  /** Graph refuses the tokens of disabled and deleted people at once; otherwise they stay good until they expire. */
  checksAccounts: z.boolean(),
});

export type Settings = z.infer<typeof settingsShape>;

export function defaultSettings(): Settings {
  return {
    throttling: false,
    resourceUnitsPer10s: null,
    pageTokenLifetimeMs: null,
    replicationLagMs: 0,
    deltaDuplicates: false,
    deltaReversed: false,
    deltaPageSize: 200,
    accessTokenLifetimeMs: 3_600_000,
    rolesInIdToken: true,
    checksAccounts: true,
  };
}
