// Which properties Graph knows, which it returns without `$select`, and which need care (Graph docs: user, group).
import { GraphError, badRequest } from './response.ts';

export type Typed = 'user' | 'group' | 'device' | 'servicePrincipal' | 'directoryObject';

const userDefaults = [
  'businessPhones',
  'displayName',
  'givenName',
  'id',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

// prettier-ignore
const userOthers = [
  'accountEnabled', 'ageGroup', 'assignedLicenses', 'assignedPlans', 'authorizationInfo', 'city', 'companyName',
  'consentProvidedForMinor', 'country', 'createdDateTime', 'creationType', 'customSecurityAttributes', 'deletedDateTime',
  'department', 'employeeHireDate', 'employeeId', 'employeeLeaveDateTime', 'employeeOrgData', 'employeeType',
  'externalUserState', 'externalUserStateChangeDateTime', 'faxNumber', 'identities', 'identityParentId', 'imAddresses',
  'lastPasswordChangeDateTime', 'legalAgeGroupClassification', 'licenseAssignmentStates', 'mailNickname',
  'onPremisesDistinguishedName', 'onPremisesDomainName', 'onPremisesExtensionAttributes', 'onPremisesImmutableId',
  'onPremisesLastSyncDateTime', 'onPremisesSamAccountName', 'onPremisesSecurityIdentifier', 'onPremisesSyncEnabled',
  'onPremisesUserPrincipalName', 'otherMails', 'passwordPolicies', 'postalCode', 'preferredDataLocation',
  'provisionedPlans', 'proxyAddresses', 'securityIdentifier', 'showInAddressList', 'signInActivity',
  'signInSessionsValidFromDateTime', 'state', 'streetAddress', 'usageLocation', 'userType',
];

/** Kept outside the directory: a collection cannot return them. */
const elsewhere = new Set(
  [
    'aboutMe',
    'birthday',
    'hireDate',
    'interests',
    'mailboxSettings',
    'mySite',
    'pastProjects',
    'preferredName',
    'responsibilities',
    'schools',
    'skills',
  ].map((name) => name.toLowerCase()),
);

const groupDefaults = [
  'id',
  'deletedDateTime',
  'classification',
  'createdDateTime',
  'creationOptions',
  'description',
  'displayName',
  'expirationDateTime',
  'groupTypes',
  'isAssignableToRole',
  'mail',
  'mailEnabled',
  'mailNickname',
  'membershipRule',
  'membershipRuleProcessingState',
  'onPremisesDomainName',
  'onPremisesLastSyncDateTime',
  'onPremisesNetBiosName',
  'onPremisesSamAccountName',
  'onPremisesSecurityIdentifier',
  'onPremisesSyncEnabled',
  'preferredDataLocation',
  'preferredLanguage',
  'proxyAddresses',
  'renewedDateTime',
  'resourceBehaviorOptions',
  'resourceProvisioningOptions',
  'securityEnabled',
  'securityIdentifier',
  'theme',
  'uniqueName',
  'visibility',
];

const groupOthers = [
  'allowExternalSenders',
  'assignedLabels',
  'assignedLicenses',
  'hideFromAddressLists',
  'hideFromOutlookClients',
  'isArchived',
  'isSubscribedByMail',
  'hasMembersWithLicenseErrors',
  'licenseProcessingState',
  'members',
  'owners',
];

const emptyLists = new Set([
  'assignedPlans',
  'provisionedPlans',
  'imAddresses',
  'identities',
  'creationOptions',
  'resourceBehaviorOptions',
  'licenseAssignmentStates',
  'assignedLabels',
]);

const otherDefaults = ['id', 'deletedDateTime', 'displayName'];

/** Relations that `$select` may name in a delta and that are not properties of the object itself. */
const relations = new Set(['members', 'owners']);

const defaults: Readonly<Record<Typed, readonly string[]>> = {
  user: userDefaults,
  group: groupDefaults,
  device: otherDefaults,
  servicePrincipal: otherDefaults,
  directoryObject: [],
};
const known: Readonly<Record<Typed, ReadonlyMap<string, string>>> = {
  user: byLowerCase([...userDefaults, ...userOthers]),
  group: byLowerCase([...groupDefaults, ...groupOthers]),
  device: byLowerCase(otherDefaults),
  servicePrincipal: byLowerCase(otherDefaults),
  directoryObject: byLowerCase([...userDefaults, ...userOthers, ...groupDefaults, ...groupOthers]),
};

/** What a caller with only User.ReadBasic.All may see of a user. */
export const basicUserProperties: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
]);

function byLowerCase(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** Properties returned when nothing is selected. */
export function defaultProperties(type: Typed): readonly string[] {
  return defaults[type];
}

/** True when objects of this kind have the property (a relation is none). */
export function isKnownOf(type: Typed, name: string): boolean {
  return known[type].has(name.toLowerCase()) && !relations.has(name);
}

/** Graph's spelling of a property; throws Graph's error for unknown ones. */
export function knownProperty(type: Typed, name: string): string {
  const spelled = known[type].get(name.toLowerCase());
  if (spelled !== undefined) return spelled;
  if (type !== 'group' && elsewhere.has(name.toLowerCase())) {
    throw new GraphError(501, 'NotImplemented', `The property '${name}' is not available on collections.`);
  }
  throw badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
  );
}

/** What a known property holds where this tenant keeps nothing in it. */
export function absentValue(name: string): null | readonly never[] {
  return emptyLists.has(name) ? [] : null;
}
