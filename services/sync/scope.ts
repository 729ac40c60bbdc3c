// Who is in scope: the policy applied to one user or group, with every reason against it in a fixed order, so that
// "why is she inactive?" and "what would have to change?" have one answer. Pure; says nothing of what is stored.
import { domainOf, type Domain } from '../directory/domain.ts';
import { foldCase } from '../directory/fold-case.ts';
import type { GroupFacts } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Policy, SubdomainPolicy } from '../directory/policy.ts';
import type { Reason } from '../directory/reason.ts';
import type { Status, UserFacts } from '../directory/user.ts';
import type { Closure } from './closure.ts';

/** Which domains count, prepared once per run by `includeDomains`. */
export interface IncludedDomains {
  readonly names: ReadonlySet<string>;
  /** `.example.com` when every subdomain of the primary domain counts, else null. */
  readonly suffix: string | null;
}

/** What a decision about users needs to know of the tenant, prepared once per run. */
export interface ScopeWorld {
  /** null: the tenant's domains are not known, so the domain rule says nothing and nobody is surely active. */
  readonly domains: IncludedDomains | null;
  readonly closure: Closure;
}

export type UserScope =
  | { readonly status: Status; readonly reasons: readonly Reason[] }
  /** The domains, or all members of a listed group, are not known, and nothing else decides. */
  | { readonly status: 'unknown'; readonly reasons: readonly [] };

/**
 * The domains that the policy includes: the tenant's primary one (Graph docs: domain resource, `isDefault`), and with
 * subdomains on the chosen verified ones. null when the primary domain is not among `domains`: then nobody's scope
 * can be decided.
 */
export function includeDomains(domains: readonly Domain[], policy: SubdomainPolicy): IncludedDomains | null {
  const verified = domains.filter((domain) => domain.isVerified);
  const primary = verified.find((domain) => domain.isDefault);
  if (!primary) return null;
  const chosen = new Set(policy.enabled ? policy.chosen : []);
  const names = verified.map((domain) => domain.name).filter((name) => chosen.has(name));
  return {
    names: new Set([primary.name, ...names]),
    suffix: policy.enabled && policy.includeAll ? `.${primary.name}` : null,
  };
}

/** Whether a user is active by the policy. `reasons` is empty exactly when active; their order is REASON_ORDER. */
export function decideScope(
  user: { readonly objectId: ObjectId; readonly facts: UserFacts },
  world: ScopeWorld,
  policy: Policy,
): UserScope {
  const { facts } = user;
  const reasons: Reason[] = [];
  if (!facts.accountEnabled) reasons.push({ kind: 'disabled' });
  const origin = judgeOrigin(facts, world.domains, policy);
  const lists = judgeLists(user.objectId, world.closure, policy);
  reasons.push(...origin.reasons, ...lists.reasons);
  if (reasons.length > 0) return { status: 'inactive', reasons };
  const sure = origin.sure && lists.sure;
  return sure ? { status: 'active', reasons: [] } : { status: 'unknown', reasons: [] };
}

/** Not `sure`: there may be reasons that were not read; none is made of not knowing. */
interface Judgement {
  readonly reasons: readonly Reason[];
  readonly sure: boolean;
}

/** The domain rule does not apply to guests, whose own switch decides. */
function judgeOrigin(facts: UserFacts, domains: IncludedDomains | null, policy: Policy): Judgement {
  if (facts.userType === 'Guest')
    return { reasons: policy.users.guests ? [] : [{ kind: 'guest' }], sure: true };
  if (domains === null) return { reasons: [], sure: false };
  const domain = domainOf(facts);
  return { reasons: isIncluded(domain, domains) ? [] : [{ kind: 'domainNotIncluded', domain }], sure: true };
}

const isIncluded = (domain: string, { names, suffix }: IncludedDomains): boolean =>
  names.has(domain) || (suffix !== null && domain.endsWith(suffix));

function judgeLists(user: ObjectId, closure: Closure, policy: Policy): Judgement {
  const reasons: Reason[] = [];
  for (const groupId of [...new Set(policy.deniedGroups)].sort()) {
    const path = closure.pathTo(groupId, user);
    if (path) reasons.push({ kind: 'memberOfDeniedGroup', groupId, path });
  }
  const allDeniedKnown = policy.deniedGroups.every((groupId) => closure.isComplete(groupId));
  const allowed = policy.allowedGroups;
  if (allowed.length === 0 || allowed.some((groupId) => closure.pathTo(groupId, user) !== null))
    return { reasons, sure: allDeniedKnown };
  const allAllowedKnown = allowed.every((groupId) => closure.isComplete(groupId));
  if (allAllowedKnown) reasons.push({ kind: 'memberOfNoAllowedGroup' });
  return { reasons, sure: false };
}

export type GroupScope =
  | { readonly kind: 'inScope' }
  /** Every reason that applies, in order; at least one. */
  | {
      readonly kind: 'outOfScope';
      readonly reasons: readonly [GroupScopeReason, ...GroupScopeReason[]];
    };
export type GroupScopeReason = 'noMail' | 'prefixNotIncluded';

/**
 * Whether a group is kept by the policy. A prefix is compared with the display name after NFC and case folding, and
 * otherwise exactly: a leading space counts, full-width letters are other letters.
 */
export function decideGroupScope(facts: GroupFacts, policy: Policy): GroupScope {
  const noMail = !policy.groups.withoutMail && facts.mail === null;
  const { prefixes } = policy.groups;
  const name = comparable(facts.displayName);
  const noPrefix = prefixes.length > 0 && !prefixes.some((prefix) => name.startsWith(comparable(prefix)));
  if (noMail) {
    return { kind: 'outOfScope', reasons: noPrefix ? ['noMail', 'prefixNotIncluded'] : ['noMail'] };
  }
  return noPrefix ? { kind: 'outOfScope', reasons: ['prefixNotIncluded'] } : { kind: 'inScope' };
}

const comparable = (text: string): string => foldCase(text.normalize('NFC')).normalize('NFC');
