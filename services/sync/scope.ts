// Who is in scope: the policy applied to one user or group, with every reason against it in a fixed order, so that
// "why is she inactive?" and "what would have to change?" have one answer. Pure; says nothing of what is stored.
import { domainOf, type Domain } from '../directory/domain.ts';
import { foldCase } from '../directory/fold-case.ts';
import type { GroupFacts } from '../directory/group.ts';
import type { ObjectId } from '../directory/ids.ts';
import type { Policy, SubdomainPolicy } from '../directory/policy.ts';
import { REASON_ORDER, type Reason } from '../directory/reason.ts';
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

/** A reason that the read does not suffice to check: it may apply or not. */
export type Unchecked =
  | { readonly kind: 'domainNotIncluded' | 'memberOfNoAllowedGroup' }
  | { readonly kind: 'memberOfDeniedGroup'; readonly groupId: ObjectId };

export interface UserScope {
  /** `unknown`: the domains, or all members of a listed group, are not known, and nothing else decides. */
  readonly status: Status | 'unknown';
  readonly reasons: readonly Reason[];
  /** What could not be checked; empty when the answer is the whole one. */
  readonly unchecked: readonly Unchecked[];
}

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

/**
 * Whether a user is active by the policy. `reasons` is empty when active or unknown; their order is REASON_ORDER.
 * No reason is made of not knowing, and none that is stored is dropped for it: see `keepUnchecked`.
 */
export function decideScope(
  user: { readonly objectId: ObjectId; readonly facts: UserFacts },
  world: ScopeWorld,
  policy: Policy,
): UserScope {
  const { facts } = user;
  const disabled: Reason[] = facts.accountEnabled ? [] : [{ kind: 'disabled' }];
  const judgements = [
    judgeOrigin(facts, world.domains, policy),
    judgeDenied(user.objectId, world.closure, policy),
    judgeAllowed(user.objectId, world.closure, policy),
  ];
  const reasons = [...disabled, ...judgements.flatMap((judgement) => judgement.reasons)];
  const unchecked = judgements.flatMap((judgement) => judgement.unchecked);
  if (reasons.length > 0) return { status: 'inactive', reasons, unchecked };
  return { status: unchecked.length === 0 ? 'active' : 'unknown', reasons, unchecked };
}

/**
 * The reasons that hold for somebody who is stored as inactive: those that were found, and of the stored ones those
 * that could not be checked, as they are. A reason goes only when a read shows that it is gone.
 */
export function keepUnchecked(
  { reasons, unchecked }: Pick<UserScope, 'reasons' | 'unchecked'>,
  stored: readonly Reason[],
): readonly Reason[] {
  const kept = stored.filter((reason) => unchecked.some((one) => isSame(one, reason)));
  const found = reasons.filter((reason) => !kept.some((one) => isSame(one, reason)));
  return [...kept, ...found].sort(inReasonOrder);
}

const groupOf = (reason: Reason | Unchecked): string => ('groupId' in reason ? reason.groupId : '');

const isSame = (one: Reason | Unchecked, other: Reason): boolean =>
  one.kind === other.kind && groupOf(one) === groupOf(other);

const inReasonOrder = (a: Reason, b: Reason): number =>
  REASON_ORDER.indexOf(a.kind) - REASON_ORDER.indexOf(b.kind) || (groupOf(a) < groupOf(b) ? -1 : 1);

interface Judgement {
  readonly reasons: readonly Reason[];
  readonly unchecked: readonly Unchecked[];
}

const NO_OBJECTION: Judgement = { reasons: [], unchecked: [] };

/** The domain rule does not apply to guests, whose own switch decides. */
function judgeOrigin(facts: UserFacts, domains: IncludedDomains | null, policy: Policy): Judgement {
  if (facts.userType === 'Guest')
    return policy.users.guests ? NO_OBJECTION : { reasons: [{ kind: 'guest' }], unchecked: [] };
  if (domains === null) return { reasons: [], unchecked: [{ kind: 'domainNotIncluded' }] };
  const domain = domainOf(facts);
  if (isIncluded(domain, domains)) return NO_OBJECTION;
  return { reasons: [{ kind: 'domainNotIncluded', domain }], unchecked: [] };
}

const isIncluded = (domain: string, { names, suffix }: IncludedDomains): boolean =>
  names.has(domain) || (suffix !== null && domain.endsWith(suffix));

/** In a list that was read in part, a path that was found counts, though a shorter one may have been missed. */
function judgeDenied(user: ObjectId, closure: Closure, policy: Policy): Judgement {
  const reasons: Reason[] = [];
  const unchecked: Unchecked[] = [];
  for (const groupId of [...new Set(policy.deniedGroups)].sort()) {
    const path = closure.pathTo(groupId, user);
    if (path) reasons.push({ kind: 'memberOfDeniedGroup', groupId, path });
    if (!closure.isComplete(groupId)) unchecked.push({ kind: 'memberOfDeniedGroup', groupId });
  }
  return { reasons, unchecked };
}

function judgeAllowed(user: ObjectId, closure: Closure, policy: Policy): Judgement {
  const allowed = policy.allowedGroups;
  if (allowed.length === 0 || allowed.some((groupId) => closure.pathTo(groupId, user) !== null))
    return NO_OBJECTION;
  const reason = { kind: 'memberOfNoAllowedGroup' } as const;
  const allKnown = allowed.every((groupId) => closure.isComplete(groupId));
  return allKnown ? { reasons: [reason], unchecked: [] } : { reasons: [], unchecked: [reason] };
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
