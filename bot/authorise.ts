// Asks for the role of whoever asks, on every message and every action, and refuses in words. A refusal is recorded.
import { sameId, toAppError, type PersonEntry, type Role } from '../services/index.ts';
import { decideAccess, type Access } from './access.ts';
import type { Outsider } from './outsiders.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import { viewNotice } from './views/notice.ts';
import { outsiderText, refusalText, TRY_AGAIN } from './views/refusal.ts';

/** What is asked for: a command by its name, or a button by its verb. */
export interface Asked {
  readonly by: 'command' | 'action';
  /** Null when no table has it. */
  readonly name: string | null;
}

/** Null when it may be done; otherwise the answer. */
export async function authorise(turn: Turn, access: Access, asked: Asked): Promise<Reply | null> {
  if (access === 'everybody') return null;
  const role = await turn.role();
  const admittance = decideAccess(access, role, role !== null || (await turn.hasOwner()));
  if (admittance === 'granted')
    return (await mustWait(turn, access, role)) ? { kind: 'text', text: TRY_AGAIN } : null;
  if (admittance === 'refused' && access === 'connecting' && (await mayHaveNoOwner(turn))) return null;
  if (admittance === 'connectFirst') return { kind: 'card', view: viewNotice({ kind: 'connectFirst' }) };
  await recordRefusal(turn, asked.name);
  // It may be somebody of another organisation.
  const helpers = turn.belongsHere ? helpersOf(await turn.services.listPeople(turn.asker.tenantId)) : [];
  // A card stays as it is for everybody else who sees it.
  return asked.by === 'action'
    ? { kind: 'text', text: refusalText(role, helpers) }
    : { kind: 'card', view: viewNotice({ kind: 'roleNeeded', role, helpers }) };
}

/**
 * What changes something is for people of this organisation: who cannot be told to be one reads, and tries again. Not
 * who signed in for it: the first owner, and whoever connects while there is none, which Microsoft's sign-in judges.
 */
async function mustWait(turn: Turn, access: Access, role: Role | null): Promise<boolean> {
  if (turn.belongsHere || role === null || access === 'viewer') return false;
  const { services, asker, log } = turn;
  const people = await services.listPeople(asker.tenantId);
  const entry = people.find(({ objectId }) => sameId(objectId, asker.actor.objectId));
  if (entry?.addedBy === null) return false;
  log.warn('standing-unknown', { access });
  return true;
}

/**
 * Whether nobody may be left who owns Rollcall: then whoever connects is judged by Microsoft's sign-in, as the first one
 * was. Also when nobody can tell because nothing that is authorized works any more: the sign-in brings who can.
 */
export async function mayHaveNoOwner({
  services,
  asker,
  log,
}: Pick<Turn, 'services' | 'asker' | 'log'>): Promise<boolean> {
  const owners = await services.findOwners(asker.tenantId);
  if (owners.kind === 'here') return false;
  log.warn('owners-not-found', { kind: owners.kind });
  return owners.kind === 'gone' || !owners.passes;
}

/** Whatever their role: it may have been given before they became guests. */
export async function refuseOutsider(turn: Turn, outsider: Outsider, asked: Asked): Promise<Reply> {
  await recordRefusal(turn, asked.name, OUTSIDER_CODE[outsider]);
  // People of other organisations learn no names.
  const helpers = outsider === 'guest' ? await findHelpers(turn) : [];
  return asked.by === 'action'
    ? { kind: 'text', text: outsiderText(outsider, helpers) }
    : { kind: 'card', view: viewNotice({ kind: 'outsider', outsider, helpers }) };
}

/** As the audit trail calls them. */
export const OUTSIDER_CODE = { guest: 'guest', otherTenant: 'other-tenant' } as const;

/** Never in the way of the refusal itself. */
const findHelpers = async ({ services, asker, log }: Turn): Promise<readonly string[]> => {
  try {
    return helpersOf(await services.listPeople(asker.tenantId));
  } catch (error) {
    log.warn('helpers-unknown', {}, toAppError(error));
    return [];
  }
};

/** Those who can change it; owners, because only they change people. */
const helpersOf = (people: readonly PersonEntry[]): readonly string[] =>
  people.filter(({ role }) => role === 'owner').map(({ displayName }) => displayName);

/** Never in the way of the refusal itself. */
export async function recordRefusal(
  { services, asker, log }: Turn,
  target: string | null,
  why: string | null = null,
): Promise<void> {
  log.info('refused', { target, why });
  try {
    await services.recordAudit({
      tenantId: asker.tenantId,
      actor: asker.actor,
      action: 'refused',
      target,
      conversationId: asker.conversation.id,
      before: null,
      after: why,
      result: 'refused',
    });
  } catch (error) {
    log.error('refusal-not-recorded', {}, toAppError(error));
  }
}
