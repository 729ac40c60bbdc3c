// What requests cost, and the bucket that runs dry (Graph docs: throttling limits, identity and access).
import type { Settings } from '../settings.ts';
import { GraphError } from './response.ts';
import type { GraphRequest } from './request.ts';

const windowMs = 10_000;

/** Resource units of a request with base cost `base`; never below 1. */
export function costOf(request: Pick<GraphRequest, 'method' | 'query'>, base: number): number {
  if (request.method !== 'GET') return Math.max(1, base - (request.query.has('$select') ? 3 : 0));
  const top = Number(request.query.get('$top') ?? Number.NaN);
  const cost =
    base -
    (request.query.has('$select') ? 1 : 0) +
    (request.query.has('$expand') ? 1 : 0) -
    (top < 20 ? 1 : 0);
  return Math.max(1, cost);
}

/** Units per 10 seconds for an app in a tenant of this size. */
export function bucketSize(users: number): number {
  return users < 50 ? 3500 : users <= 500 ? 5000 : 8000;
}

export interface Throttle {
  /** Takes `cost` units; throws Graph's 429 when they are not there. Returns headers that warn. */
  spend(clientId: string, cost: number, nowMs: number): Readonly<Record<string, string>>;
}

/** One bucket per app, refilled evenly. A request that is refused costs as well. */
export function createThrottle(tenantId: string, settings: Settings, users: () => number): Throttle {
  const spent = new Map<string, { units: number; atMs: number }>();
  return {
    spend(clientId, cost, nowMs) {
      if (!settings.throttling) return {};
      const limit = settings.resourceUnitsPer10s ?? bucketSize(users());
      const before = spent.get(clientId) ?? { units: 0, atMs: nowMs };
      const left = Math.max(0, before.units - ((nowMs - before.atMs) / windowMs) * limit);
      const units = Math.min(left + cost, limit * 1.8);
      spent.set(clientId, { units, atMs: nowMs });
      const share = units / limit;
      const warning: Readonly<Record<string, string>> =
        share > 0.8 ? { 'x-ms-throttle-limit-percentage': share.toFixed(2) } : {};
      if (units <= limit) return warning;
      throw new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
        ...warning,
        'Retry-After': (((units - limit) / limit) * (windowMs / 1000) + 0.128).toFixed(3),
        'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${clientId}/${tenantId}`,
        'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
      });
    },
  };
}
