// People and their roles, and the audit trail: shows them and changes who may do what.
import { z } from 'zod';
import { mayDo, sameId, toAppError, type PersonEntry, type Role } from '../services/index.ts';
import type { CardView } from '../cards/index.ts';
import { findNames, listNamedPeople } from './person-names.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import type { Banner } from './views/connect.ts';
import { idsIn } from './views/audit-text.ts';
import { viewAudit } from './views/audit.ts';
import { errorText } from './views/error-text.ts';
import { viewNotice } from './views/notice.ts';
import { peopleBanner, viewPeople, viewPerson, viewRemovePerson } from './views/people.ts';

const AUDIT_PAGE_SIZE = 10;

export async function showPeople(
  turn: Turn,
  shown: { readonly banner?: Banner; readonly page?: number } = {},
): Promise<Reply> {
  const people = await listNamedPeople(turn);
  const mayChange = mayDo(await turn.role(), 'owner');
  return {
    kind: 'card',
    view: viewPeople(people, turn.reader, { mayChange, ...shown }),
  };
}

async function findPerson(turn: Turn, id: string): Promise<PersonEntry | null> {
  const people = await listNamedPeople(turn);
  return people.find(({ objectId }) => sameId(objectId, id)) ?? null;
}

const gone: Reply = { kind: 'card', view: viewNotice({ kind: 'personGone' }) };

export async function showPerson(turn: Turn, id: string): Promise<Reply> {
  const person = await findPerson(turn, id);
  return person === null ? gone : { kind: 'card', view: viewPerson(person, turn.reader) };
}

/** The picker gives an object id, or anything a forged card holds; the services know who that is. */
export async function addPerson(turn: Turn, picked: string, role: Role): Promise<Reply> {
  const objectId = z.guid().safeParse(picked).data?.toLowerCase();
  return objectId === undefined
    ? showPeople(turn, {
        banner: { tone: 'warning', title: 'Nobody was picked', lines: ['Pick a person first.'] },
      })
    : setRole(turn, objectId, role);
}

export async function changePerson(turn: Turn, id: string, role: Role | null): Promise<Reply> {
  const person = await findPerson(turn, id);
  return person === null ? gone : setRole(turn, person.objectId, role, person.displayName);
}

/** Shows the people afterwards. What the rules do not allow is said on the card, which stays one to go on with. */
async function setRole(turn: Turn, objectId: string, role: Role | null, name?: string): Promise<Reply> {
  const { services, asker, reader } = turn;
  const { tenantId, actor, conversation } = asker;
  try {
    await services.setRole({ tenantId, actor, objectId, role, conversationId: conversation.id });
  } catch (error) {
    const { code, kind, details } = toAppError(error);
    if (kind !== 'user' && code !== 'guest-refused') throw error;
    const { text, remedy } = errorText(code, details);
    return showPeople(turn, {
      banner: { tone: 'warning', title: text.replace(/\.$/, ''), lines: [remedy] },
    });
  }
  const people = await listNamedPeople(turn);
  const displayName = name ?? people.find((one) => one.objectId === objectId)?.displayName ?? '';
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
  const names = await findNames(turn, entries.items.flatMap(idsIn), people);
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
