// Makes a whole tenant from a seed and sizes. Pure: the same input gives the same tenant, ids included.
import { createChance, guidOf } from '../chance.ts';
import type { TenantContent } from '../directory.ts';
import type { DirectoryRole, Person } from '../model.ts';
import { domains } from './seed-domains.ts';
import { seedGroups } from './seed-groups.ts';
import { seedUsers } from './seed-users.ts';

export interface TenantSizes {
  readonly seed: string;
  /** Live users, guests and disabled ones included. */
  readonly users: number;
  readonly groups: number;
  /** Direct links as `/members` lists them; 1.5 per user when not given. */
  readonly memberships?: number | undefined;
}

/** Role template ids (Entra docs: built-in roles) and the people that hold each. */
const activatedRoles: readonly (readonly [
  name: string,
  template: string,
  holders: readonly Person['role'][],
])[] = [
  ['Global Administrator', '62e90394-69f5-4237-9190-012177145e10', ['global administrator']],
  ['Cloud Application Administrator', '158c047a-c907-4556-b7ef-446551a6b5f7', ['second administrator']],
  ['User Administrator', 'fe930be7-5e62-47db-91af-98c3a49a38b1', ['second administrator']],
  ['Global Reader', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', []],
];

/** `nowMs` only dates what the seed has already deleted. */
export function seedTenant(sizes: TenantSizes, nowMs: number): TenantContent {
  const { seed } = sizes;
  const { users, people } = seedUsers(seed, createChance(`${seed}:users`), sizes.users, nowMs);
  const memberships = sizes.memberships ?? Math.round(sizes.users * 1.5);
  const groupChance = createChance(`${seed}:groups`);
  const { groups, others } = seedGroups(groupChance, sizes.groups, memberships, users, people, nowMs);
  const roles = activatedRoles.map(([displayName, roleTemplateId, holders]): DirectoryRole => ({
    id: guidOf(`${seed}:role:${roleTemplateId}`),
    displayName,
    roleTemplateId,
    holders: new Set(people.filter((person) => holders.includes(person.role)).map((person) => person.id)),
  }));
  return {
    tenantId: guidOf(`${seed}:tenant`),
    displayName: 'Contoso',
    domains,
    roles,
    people,
    users,
    groups,
    others,
  };
}
