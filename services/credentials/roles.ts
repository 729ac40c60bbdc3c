// Whether an account holds the directory roles that a sync needs (Entra docs: built-in roles; by template id, because
// the id differs in each tenant and the name has changed). Pure.

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const CLOUD_APPLICATION_ADMINISTRATOR = '158c047a-c907-4556-b7ef-446551a6b5f7';
const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1';

/** `unknown`: Microsoft did not tell; it is no proof of anything. */
export type RoleVerdict = 'enough' | 'missing' | 'unknown';

/** `templateIds` of the roles held; null when Microsoft did not tell. */
export function decideRoles(templateIds: readonly string[] | null): RoleVerdict {
  if (templateIds === null) return 'unknown';
  const held = new Set(templateIds.map((id) => id.toLowerCase()));
  const enough =
    held.has(GLOBAL_ADMINISTRATOR) ||
    (held.has(CLOUD_APPLICATION_ADMINISTRATOR) && held.has(USER_ADMINISTRATOR));
  return enough ? 'enough' : 'missing';
}
