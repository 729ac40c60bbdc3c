// Answers that show something: asked for by a command or by a button, the same card comes. Reads, changes nothing.
import { mayDo, type EntryId, type RunId } from '../services/index.ts';
import { decideAccess, type Access } from './access.ts';
import { readNamesInRun } from './names-in-run.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import { viewGroup } from './views/group.ts';
import { viewGroups } from './views/groups.ts';
import { viewHelp } from './views/help.ts';
import { viewNotice } from './views/notice.ts';
import { viewRun } from './views/run.ts';
import { viewStatus } from './views/status.ts';
import { viewSync } from './views/sync.ts';
import { viewUser } from './views/user.ts';
import { viewUserMatches } from './views/user-matches.ts';
import { viewUsers } from './views/users.ts';

/** As many rows as a card shows without scrolling far. */
const PAGE_SIZE = 10;
const LONGEST_SEARCH = 200;

interface ListAsk {
  readonly text: string;
  readonly page: number;
  readonly status?: 'active' | 'inactive' | undefined;
}

const toQuery = ({ text, page, status }: ListAsk) => ({
  text: text.trim().slice(0, LONGEST_SEARCH),
  page,
  pageSize: PAGE_SIZE,
  ...(status === undefined ? {} : { status }),
});

/** The asked page, or the last one when the list has become shorter. */
async function readPage<Page extends { readonly items: readonly unknown[]; readonly total: number }>(
  ask: ListAsk,
  read: (query: ReturnType<typeof toQuery>) => Promise<Page>,
): Promise<{ readonly page: Page; readonly query: ReturnType<typeof toQuery> }> {
  const query = toQuery(ask);
  const page = await read(query);
  if (page.items.length > 0 || page.total === 0 || query.page === 0) return { page, query };
  const last = { ...query, page: Math.ceil(page.total / PAGE_SIZE) - 1 };
  return { page: await read(last), query: last };
}

export async function showUsers({ services, asker, reader }: Turn, ask: ListAsk): Promise<Reply> {
  const { page, query } = await readPage(ask, (wanted) => services.listUsers(asker.tenantId, wanted));
  return { kind: 'card', view: viewUsers(page, query, reader) };
}

export async function showGroups({ services, asker, reader }: Turn, ask: ListAsk): Promise<Reply> {
  const { page, query } = await readPage(ask, (wanted) => services.listGroups(asker.tenantId, wanted));
  return { kind: 'card', view: viewGroups(page, query, reader) };
}

export async function showUserByText({ services, asker, reader }: Turn, text: string): Promise<Reply> {
  const wanted = text.slice(0, LONGEST_SEARCH);
  const match = await services.findUser(asker.tenantId, wanted);
  return { kind: 'card', view: viewUserMatches(match, wanted, reader) };
}

export async function showUser({ services, asker, reader }: Turn, id: EntryId): Promise<Reply> {
  const detail = await services.getUser(asker.tenantId, id);
  return {
    kind: 'card',
    view: detail ? viewUser(detail, reader) : viewNotice({ kind: 'gone', what: 'user' }),
  };
}

/** One group with exactly this name, or the only one that contains the text, is shown; of several, the list. */
export async function showGroupByText(turn: Turn, text: string): Promise<Reply> {
  const { services, asker, reader } = turn;
  const query = toQuery({ text, page: 0 });
  const page = await services.listGroups(asker.tenantId, query);
  const wanted = text.toLowerCase();
  const exact = page.items.filter(({ facts }) => facts.displayName.toLowerCase() === wanted);
  const [only, second] = exact.length > 0 ? exact : page.items;
  if (!only) return { kind: 'card', view: viewNotice({ kind: 'groupNotFound', text: query.text }) };
  return second ? { kind: 'card', view: viewGroups(page, query, reader) } : showGroup(turn, only.id);
}

export async function showGroup({ services, asker, reader }: Turn, id: EntryId): Promise<Reply> {
  const detail = await services.getGroup(asker.tenantId, id);
  return {
    kind: 'card',
    view: detail ? viewGroup(detail, reader) : viewNotice({ kind: 'gone', what: 'group' }),
  };
}

export async function showStatus(turn: Turn): Promise<Reply> {
  const status = await turn.services.getStatus(turn.asker.tenantId);
  return { kind: 'card', view: viewStatus(status, turn.reader, mayDo(await turn.role(), 'admin')) };
}

/** The changes of a run, one page of them. */
export async function showRun({ services, asker, reader }: Turn, id: RunId, page: number): Promise<Reply> {
  const run = await services.getRun(asker.tenantId, id);
  if (!run) return { kind: 'card', view: viewNotice({ kind: 'runNotFound' }) };
  const changes = await services.listRunChanges(asker.tenantId, id, { page, pageSize: PAGE_SIZE });
  return { kind: 'card', view: viewRun(run, changes, reader) };
}

/** The result of a run as it is now; while it works, the card follows it. */
export async function showSync({ services, asker, reader, runCards, log }: Turn, id: RunId): Promise<Reply> {
  const run = await services.getRun(asker.tenantId, id);
  if (!run) return { kind: 'card', view: viewNotice({ kind: 'runNotFound' }) };
  const view = viewSync(run, reader, { names: await readNamesInRun(services, log, run) });
  const live = runCards.find(id);
  return live
    ? { kind: 'card', view, onPlaced: (address) => live.place(address, run) }
    : { kind: 'card', view };
}

/** What the asker may say; everything while the database cannot tell, or nobody owns Rollcall yet. */
export async function showHelp(turn: Turn): Promise<Reply> {
  const may = await turn.hasOwner().then(
    async (hasOwner) => {
      const role = hasOwner ? await turn.role() : null;
      return (access: Access) => !hasOwner || decideAccess(access, role, true) === 'granted';
    },
    () => () => true,
  );
  const commands = turn.commands.filter(({ access }) => may(access));
  const looks = { maySync: may('admin'), mayLook: may('viewer') };
  return { kind: 'card', view: viewHelp(commands, turn.asker.conversation.kind, looks) };
}
