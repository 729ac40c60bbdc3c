// THE action table: what the buttons of cards do, by verb. Verbs and their data are those of the cards; a verb is
// never renamed or used again, because cards stay in chats for months.
import { VERBS } from '../../cards/verbs.ts';
import { parseEntryId, parseRunId } from '../../services/index.ts';
import {
  showGroup,
  showGroups,
  showHelp,
  showRun,
  showStatus,
  showSync,
  showUser,
  showUsers,
} from '../show.ts';
import { startSync } from '../start-sync.ts';
import { createAction, type ActionRow } from './action.ts';

export const ACTIONS: readonly ActionRow[] = [
  createAction({
    verb: 'sync.start',
    data: VERBS['sync.start'],
    role: 'admin',
    handle: (turn) => startSync(turn),
  }),
  createAction({
    verb: 'sync.approve',
    data: VERBS['sync.approve'],
    role: 'admin',
    handle: (turn, { runId, digest }) => startSync(turn, { runId: parseRunId(runId), digest }),
  }),
  createAction({
    verb: 'run.show',
    data: VERBS['run.show'],
    role: 'viewer',
    handle: (turn, { runId, page }) => showRun(turn, parseRunId(runId), page),
  }),
  createAction({
    verb: 'run.refresh',
    data: VERBS['run.refresh'],
    role: 'viewer',
    handle: (turn, { runId }) => showSync(turn, parseRunId(runId)),
  }),
  createAction({
    verb: 'status.show',
    data: VERBS['status.show'],
    role: 'viewer',
    handle: (turn) => showStatus(turn),
  }),
  createAction({
    verb: 'users.show',
    data: VERBS['users.show'],
    role: 'viewer',
    handle: (turn, ask) => showUsers(turn, ask),
  }),
  createAction({
    verb: 'user.show',
    data: VERBS['user.show'],
    role: 'viewer',
    handle: (turn, { id }) => showUser(turn, parseEntryId(id)),
  }),
  createAction({
    verb: 'groups.show',
    data: VERBS['groups.show'],
    role: 'viewer',
    handle: (turn, ask) => showGroups(turn, ask),
  }),
  createAction({
    verb: 'group.show',
    data: VERBS['group.show'],
    role: 'viewer',
    handle: (turn, { id }) => showGroup(turn, parseEntryId(id)),
  }),
  createAction({
    verb: 'help.show',
    data: VERBS['help.show'],
    role: 'viewer',
    handle: (turn) => Promise.resolve(showHelp(turn)),
  }),
  createAction({
    verb: 'command.run',
    data: VERBS['command.run'],
    role: 'viewer',
    handle: (turn, { text }) => turn.say(text),
  }),
];
