// Faults that a test or a person switches on, so that the next calls of the bot fail as real ones do.
// Decides which fault a call meets and counts it; producing it is the Connector's part.
import { z } from 'zod';

/** What the Connector does instead of answering properly. */
export const faultKinds = ['429', '412', '500', '502', 'silent', 'reset', 'lost-answer'] as const;

/** A request for a fault; `times` 0 means until it is removed. */
export const newFault = z.object({
  kind: z.enum(faultKinds),
  times: z.number().int().min(0).default(1),
  retryAfterSeconds: z.number().min(0).default(1),
  match: z.object({ method: z.string().optional(), path: z.string().optional() }).default({}),
});

/** A fault that is switched on. */
export interface Fault extends z.infer<typeof newFault> {
  readonly id: string;
  /** Calls still to fail; null when it goes on until removed. */
  remaining: number | null;
  served: number;
}

/** The faults of one chat. */
export interface Faults {
  readonly list: () => readonly Fault[];
  add(fault: z.infer<typeof newFault>): Fault;
  remove(id?: string): void;
  /** The fault that this call meets, already counted. */
  take(method: string, path: string): Fault | undefined;
}

/** Starts without any fault. */
export function createFaults(): Faults {
  let faults: Fault[] = [];
  let count = 0;
  const meets = (fault: Fault, method: string, path: string): boolean =>
    fault.remaining !== 0 &&
    (fault.match.method === undefined || fault.match.method === method) &&
    (fault.match.path === undefined || new RegExp(fault.match.path).test(path));
  return {
    list: () => faults,
    add(fault) {
      count += 1;
      const added = {
        ...fault,
        id: String(count),
        remaining: fault.times === 0 ? null : fault.times,
        served: 0,
      };
      faults.push(added);
      return added;
    },
    remove(id) {
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id);
    },
    take(method, path) {
      const fault = faults.find((each) => meets(each, method, path));
      if (!fault) return undefined;
      fault.served += 1;
      if (fault.remaining !== null) fault.remaining -= 1;
      return fault;
    },
  };
}
