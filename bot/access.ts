// Who may use a row of the tables. Pure: roles are kept by the services, and asked for on every message and action.
import { mayDo, type Role } from '../services/index.ts';

/**
 * - `everybody`: answers before anything is set up, and whatever it is asked by.
 * - `connecting`: while nobody owns Rollcall here, everybody; Microsoft's sign-in proves who may become the first
 *   owner. After that, administrators.
 * - a role: this one or a mightier one.
 */
export type Access = 'everybody' | 'connecting' | Role;

/** `connectFirst`: nothing works here before somebody owns Rollcall. */
export type Admittance = 'granted' | 'connectFirst' | 'refused';

export function decideAccess(access: Access, role: Role | null, hasOwner: boolean): Admittance {
  if (access === 'everybody') return 'granted';
  if (!hasOwner) return access === 'connecting' ? 'granted' : 'connectFirst';
  return mayDo(role, access === 'connecting' ? 'admin' : access) ? 'granted' : 'refused';
}
