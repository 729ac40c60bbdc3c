// THE action table: what the buttons of cards do, by verb. Verbs and their data are those of the cards; a verb is
// never renamed or used again, because cards stay in chats for months.
import { VERBS } from '../../cards/verbs.ts';
import { parseCredentialId, parseEntryId, parseRunId } from '../../services/index.ts';
import {
  askToRemove,
  beginConnection,
  beginConsent,
  makePrimary,
  manageConnection,
  removeConnection,
  showConnections,
  testConnection,
  testConnections,
} from '../connect.ts';
import {
  addPerson,
  askToTakeOut,
  changePerson,
  exportAudit,
  showAudit,
  showPeople,
  showPerson,
} from '../people.ts';
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
    access: 'admin',
    handle: (turn) => startSync(turn),
  }),
  createAction({
    verb: 'sync.approve',
    data: VERBS['sync.approve'],
    access: 'admin',
    handle: (turn, { runId, digest }) => startSync(turn, { runId: parseRunId(runId), digest }),
  }),
  createAction({
    verb: 'run.show',
    data: VERBS['run.show'],
    access: 'viewer',
    handle: (turn, { runId, page }) => showRun(turn, parseRunId(runId), page),
  }),
  createAction({
    verb: 'run.refresh',
    data: VERBS['run.refresh'],
    access: 'viewer',
    handle: (turn, { runId }) => showSync(turn, parseRunId(runId)),
  }),
  createAction({
    verb: 'status.show',
    data: VERBS['status.show'],
    access: 'viewer',
    handle: (turn) => showStatus(turn),
  }),
  createAction({
    verb: 'users.show',
    data: VERBS['users.show'],
    access: 'viewer',
    handle: (turn, ask) => showUsers(turn, ask),
  }),
  createAction({
    verb: 'user.show',
    data: VERBS['user.show'],
    access: 'viewer',
    handle: (turn, { id }) => showUser(turn, parseEntryId(id)),
  }),
  createAction({
    verb: 'groups.show',
    data: VERBS['groups.show'],
    access: 'viewer',
    handle: (turn, ask) => showGroups(turn, ask),
  }),
  createAction({
    verb: 'group.show',
    data: VERBS['group.show'],
    access: 'viewer',
    handle: (turn, { id }) => showGroup(turn, parseEntryId(id)),
  }),
  createAction({
    verb: 'help.show',
    data: VERBS['help.show'],
    access: 'everybody',
    handle: (turn) => showHelp(turn),
  }),
  createAction({
    verb: 'command.run',
    data: VERBS['command.run'],
    access: 'everybody',
    handle: (turn, { text }) => turn.say(text),
  }),
  createAction({
    verb: 'connect.show',
    data: VERBS['connect.show'],
    access: 'connecting',
    handle: (turn) => showConnections(turn),
  }),
  createAction({
    verb: 'connect.begin',
    data: VERBS['connect.begin'],
    access: 'connecting',
    handle: (turn, { grant, as, id }) =>
      beginConnection(turn, grant, as, id === undefined ? null : parseCredentialId(id)),
  }),
  createAction({
    verb: 'connect.consent',
    data: VERBS['connect.consent'],
    access: 'connecting',
    handle: (turn) => beginConsent(turn),
  }),
  createAction({
    verb: 'connect.manage',
    data: VERBS['connect.manage'],
    access: 'connecting',
    handle: (turn, { grant, page }) => manageConnection(turn, grant, page),
  }),
  createAction({
    verb: 'connect.test',
    data: VERBS['connect.test'],
    access: 'admin',
    handle: (turn, { id }) => testConnection(turn, parseCredentialId(id)),
  }),
  createAction({
    verb: 'connect.testAll',
    data: VERBS['connect.testAll'],
    access: 'admin',
    handle: (turn, { grant }) => testConnections(turn, grant),
  }),
  createAction({
    verb: 'connect.makePrimary',
    data: VERBS['connect.makePrimary'],
    access: 'admin',
    handle: (turn, { id }) => makePrimary(turn, parseCredentialId(id)),
  }),
  createAction({
    verb: 'connect.askRemove',
    data: VERBS['connect.askRemove'],
    access: 'admin',
    handle: (turn, { id }) => askToRemove(turn, parseCredentialId(id)),
  }),
  createAction({
    verb: 'connect.remove',
    data: VERBS['connect.remove'],
    access: 'admin',
    handle: (turn, { id }) => removeConnection(turn, parseCredentialId(id)),
  }),
  createAction({
    verb: 'people.show',
    data: VERBS['people.show'],
    access: 'viewer',
    handle: (turn, { page }) => showPeople(turn, { page: page ?? 0 }),
  }),
  createAction({
    verb: 'people.person',
    data: VERBS['people.person'],
    access: 'owner',
    handle: (turn, { id }) => showPerson(turn, id),
  }),
  createAction({
    verb: 'people.add',
    data: VERBS['people.add'],
    access: 'owner',
    handle: (turn, { person, role }) => addPerson(turn, person, role),
  }),
  createAction({
    verb: 'people.set',
    data: VERBS['people.set'],
    access: 'owner',
    handle: (turn, { id, role }) => changePerson(turn, id, role),
  }),
  createAction({
    verb: 'people.askRemove',
    data: VERBS['people.askRemove'],
    access: 'owner',
    handle: (turn, { id }) => askToTakeOut(turn, id),
  }),
  createAction({
    verb: 'people.remove',
    data: VERBS['people.remove'],
    access: 'owner',
    handle: (turn, { id }) => changePerson(turn, id, null),
  }),
  createAction({
    verb: 'audit.export',
    data: VERBS['audit.export'],
    access: 'admin',
    handle: (turn) => exportAudit(turn),
  }),
  createAction({
    verb: 'audit.show',
    data: VERBS['audit.show'],
    access: 'admin',
    handle: (turn, { page }) => showAudit(turn, page),
  }),
];
