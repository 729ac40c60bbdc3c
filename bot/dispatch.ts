// From a request to a reply: finds the row, checks tenant and role, parses the input, runs the handler, and turns
// errors into something a person can use. Knows nothing of activities.
import {
  AppError,
  toAppError,
  type Ambient,
  type Log,
  type Services,
  type TenantId,
} from '../services/index.ts';
import { ACTIONS } from './actions/index.ts';
import { authorise, recordRefusal, refuseOutsider, type Asked } from './authorise.ts';
import { isFromOtherChat } from './chat-mark.ts';
import type { CommandRow } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { matchCommand } from './commands/match-command.ts';
import type { ConnectCards } from './connect-cards.ts';
import type { Standing } from './outsiders.ts';
import type { BotRequest } from './parse-activity.ts';
import { NO_REPLY, type Reply } from './reply.ts';
import type { RunCards } from './run-cards.ts';
import type { Turn } from './turn.ts';
import { errorText } from './views/error-text.ts';
import { viewError } from './views/error.ts';
import { viewNotice, type Notice } from './views/notice.ts';
import type { CommandHelp } from './views/help.ts';
import type { Place } from './views/reader.ts';
import { welcome } from './welcome.ts';

export interface DispatchOptions {
  readonly services: Services;
  readonly runCards: RunCards;
  readonly connectCards: ConnectCards;
  readonly allowedTenants: ReadonlySet<TenantId>;
  readonly ambient: Ambient;
  readonly isStopping: () => boolean;
}

/** `standing`: whether the person belongs to this organisation. */
export type Dispatch = (request: BotRequest, log: Log, standing: Standing) => Promise<Reply>;

/** Never rejects: what goes wrong is a reply too. */
export function createDispatch(options: DispatchOptions): Dispatch {
  return async (request, log, standing) => {
    const turn = createTurn(options, request, standing, log);
    try {
      // The gate has refused other tenants already; this holds for every other way in.
      if (!options.allowedTenants.has(request.tenantId)) throw new AppError('tenant-not-allowed');
      if (standing !== null && standing !== 'unknown' && request.kind !== 'installed')
        return await refuseOutsider(turn, standing, askedIn(request));
      return await answer(turn, request);
    } catch (error) {
      return explain(toAppError(error), turn, request);
    }
  };
}

function createTurn(
  { services, runCards, connectCards, ambient, isStopping }: DispatchOptions,
  asker: BotRequest,
  standing: Standing,
  log: Log,
): Turn {
  const turn: Turn = {
    asker,
    belongsHere: standing === null,
    reader: { locale: asker.locale, timeZone: asker.timeZone, now: ambient.clock.now() },
    services,
    runCards,
    connectCards,
    role: once(() => services.roleOf(asker.tenantId, asker.actor.objectId)),
    hasOwner: once(() => services.hasOwner(asker.tenantId)),
    commands: describeCommands(COMMANDS, asker.conversation.kind),
    say: (text) => runCommand(turn, text),
    isStopping,
    log,
  };
  return turn;
}

function once<Value>(find: () => Promise<Value>): () => Promise<Value> {
  let found: Promise<Value> | undefined;
  return () => (found ??= find());
}

/** The rows that can be said in a place, as help shows them. */
export const describeCommands = (commands: readonly CommandRow[], place: Place): readonly CommandHelp[] =>
  commands
    .filter(({ places }) => places.includes(place))

    .map(({ names: [name], usage, does, argument, access }) => ({
      access,
      usage,
      does,
      say: argument === 'required' ? null : name,
    }));

const notice = (what: Notice): Reply => ({ kind: 'card', view: viewNotice(what) });

async function answer(turn: Turn, request: BotRequest): Promise<Reply> {
  switch (request.kind) {
    case 'command':
      return runCommand(turn, request.text);
    case 'action':
      return runAction(turn, request.verb, request.data);
    case 'installed':
      return welcome(turn);
    case 'emptyMessage':
    case 'attachmentOnly':
    case 'messageTooLong':
      return notice({ kind: request.kind });
  }
}

/** What was asked for, where a table knows it: what people type is not recorded. */
function askedIn(request: BotRequest): Asked {
  if (request.kind === 'action') {
    const row = ACTIONS.find(({ verb }) => verb === request.verb);
    return { by: 'action', name: row?.verb ?? null };
  }
  const match = request.kind === 'command' ? matchCommand(COMMANDS, request.text) : null;
  return { by: 'command', name: match === null || match.kind === 'unknown' ? null : match.row.names[0] };
}

async function runCommand(turn: Turn, text: string): Promise<Reply> {
  const match = matchCommand(COMMANDS, text);
  if (match.kind === 'unknown') {
    turn.log.info('command-unknown', {});
    return notice({ kind: 'unknownCommand', text: text.slice(0, 100), nearest: match.nearest });
  }
  const { row } = match;
  const refusal = await authorise(turn, row.access, { by: 'command', name: row.names[0] });
  if (refusal) return refusal;
  if (match.kind === 'argumentMissing')
    return notice({ kind: 'nameMissing', command: row.names[0] === 'group' ? 'group' : 'user' });
  turn.log.info('command', { command: row.names[0] });
  return row.handle(turn, match.argument);
}

async function runAction(turn: Turn, verb: string, data: unknown): Promise<Reply> {
  const row = ACTIONS.find((action) => action.verb === verb);
  if (!row) {
    turn.log.info('action-unknown', {});
    return notice({ kind: 'cardOutOfDate' });
  }
  if (isFromOtherChat(data, turn.asker.conversation.id)) {
    await recordRefusal(turn, verb, 'other-chat');
    return { kind: 'text', text: OTHER_CHAT };
  }
  const refusal = await authorise(turn, row.access, { by: 'action', name: verb });
  if (refusal) return refusal;
  turn.log.info('action', { verb: row.verb });
  return row.run(turn, data) ?? notice({ kind: 'cardOutOfDate' });
}

const OTHER_CHAT =
  'This card was copied from another chat, so its buttons do nothing here. Type the command to get a card of your own.';

function explain(error: AppError, turn: Turn, request: BotRequest): Reply {
  const cause = error.code === 'unexpected' ? error.cause : error;
  if (error.kind === 'bug' || error.kind === 'config')
    turn.log.error('turn-failed', { code: error.code }, cause);
  else turn.log.warn('turn-failed', {}, error);
  // Somebody of another organisation learns nothing, not even that somebody is here.
  if (error.code === 'tenant-not-allowed') return NO_REPLY;
  const { text, remedy } = errorText(error.code, error.details);
  // The card stays as it is, so that the same button can be tried again.
  if (request.kind === 'action') return { kind: 'text', text: `${text} ${remedy}` };
  return { kind: 'card', view: viewError(error, turn.reader) };
}
