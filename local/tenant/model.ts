// What the tenant is made of: directory objects in the vocabulary of Microsoft Graph. Types only.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Properties of a user as Graph names them. What was never set is null. */
export type UserFacts = Readonly<{
  displayName: string;
  givenName: string | null;
  surname: string | null;
  userPrincipalName: string;
  mail: string | null;
  mailNickname: string;
  accountEnabled: boolean;
  userType: 'Member' | 'Guest' | null;
  jobTitle: string | null;
  department: string | null;
  officeLocation: string | null;
  businessPhones: readonly string[];
  mobilePhone: string | null;
  preferredLanguage: string | null;
  usageLocation: string | null;
  proxyAddresses: readonly string[];
  otherMails: readonly string[];
  assignedLicenses: readonly { readonly skuId: string; readonly disabledPlans: readonly string[] }[];
  externalUserState: 'PendingAcceptance' | 'Accepted' | null;
  onPremisesSyncEnabled: boolean | null;
  createdDateTime: string;
  deletedDateTime: string | null;
}>;

/** Properties of a group as Graph names them. */
export type GroupFacts = Readonly<{
  displayName: string;
  description: string | null;
  mail: string | null;
  mailEnabled: boolean;
  mailNickname: string;
  securityEnabled: boolean;
  groupTypes: readonly string[];
  visibility: string | null;
  isAssignableToRole: boolean | null;
  membershipRule: string | null;
  membershipRuleProcessingState: string | null;
  resourceProvisioningOptions: readonly string[];
  proxyAddresses: readonly string[];
  onPremisesSyncEnabled: boolean | null;
  createdDateTime: string;
  deletedDateTime: string | null;
}>;

/** Devices and service principals: known by id and name only. */
export type OtherFacts = Readonly<{ displayName: string; deletedDateTime: string | null }>;

/** `deleted` can be restored for 30 days; `purged` is gone and kept only to be announced. */
export type ObjectState = 'live' | 'deleted' | 'purged';

interface ObjectCommon {
  readonly id: string;
  /** Place in the order of creation over all objects; also the index of cached fragments. */
  readonly ordinal: number;
  state: ObjectState;
  deletedAtMs: number | null;
  readonly createdAtMs: number;
  /** Groups that hold this object directly, whatever their state. */
  readonly memberOf: Set<Group>;
}

export interface User extends ObjectCommon {
  readonly kind: 'user';
  facts: UserFacts;
  /** What `mailboxSettings/userPurpose` answers; null without a mailbox. */
  readonly purpose: 'user' | 'shared' | 'room' | null;
  /** Refresh tokens issued before this moment are revoked. */
  sessionsFromMs: number;
  /** What Conditional Access has to say about this person's sign-ins. */
  conditionalAccess: ConditionalAccess | null;
}

/** A policy that applies: the AADSTS number with which it refuses, and since when. */
export interface ConditionalAccess {
  readonly code: number;
  readonly fromMs: number;
  /** A sign-in frequency: it refuses only those who signed in longer ago than this. */
  readonly lifetimeMs?: number;
}

export interface Group extends ObjectCommon {
  readonly kind: 'group';
  facts: GroupFacts;
  /** Direct members in the order they were added. */
  readonly members: Set<DirectoryObject>;
  /** The same as a list, made when asked for and dropped by each change. */
  memberList: readonly DirectoryObject[] | null;
}

export interface OtherObject extends ObjectCommon {
  readonly kind: 'device' | 'servicePrincipal';
  facts: OtherFacts;
}

export type DirectoryObject = User | Group | OtherObject;

export interface Domain {
  readonly id: string;
  readonly authenticationType: 'Managed' | 'Federated';
  readonly isDefault: boolean;
  readonly isInitial: boolean;
  readonly isRoot: boolean;
  readonly isVerified: boolean;
  readonly supportedServices: readonly string[];
}

/** An activated directory role and who holds it directly. */
export interface DirectoryRole {
  readonly id: string;
  readonly displayName: string;
  readonly roleTemplateId: string;
  readonly holders: ReadonlySet<string>;
}

/** Somebody one can be: present in every tenant. */
export interface Person {
  /** Entra object id. */
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly role: 'global administrator' | 'second administrator' | 'no role';
}

/** The ways a group can be, with what each means in Graph's properties (Graph docs: groups overview). */
export type GroupKind = 'microsoft365' | 'security' | 'mailSecurity' | 'distribution';

/** Reads the kind back from a group's properties. */
export function groupKind(facts: GroupFacts): GroupKind {
  if (facts.groupTypes.includes('Unified')) return 'microsoft365';
  if (!facts.mailEnabled) return 'security';
  return facts.securityEnabled ? 'mailSecurity' : 'distribution';
}

/** Deleted groups of these kinds can be restored; the others are gone at once (Graph docs: deleted items). */
export function isRestorable(facts: GroupFacts): boolean {
  const kind = groupKind(facts);
  return kind === 'microsoft365' || (kind === 'security' && facts.onPremisesSyncEnabled !== true);
}
