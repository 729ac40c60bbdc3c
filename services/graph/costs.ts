// Counts what reading costs. Only counts.
import type { RunCosts } from '../directory/run.ts';

export interface CostCounter {
  add(cost: Partial<RunCosts>): void;
  total(): RunCosts;
}

/** Requests are counted as Graph's limits count them: each part of a batch is one, its envelope none. */
export function createCostCounter(): CostCounter {
  let total: RunCosts = { requests: 0, resourceUnits: 0, throttled: 0, retried: 0 };
  return {
    add: (cost) => {
      total = {
        requests: total.requests + (cost.requests ?? 0),
        resourceUnits: total.resourceUnits + (cost.resourceUnits ?? 0),
        throttled: total.throttled + (cost.throttled ?? 0),
        retried: total.retried + (cost.retried ?? 0),
      };
    },
    total: () => total,
  };
}

/** Resource units of one answer; Graph sends them in `x-ms-resource-unit`. */
export function parseResourceUnits(header: string | null | undefined): number {
  const units = Number(header ?? '0');
  return Number.isFinite(units) && units > 0 ? units : 0;
}
