// POST /$batch: up to twenty calls in one (Graph docs: JSON batching). Bodies of parts are pasted as they are.
import { z } from 'zod';
import { parseJson } from './organization.ts';
import type { Call } from './answer.ts';
import type { GraphResponse } from './response.ts';
import { GraphError, badRequest, jsonResponse } from './response.ts';

const part = z.object({
  id: z.string().min(1),
  method: z.string().toUpperCase(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
});
type Part = z.infer<typeof part>;
const batch = z.object({ requests: z.array(part).min(1) });

const maxParts = 20;

/** Serves the parts through `serve`, which gets the envelope's token; throws Graph's 400 for a bad envelope. */
export async function serveBatch(
  call: Call,
  serve: (part: Call) => Promise<GraphResponse>,
): Promise<GraphResponse> {
  const parts = parseBatch(call.body);
  const done = new Map<string, Promise<GraphResponse>>();
  for (const request of parts) {
    const before = request.dependsOn.flatMap((id) => done.get(id.toLowerCase()) ?? []);
    done.set(request.id.toLowerCase(), servePart(request, before, call, serve));
  }
  const answers = await Promise.all(
    parts.map(async (request) => ({ id: request.id, response: await done.get(request.id.toLowerCase()) })),
  );
  // A broken transport breaks the envelope: there is only one connection.
  const broken = answers.find(({ response }) => response?.fate !== undefined)?.response?.fate;
  // Order is not promised, so the last comes first.
  const ordered = [...answers.slice(-1), ...answers.slice(0, -1)];
  const texts = ordered.map(({ id, response }) => (response ? partText(id, response) : '')).join(',');
  const body = `{"responses":[${texts}]}`;
  if (broken === 'truncate') return { ...jsonResponse(body.slice(0, body.length >> 1)), fate: broken };
  return { ...jsonResponse(body), ...(broken ? { fate: broken } : {}) };
}

function parseBatch(body: string): readonly Part[] {
  const parsed = batch.safeParse(parseJson(body));
  if (!parsed.success) throw badRequest('Invalid batch payload format.');
  const { requests } = parsed.data;
  if (requests.length > maxParts)
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${maxParts}.`);
  const ids = new Set(requests.map((request) => request.id.toLowerCase()));
  if (ids.size < requests.length) throw badRequest('Request id has to be unique in a batch.');
  const known = new Set<string>();
  for (const request of requests) {
    if (!request.dependsOn.every((id) => known.has(id.toLowerCase()))) {
      throw badRequest('A request can only depend on requests that stand before it in the batch.');
    }
    known.add(request.id.toLowerCase());
  }
  return requests;
}

async function servePart(
  request: Part,
  before: readonly Promise<GraphResponse>[],
  envelope: Call,
  serve: (part: Call) => Promise<GraphResponse>,
): Promise<GraphResponse> {
  const prerequisites = await Promise.all(before);
  if (prerequisites.some((response) => response.status >= 400)) {
    return {
      status: 424,
      headers: {},
      body: '{"error":{"code":"FailedDependency","message":"A request that this one depends on has failed."}}',
    };
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (request.body !== undefined && headers['content-type'] === undefined) {
    throw new GraphError(
      400,
      'BadRequest',
      `Write request id : ${request.id} does not contain Content-Type header or body.`,
    );
  }
  return serve({
    method: request.method,
    url: request.url.startsWith('/') ? request.url : `/${request.url}`,
    headers: { ...headers, authorization: envelope.headers.authorization },
    body: request.body === undefined ? '' : JSON.stringify(request.body),
  });
}

function partText(id: string, response: GraphResponse): string {
  const isJson =
    response.headers['Content-Type']?.startsWith('application/json') ?? response.body.startsWith('{');
  const body = isJson ? response.body : JSON.stringify(response.body);
  const headers = JSON.stringify({ ...response.headers, 'OData-Version': '4.0' });
  return `{"id":${JSON.stringify(id)},"status":${response.status},"headers":${headers},"body":${body === '' ? 'null' : body}}`;
}
