// Complete property sets for new users and groups: what Entra fills in when little is given. Pure.
import { isoSeconds } from './clock.ts';
import type { GroupFacts, GroupKind, UserFacts } from './model.ts';

/** The local part of an address, as Entra makes a mail nickname of it: ASCII, at most 64 characters. */
export function nicknameOf(text: string): string {
  const ascii = text
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/gu, '')
    .replace(/[@()\\[\]";:.<>,\s]/gu, '');
  return ascii.slice(0, 64) || 'object';
}

/** A user with `given` and Entra's defaults for the rest. */
export function userFacts(
  given: Partial<UserFacts> & Pick<UserFacts, 'displayName' | 'userPrincipalName'>,
  createdAtMs: number,
): UserFacts {
  const mail = given.mail ?? null;
  return {
    displayName: given.displayName,
    givenName: given.givenName ?? null,
    surname: given.surname ?? null,
    userPrincipalName: given.userPrincipalName,
    mail,
    mailNickname: given.mailNickname ?? (given.userPrincipalName.split('@')[0] ?? '').slice(0, 64),
    accountEnabled: given.accountEnabled ?? true,
    userType: given.userType === undefined ? 'Member' : given.userType,
    jobTitle: given.jobTitle ?? null,
    department: given.department ?? null,
    officeLocation: given.officeLocation ?? null,
    businessPhones: given.businessPhones ?? [],
    mobilePhone: given.mobilePhone ?? null,
    preferredLanguage: given.preferredLanguage ?? null,
    usageLocation: given.usageLocation ?? null,
    proxyAddresses: given.proxyAddresses ?? (mail === null ? [] : [`SMTP:${mail}`]),
    otherMails: given.otherMails ?? [],
    assignedLicenses: given.assignedLicenses ?? [],
    externalUserState: given.externalUserState ?? null,
    onPremisesSyncEnabled: given.onPremisesSyncEnabled ?? null,
    createdDateTime: isoSeconds(createdAtMs),
    deletedDateTime: null,
  };
}

/** A group of the given kind; mail-enabled kinds get an address in `mailDomain`. */
export function groupFacts(
  kind: GroupKind,
  given: Partial<GroupFacts> & Pick<GroupFacts, 'displayName'>,
  mailDomain: string,
  createdAtMs: number,
): GroupFacts {
  const mailEnabled = kind !== 'security';
  const mailNickname = given.mailNickname ?? nicknameOf(given.displayName).toLowerCase();
  const mail = mailEnabled ? (given.mail ?? `${mailNickname}@${mailDomain}`) : null;
  return {
    displayName: given.displayName,
    description: given.description ?? null,
    mail,
    mailEnabled,
    mailNickname,
    securityEnabled: given.securityEnabled ?? (kind === 'security' || kind === 'mailSecurity'),
    groupTypes: given.groupTypes ?? (kind === 'microsoft365' ? ['Unified'] : []),
    visibility: given.visibility ?? (kind === 'microsoft365' ? 'Private' : null),
    isAssignableToRole: given.isAssignableToRole ?? null,
    membershipRule: given.membershipRule ?? null,
    membershipRuleProcessingState: given.membershipRuleProcessingState ?? null,
    resourceProvisioningOptions: given.resourceProvisioningOptions ?? [],
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    onPremisesSyncEnabled: given.onPremisesSyncEnabled ?? null,
    createdDateTime: isoSeconds(createdAtMs),
    deletedDateTime: null,
  };
}
