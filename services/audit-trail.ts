// The audit trail as the services write it: a line stands before the work that it tells of, and is completed after it, so
// that neither a process that dies nor a try that is repeated loses it. Knows nothing of what is done.
import type { Clock } from './ambient.ts';
import type { TenantId } from './directory/ids.ts';
import type { AuditStore } from './directory/people-store.ts';
import type { AuditEntry, AuditResult } from './directory/person.ts';
import { toAppError } from './errors.ts';
import { insist } from './insist.ts';
import { hashOneTimeText } from './one-time-text.ts';
import type { Log } from './log.ts';

/** What is known before the work is done. `after` is what is meant to be. */
export interface AuditLine extends Omit<AuditEntry, 'id' | 'at' | 'before' | 'after' | 'result'> {
  /** The same for each try of the same work: it is written once. A new one when not given. */
  readonly id?: string;
  /** What is, where that is known before. */
  readonly before?: string | null;
  readonly after?: string | null;
}

/** What is known after it; what is left out stays as it was. */
export interface AuditEnd {
  readonly target?: string | null;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly result: Exclude<AuditResult, 'begun'>;
}

export interface AuditTrail {
  /**
   * Something that has happened already and is no work of ours. The same `id` again changes nothing. Refusals without
   * one are counted: whoever asks for the same again and again within the hour fills one line, not the trail.
   */
  recordAudit(entry: Omit<AuditEntry, 'id' | 'at'> & { readonly id?: string }): Promise<void>;
  /**
   * Does the work between two writes of its line. Null takes the line back: nothing was done. What the work throws is
   * thrown; when nobody can know whether it was done, because the database went away, the line stays as begun.
   */
  audited<T>(line: AuditLine, work: () => Promise<T>, end: (done: T) => AuditEnd | null): Promise<T>;
  listAudit(
    tenantId: TenantId,
    query: { readonly page: number; readonly pageSize: number },
  ): Promise<{
    readonly items: readonly AuditEntry[];
    readonly total: number;
    readonly page: number;
    readonly pageSize: number;
  }>;
}

export interface AuditTrailOptions {
  readonly audit: AuditStore;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly ids: { next(): string };
  readonly log: Pick<Log, 'error'>;
}

/** The trail over its store. */
export function createAuditTrail({ audit, clock, ids, log }: AuditTrailOptions): AuditTrail {
  /** The work is done: a line that cannot be completed is no reason to say that it is not. */
  const complete = async (id: string, end: AuditEnd | null): Promise<void> => {
    try {
      await insist(clock, () => (end === null ? audit.withdraw(id) : audit.complete(id, end)));
    } catch (error) {
      log.error('audit.not-completed', { auditId: id }, error);
    }
  };
  return {
    recordAudit: (entry) => {
      const at = clock.now();
      if (entry.id === undefined && entry.result === 'refused')
        return audit.count({ ...entry, id: refusalId(entry, at), at });
      return audit.append({ ...entry, id: entry.id ?? ids.next(), at });
    },
    audited: async (line, work, end) => {
      const id = line.id ?? ids.next();
      const begun = { before: null, after: null, ...line, id, at: clock.now(), result: 'begun' } as const;
      await insist(clock, () => audit.append(begun));
      let done;
      try {
        done = await work();
      } catch (error) {
        const { kind, code } = toAppError(error);
        // Why, instead of what was meant to be: that is not.
        if (kind !== 'transient')
          await complete(id, {
            after: code,
            result: kind === 'user' || kind === 'forbidden' ? 'refused' : 'failed',
          });
        throw error;
      }
      await complete(id, end(done));
      return done;
    },
    listAudit: async (tenantId, query) => ({ ...(await audit.list(tenantId, query)), ...query }),
  };
}

const HOUR_MS = 3_600_000;

/** Of the same person, the same thing, for the same reason, within the same hour. */
function refusalId({ tenantId, actor, action, target, after }: Refusal, at: Date): string {
  const hour = Math.floor(at.getTime() / HOUR_MS);
  const person = actor?.objectId.toLowerCase() ?? null;
  return hashOneTimeText(JSON.stringify([tenantId, person, action, target, after, hour])).slice(0, 32);
}
type Refusal = Pick<AuditEntry, 'tenantId' | 'actor' | 'action' | 'target' | 'after'>;
