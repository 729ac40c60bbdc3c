// Groups of every kind that Graph knows, present in every tenant that has room for them. Data only.
import type { GroupFacts, GroupKind } from '../model.ts';

/** How a special group is filled; the rest of the seeded memberships goes to ordinary groups. */
export type Filling =
  | { readonly with: 'share'; readonly share: number; readonly atMost: number }
  | { readonly with: 'department'; readonly department: string }
  | { readonly with: 'guests' | 'devices' | 'services' | 'nothing' | 'people' }
  | { readonly with: 'some'; readonly count: number };

export interface SpecialGroup {
  readonly kind: GroupKind;
  readonly facts: Partial<GroupFacts> & Pick<GroupFacts, 'displayName'>;
  readonly filling: Filling;
  /** Display names of special groups that are members of this one. */
  readonly contains?: readonly string[];
  readonly deleted?: true;
}

const dynamic = { membershipRuleProcessingState: 'On' } as const;
const department = (name: string): Filling => ({ with: 'department', department: name });
const some = (count: number): Filling => ({ with: 'some', count });

/** In the order of their importance: a small tenant takes the first ones. */
export const specialGroups: readonly SpecialGroup[] = [
  {
    kind: 'microsoft365',
    facts: { displayName: 'Engineering', resourceProvisioningOptions: ['Team'] },
    filling: department('Engineering'),
  },
  { kind: 'microsoft365', facts: { displayName: 'Finance' }, filling: department('Finance') },
  { kind: 'security', facts: { displayName: 'VPN Users' }, filling: some(25) },
  {
    kind: 'microsoft365',
    facts: {
      displayName: 'All Employees',
      groupTypes: ['Unified', 'DynamicMembership'],
      membershipRule: '(user.userType -eq "Member")',
      ...dynamic,
      visibility: 'Public',
    },
    filling: { with: 'share', share: 0.35, atMost: 20_000 },
  },
  { kind: 'security', facts: { displayName: 'Empty Room' }, filling: { with: 'nothing' } },
  {
    kind: 'security',
    facts: { displayName: 'Platform' },
    filling: some(6),
    contains: ['Site Reliability', 'Build Team'],
  },
  {
    kind: 'security',
    facts: { displayName: 'Site Reliability' },
    filling: some(5),
    contains: ['Release Crew'],
  },
  // Platform > Site Reliability > Release Crew > Platform: a cycle, as Entra allows.
  { kind: 'security', facts: { displayName: 'Release Crew' }, filling: some(4), contains: ['Platform'] },
  { kind: 'security', facts: { displayName: 'Build Team' }, filling: some(4) },
  { kind: 'mailSecurity', facts: { displayName: 'Building Access' }, filling: some(12) },
  { kind: 'distribution', facts: { displayName: 'Company News' }, filling: some(30) },
  {
    kind: 'microsoft365',
    facts: { displayName: 'Confidential Projects', visibility: 'HiddenMembership' },
    filling: some(7),
  },
  {
    kind: 'security',
    facts: {
      displayName: 'Guests (dynamic)',
      groupTypes: ['DynamicMembership'],
      membershipRule: '(user.userType -eq "Guest")',
      ...dynamic,
    },
    filling: { with: 'guests' },
  },
  { kind: 'security', facts: { displayName: 'Meeting Room Devices' }, filling: { with: 'devices' } },
  { kind: 'security', facts: { displayName: 'Automation' }, filling: { with: 'services' } },
  {
    kind: 'security',
    facts: { displayName: 'Tier 0 Administrators', isAssignableToRole: true, visibility: 'Private' },
    filling: { with: 'people' },
  },
  {
    kind: 'security',
    facts: { displayName: 'Legacy File Share', onPremisesSyncEnabled: true },
    filling: some(9),
  },
  {
    kind: 'security',
    facts: { displayName: 'שיווק 📣 [news](http://x) | <i>all</i> ${y}' },
    filling: some(3),
  },
  // Names need not be unique.
  {
    kind: 'security',
    facts: { displayName: 'Finance', description: 'A second group of that name' },
    filling: some(3),
  },
  { kind: 'microsoft365', facts: { displayName: 'Closed Project' }, filling: some(5), deleted: true },
];
