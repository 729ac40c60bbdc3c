// The policy: everything an administrator decides about scope, safety and rhythm. Vocabulary and defaults.
import type { ObjectId } from './ids.ts';

/** Which domains make a user active when subdomain sync is on. */
export interface SubdomainPolicy {
  /** Off: only users of the tenant's primary domain. */
  readonly enabled: boolean;
  /** Every subdomain of the primary domain, as in `*.example.com`. */
  readonly includeAll: boolean;
  /** Verified domains chosen one by one, besides the primary. Lower case. */
  readonly chosen: readonly string[];
}

/** A hold limit: more than `count`, or more than `share` (0 to 1) of what is stored once more than `atLeast` are meant. */
export interface GuardLimit {
  readonly count: number;
  readonly share: number;
  readonly atLeast: number;
}

export interface GuardPolicy {
  readonly usersInactive: GuardLimit;
  readonly groupsInactive: GuardLimit;
  readonly membershipsRemoved: GuardLimit;
  /** Members removed from one group. */
  readonly groupMembersRemoved: GuardLimit;
}

export interface Policy {
  readonly users: { readonly enabled: boolean; readonly guests: boolean };
  readonly groups: {
    readonly enabled: boolean;
    readonly withoutMail: boolean;
    /** When not empty, only groups whose display name begins with one of these. */
    readonly prefixes: readonly string[];
  };
  /** When not empty, a user who is a member of none of them is inactive. */
  readonly allowedGroups: readonly ObjectId[];
  /** A user who is a member of any of them is inactive. Beats `allowedGroups`. */
  readonly deniedGroups: readonly ObjectId[];
  /** Whether the two lists count transitive members. */
  readonly nestedMembership: boolean;
  readonly subdomains: SubdomainPolicy;
  readonly guard: GuardPolicy;
  /** How long an object that left Microsoft 365 is kept inactive before it is purged. */
  readonly graceDays: number;
}

/** A policy as kept: versions are never changed, only followed by newer ones. */
export interface PolicyVersion {
  readonly version: number;
  readonly policy: Policy;
  readonly createdAt: Date;
}

export const DEFAULT_POLICY: Policy = {
  users: { enabled: true, guests: false },
  groups: { enabled: true, withoutMail: false, prefixes: [] },
  allowedGroups: [],
  deniedGroups: [],
  nestedMembership: true,
  subdomains: { enabled: false, includeAll: false, chosen: [] },
  guard: {
    usersInactive: { count: 500, share: 0.1, atLeast: 10 },
    groupsInactive: { count: 200, share: 0.1, atLeast: 10 },
    membershipsRemoved: { count: 5000, share: 0.2, atLeast: 50 },
    groupMembersRemoved: { count: 1000, share: 0.5, atLeast: 20 },
  },
  graceDays: 30,
};
