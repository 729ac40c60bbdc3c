// Who calls Graph and what that caller may read (Graph docs: permissions reference, permissions overview).
import type { Directory } from '../directory.ts';
import type { User } from '../model.ts';
import { denied } from './response.ts';

/** A checked access token: roles of an app, or scopes of a person. */
export interface Principal {
  readonly clientId: string;
  readonly permissions: ReadonlySet<string>;
  /** The signed-in person; undefined for app-only tokens. */
  readonly user: User | undefined;
}

const everything = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const groupWide = ['Group.Read.All', 'Group.ReadWrite.All', ...everything];

/** Any one of the permissions grants the right. */
const rights = {
  'read users': ['User.Read.All', 'User.ReadWrite.All', ...everything],
  'read basic users': ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...everything],
  'read groups': ['Group.ReadBasic.All', 'GroupMember.Read.All', 'GroupMember.ReadWrite.All', ...groupWide],
  'read members': [
    'GroupMember.ReadBasic.All',
    'GroupMember.Read.All',
    'GroupMember.ReadWrite.All',
    ...groupWide,
  ],
  'read hidden members': ['Member.Read.Hidden'],
  'read deleted users': ['User.Read.All', ...everything],
  'read deleted groups': groupWide,
  'read domains': ['Domain.Read.All', 'Domain.ReadWrite.All', ...everything],
  'read organization': ['User.Read', 'User.Read.All', 'Organization.Read.All', ...everything],
  'read roles': ['RoleManagement.Read.Directory', 'RoleManagement.Read.All', ...everything],
  'read devices': ['Device.Read.All', ...everything],
  'read mailbox settings': ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
  'read me': ['User.Read', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...everything],
} as const;

export type Right = keyof typeof rights;

export function may(principal: Principal, right: Right): boolean {
  return rights[right].some((permission) => principal.permissions.has(permission));
}

/** Throws Graph's 403 unless the caller has the right. Guests may not list people or groups. */
export function demand(principal: Principal, right: Right): void {
  const asGuest =
    principal.user?.facts.userType === 'Guest' && right !== 'read me' && right !== 'read organization';
  if (asGuest || !may(principal, right)) throw denied();
}

/** Hidden members need the permission and, for a person, a directory role besides (Graph docs: list members). */
export function maySeeHidden(principal: Principal, directory: Directory): boolean {
  if (!may(principal, 'read hidden members')) return false;
  const { user } = principal;
  return !user || directory.roles.some((role) => role.holders.has(user.id));
}
