// Who somebody is, by Entra object id: from the directory, or asked of Microsoft 365 and remembered for a while. Knows
// nothing of roles.
import type { Clock } from './ambient.ts';
import { parseObjectId, type ObjectId, type TenantId } from './directory/ids.ts';
import type { KnownPerson, PersonLookup } from './directory/person.ts';
import type { User } from './directory/user.ts';
import type { Log } from './log.ts';

export interface PersonFinder {
  /** As far as it is known without asking Microsoft 365. */
  recallPerson(tenantId: TenantId, objectId: string): Promise<PersonLookup>;
  /** For names, and for whom to let in: may be as old as the last sync. Never rejects for Microsoft. */
  findPerson(tenantId: TenantId, objectId: string): Promise<PersonLookup>;
  /** As Microsoft 365 tells now; null for nobody. Throws when it cannot be asked: `graph-…`, `sign-in-…`, `not-connected`. */
  askPerson(tenantId: TenantId, objectId: string): Promise<KnownPerson | null>;
  /** As Microsoft 365 tells now; from the directory only where it cannot be asked. */
  verifyPerson(tenantId: TenantId, objectId: string): Promise<PersonLookup>;
}

export interface PersonFinderOptions {
  readonly users: {
    getByObjectIds(tenantId: TenantId, ids: readonly ObjectId[]): Promise<readonly User[]>;
  };
  /** Null: nobody has this id. Throws when Microsoft cannot be asked, or nobody authorized reading users. */
  readonly ask: (tenantId: TenantId, objectId: ObjectId, signal: AbortSignal) => Promise<KnownPerson | null>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Somebody in a chat waits. */
const ASK_WITHIN_MS = 4_000;
const REMEMBERED_MS = { known: 3_600_000, nobody: 600_000, unknown: 60_000 } as const;
const MOST_REMEMBERED = 2_000;

/** The finder of this process. */
export function createPersonFinder({ users, ask, clock, log }: PersonFinderOptions): PersonFinder {
  const remembered = new Map<string, { readonly lookup: PersonLookup; readonly untilMs: number }>();

  const inDirectory = async (tenantId: TenantId, objectId: ObjectId): Promise<PersonLookup> => {
    const [user] = await users.getByObjectIds(tenantId, [objectId]);
    return user ? { kind: 'known', person: personOf(user) } : { kind: 'unknown' };
  };

  async function askNow(tenantId: TenantId, objectId: ObjectId): Promise<PersonLookup> {
    try {
      const person = await ask(tenantId, objectId, AbortSignal.timeout(ASK_WITHIN_MS));
      return person === null ? { kind: 'nobody' } : { kind: 'known', person };
    } catch (error) {
      log.warn('person.not-asked', { tenantId }, error);
      return { kind: 'unknown' };
    }
  }

  async function askAndRemember(tenantId: TenantId, objectId: ObjectId): Promise<PersonLookup> {
    const lookup = await askNow(tenantId, objectId);
    const [oldest] = remembered.keys();
    if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    const untilMs = clock.now().getTime() + REMEMBERED_MS[lookup.kind];
    remembered.set(`${tenantId}/${objectId}`, { lookup, untilMs });
    return lookup;
  }

  /** Undefined: nobody was asked, or it is too long ago. */
  const recall = async (tenantId: TenantId, objectId: ObjectId): Promise<PersonLookup | undefined> => {
    const kept = await inDirectory(tenantId, objectId);
    if (kept.kind === 'known') return kept;
    const asked = remembered.get(`${tenantId}/${objectId}`);
    return asked && asked.untilMs > clock.now().getTime() ? asked.lookup : undefined;
  };

  return {
    askPerson: (tenantId, text) => ask(tenantId, parseObjectId(text), AbortSignal.timeout(ASK_WITHIN_MS)),
    recallPerson: async (tenantId, text) =>
      (await recall(tenantId, parseObjectId(text))) ?? { kind: 'unknown' },
    findPerson: async (tenantId, text) => {
      const objectId = parseObjectId(text);
      return (await recall(tenantId, objectId)) ?? askAndRemember(tenantId, objectId);
    },
    verifyPerson: async (tenantId, text) => {
      const objectId = parseObjectId(text);
      const asked = await askAndRemember(tenantId, objectId);
      return asked.kind === 'unknown' ? inDirectory(tenantId, objectId) : asked;
    },
  };
}

const personOf = ({ objectId, facts, reasons }: User): KnownPerson => ({
  objectId,
  displayName: facts.displayName ?? facts.userPrincipalName,
  isGuest: facts.userType === 'Guest',
  isEnabled: facts.accountEnabled && !reasons.some(({ kind }) => kind === 'disabled' || kind === 'deleted'),
});
