// What roles are called and what they may do. Words only.
import { ROLES, type Role } from '../../services/index.ts';

export const ROLE_TEXT = {
  owner: {
    name: 'Owner',
    may: 'does everything, and decides who may use Rollcall',
    short: 'does everything',
  },
  admin: { name: 'Administrator', may: 'syncs, approves and connects accounts', short: 'syncs and connects' },
  viewer: { name: 'Viewer', may: 'looks at users, groups and syncs', short: 'looks only' },
} as const satisfies Record<Role, { name: string; may: string; short: string }>;

/** The mightiest first. */
export const ROLES_SHOWN: readonly Role[] = [...ROLES].reverse();
