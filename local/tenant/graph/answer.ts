// From a request to its answer: faults, token, throttling, route. Single calls and the parts of a batch take the
// same way, so that each part is judged, charged and spoiled on its own.
import type { Faults } from '../faults.ts';
import type { StatsKeeper } from '../stats.ts';
import type { Authenticate } from './authenticate.ts';
import { faultInstead, faultsDoneTo } from './fault-responses.ts';
import { pageNumber } from './pages.ts';
import { splitUrl } from './request.ts';
import type { GraphWorld } from './request.ts';
import { costOf } from './resource-units.ts';
import type { Throttle } from './resource-units.ts';
import type { GraphResponse, Trace } from './response.ts';
import { GraphError, errorResponse } from './response.ts';
import { findRoute } from './routes.ts';

/** A call as it came over the wire, or out of a batch. `url` starts after the version. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Answering {
  readonly world: GraphWorld;
  readonly faults: Faults;
  readonly stats: StatsKeeper;
  readonly throttle: Throttle;
  readonly authenticate: Authenticate;
}

/** Answers one call; Graph's errors are answers, everything else is a bug and is thrown. */
export async function answer(parts: Answering, call: Call, trace: Trace): Promise<GraphResponse> {
  const { world, faults } = parts;
  const url = splitUrl(call.url);
  const target = { method: call.method, url: call.url, page: pageNumber(world, url.query) };
  await slowDown(faults, target);
  const instead = faultInstead(faults, target, trace, world.root());
  if (instead) {
    parts.stats.countPath(`${call.method} (fault)`, 0);
    return instead;
  }
  try {
    const principal = await parts.authenticate(call.headers.authorization);
    const route = findRoute(call.method, url.segments);
    const cost = costOf({ method: call.method, query: url.query }, route.cost);
    parts.stats.countPath(`${route.method} ${route.pattern}`, cost);
    const warnings = parts.throttle.spend(principal.clientId, cost, trace.nowMs);
    const response = route.serve({
      world,
      ...url,
      method: call.method,
      headers: call.headers,
      body: call.body,
      principal,
      trace,
    });
    const charged = {
      ...response,
      headers: { ...response.headers, ...warnings, 'x-ms-resource-unit': String(cost) },
    };
    return faultsDoneTo(
      charged,
      faults,
      target,
      `${world.root()}${url.path}${url.rawQuery === '' ? '' : `?${url.rawQuery}`}`,
    );
  } catch (error) {
    if (error instanceof GraphError) return errorResponse(error, trace);
    throw error;
  }
}

async function slowDown(faults: Faults, target: Parameters<Faults['find']>[1]): Promise<void> {
  const fault = faults.find(['slow'], target);
  if (!fault) return;
  faults.serve(fault);
  await new Promise((resolve) => setTimeout(resolve, fault.options.ms ?? 2000));
}
