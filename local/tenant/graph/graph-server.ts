// The HTTPS server of Graph: version, headers that every answer carries, and faults of the transport.
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Certificates } from '../../certificates.ts';
import { BodyTooLarge, headersOf, readBody } from '../http.ts';
import { answer } from './answer.ts';
import type { Answering, Call } from './answer.ts';
import { serveBatch } from './batch.ts';
import { faultInstead } from './fault-responses.ts';
import { createTrace, errorResponse, GraphError } from './response.ts';
import type { GraphResponse, Trace } from './response.ts';

/** Answers are as Graph's front end sends them: traced, never cached, with a diagnostic header. */
export function createGraphServer(parts: Answering, certificates: Certificates): Server {
  const server = createServer(
    { key: certificates.keyPem, cert: certificates.certPem },
    (request, response) => {
      void serve(parts, request, response);
    },
  );
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(parts: Answering, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = headersOf(request);
  const trace = createTrace(headers['client-request-id'], parts.world.clock.nowMs());
  parts.stats.countRequest();
  try {
    const body = request.method === 'GET' ? '' : await readBody(request);
    const version = /^\/(v1\.0|beta)(?=[/?]|$)/u.exec(request.url ?? '/');
    const url = (request.url ?? '/').slice(version?.[0].length ?? 0);
    const call = { method: request.method ?? 'GET', url, headers, body };
    send(response, version?.[1] === 'v1.0' ? await route(parts, call, trace) : wrongVersion(trace), trace);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) console.error('The local Graph failed', error);
    const status = error instanceof BodyTooLarge ? 413 : 500;
    send(
      response,
      errorResponse(new GraphError(status, 'InternalServerError', 'The request failed.'), trace),
      trace,
    );
  }
}

async function route(parts: Answering, call: Call, trace: Trace): Promise<GraphResponse> {
  if (call.method !== 'POST' || !/^\/(\$|%24)batch\/?$/iu.test(call.url)) return answer(parts, call, trace);
  // A fault aimed at the batch itself spoils it whole; one aimed at no path waits for a part.
  const target = { method: 'POST', url: '/$batch', page: 1 };
  const aimed = parts.faults
    .list()
    .some((fault) => fault.match.path !== undefined && new RegExp(fault.match.path, 'u').test('/$batch'));
  const instead = aimed ? faultInstead(parts.faults, target, trace, parts.world.root()) : undefined;
  if (instead) return instead;
  try {
    await parts.authenticate(call.headers.authorization);
    parts.stats.countPath('POST /$batch', 0);
    return await serveBatch(call, (part) =>
      answer(
        parts,
        part,
        createTrace(part.headers['client-request-id'] ?? trace.clientRequestId, trace.nowMs),
      ),
    );
  } catch (error) {
    if (error instanceof GraphError) return errorResponse(error, trace);
    throw error;
  }
}

function wrongVersion(trace: Trace): GraphResponse {
  return errorResponse(new GraphError(400, 'BadRequest', 'Invalid version.'), trace);
}

const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'Local', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'LOCAL' },
});

function send(response: ServerResponse, answered: GraphResponse, trace: Trace): void {
  if (answered.fate === 'silent') return;
  if (answered.fate === 'reset') {
    response.socket?.destroy();
    return;
  }
  const body = Buffer.from(answered.body, 'utf8');
  response.writeHead(answered.status, {
    ...answered.headers,
    'Content-Length': body.length,
    'Cache-Control': 'no-cache',
    'Strict-Transport-Security': 'max-age=31536000',
    'request-id': trace.requestId,
    'client-request-id': trace.clientRequestId,
    'x-ms-ags-diagnostic': diagnostic,
    'OData-Version': '4.0',
  });
  response.end(body);
}
