// THE command table: what can be typed. Help, the app manifest and the suggestions for a mistyped command come from
// it. Matching is in match-command.ts.
import { admins } from './admins.ts';
import { audit } from './audit.ts';
import type { CommandRow } from './command.ts';
import { connect } from './connect.ts';
import { group } from './group.ts';
import { groups } from './groups.ts';
import { help } from './help.ts';
import { hi } from './hi.ts';
import { status } from './status.ts';
import { syncNow } from './sync-now.ts';
import { user } from './user.ts';
import { users } from './users.ts';

/** In the order in which help shows them. */
export const COMMANDS: readonly CommandRow[] = [
  connect,
  syncNow,
  status,
  users,
  user,
  groups,
  group,
  admins,
  audit,
  help,
  hi,
];
