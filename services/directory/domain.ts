// A domain of a tenant. Vocabulary and the one rule about whose domain a user is in.
import type { UserFacts } from './user.ts';

/** Graph docs: domain resource. `name` is the FQDN in lower case. */
export interface Domain {
  readonly name: string;
  readonly isDefault: boolean;
  readonly isInitial: boolean;
  readonly isRoot: boolean;
  readonly isVerified: boolean;
}

/** A user's domain is that of `mail`, or of the UPN where there is no mail; lower case, empty when there is none. */
export function domainOf(facts: UserFacts): string {
  const address = facts.mail ?? facts.userPrincipalName;
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}
