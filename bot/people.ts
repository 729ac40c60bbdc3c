// People and their roles, and the audit trail: shows them and changes who may do what.
import { z } from 'zod';
import { mayDo, type PersonEntry, type Role } from '../services/index.ts';
import type { CardView } from '../cards/index.ts';
import { findNames, listNamedPeople } from './person-names.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import type { Banner } from './views/connect.ts';
import { viewAudit } from './views/audit.ts';
import { viewNotice } from './views/notice.ts';
import { peopleBanner, viewPeople, viewPerson, viewRemovePerson } from './views/people.ts';

const AUDIT_PAGE_SIZE = 10;

export async function showPeople(turn: Turn, banner?: Banner): Promise<Reply> {
  const people = await listNamedPeople(turn);
  const mayChange = mayDo(await turn.role(), 'owner');
  return {
    kind: 'card',
    view: viewPeople(people, turn.reader, { mayChange, ...(banner ? { banner } : {}) }),
  };
}

async function findPerson(turn: Turn, id: string): Promise<PersonEntry | null> {
  const people = await listNamedPeople(turn);
  return people.find(({ objectId }) => objectId.toLowerCase() === id.toLowerCase()) ?? null;
}

const gone: Reply = { kind: 'card', view: viewNotice({ kind: 'personGone' }) };

export async function showPerson(turn: Turn, id: string): Promise<Reply> {
  const person = await findPerson(turn, id);
  return person === null ? gone : { kind: 'card', view: viewPerson(person, turn.reader) };
}

/** The picker gives an object id; what the person is called is known from the directory. */
export async function addPerson(turn: Turn, picked: string, role: Role): Promise<Reply> {
  const { services, asker } = turn;
  const objectId = z.guid().safeParse(picked).data?.toLowerCase();
  if (objectId === undefined)
    return showPeople(turn, { tone: 'warning', title: 'Nobody was picked', lines: ['Pick a person first.'] });
  const [known, entry] = await Promise.all([
    services.findPerson(asker.tenantId, objectId),
    findPerson(turn, objectId),
  ]);
  if (known?.isGuest === true)
    return showPeople(turn, {
      tone: 'warning',
      title: 'Guests cannot use Rollcall',
      lines: ['Only people of your own organisation can be added.'],
    });
  return setRole(turn, { objectId, displayName: known?.displayName ?? entry?.displayName ?? '' }, role);
}

export async function changePerson(turn: Turn, id: string, role: Role | null): Promise<Reply> {
  const person = await findPerson(turn, id);
  return person === null ? gone : setRole(turn, person, role);
}

async function setRole(
  turn: Turn,
  { objectId, displayName }: Pick<PersonEntry, 'objectId' | 'displayName'>,
  role: Role | null,
): Promise<Reply> {
  const { services, asker, reader } = turn;
  const { tenantId, actor, conversation } = asker;
  await services.setRole({ tenantId, actor, objectId, displayName, role, conversationId: conversation.id });
  const people = await listNamedPeople(turn);
  // An owner may have made an administrator of herself.
  const mayChange = mayDo(await services.roleOf(tenantId, actor.objectId), 'owner');
  return {
    kind: 'card',
    view: viewPeople(people, reader, { mayChange, banner: peopleBanner(displayName, role) }),
  };
}

export async function askToTakeOut(turn: Turn, id: string): Promise<Reply> {
  const person = await findPerson(turn, id);
  return person === null ? gone : { kind: 'card', view: viewRemovePerson(person) };
}

export async function showAudit(turn: Turn, page: number): Promise<Reply> {
  return { kind: 'card', view: await viewAuditPage(turn, page) };
}

async function viewAuditPage(turn: Turn, page: number, download?: string): Promise<CardView> {
  const { services, asker, reader } = turn;
  const entries = await services.listAudit(asker.tenantId, { page, pageSize: AUDIT_PAGE_SIZE });
  const people = await services.listPeople(asker.tenantId);
  const names = await findNames(
    turn,
    entries.items.flatMap(({ target }) => target ?? []),
    people,
  );
  return viewAudit(entries, names, reader, download);
}

/** The link is for who pressed: where others read along, it is not shown. */
export async function exportAudit(turn: Turn): Promise<Reply> {
  const { services, asker } = turn;
  const { tenantId, actor, conversation } = asker;
  if (conversation.kind !== 'personal')
    return { kind: 'text', text: 'Say “audit” to me in our own chat: others could use the link here.' };
  const { url } = await services.offerAuditExport({ tenantId, actor, conversationId: conversation.id });
  return { kind: 'card', view: await viewAuditPage(turn, 0, url) };
}
