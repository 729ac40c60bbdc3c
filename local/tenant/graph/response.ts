// Answers of Graph before they become HTTP, and the one shape of its errors.
import { randomUUID } from 'node:crypto';

/** `body` is finished text: prepared pages are joined, never serialised twice. */
export interface GraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Breaks the transport instead of, or after a part of, the answer. */
  readonly fate?: 'reset' | 'silent' | 'truncate';
}

/** Thrown inside Graph's code; becomes an error body (Graph docs: error responses). */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const jsonType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** What each answer is traced by; `clientRequestId` is the caller's, or the request id. */
export interface Trace {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly nowMs: number;
}

export function createTrace(clientRequestId: string | undefined, nowMs: number): Trace {
  const requestId = randomUUID();
  return { requestId, clientRequestId: clientRequestId ?? requestId, nowMs };
}

/** 200 with finished JSON text. */
export function jsonResponse(body: string, headers: Readonly<Record<string, string>> = {}): GraphResponse {
  return { status: 200, headers: { 'Content-Type': jsonType, ...headers }, body };
}

export function textResponse(body: string): GraphResponse {
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body };
}

/** The error body of Graph; `date` has no zone suffix. */
export function errorResponse(error: GraphError, trace: Trace): GraphResponse {
  const throttled = error.status === 429;
  const innerError = {
    ...(throttled ? { code: '429' } : {}),
    date: new Date(trace.nowMs).toISOString().slice(0, 19),
    ...(throttled ? { message: 'Please retry after', status: '429' } : {}),
    'request-id': trace.requestId,
    'client-request-id': trace.clientRequestId,
  };
  return {
    status: error.status,
    headers: { 'Content-Type': 'application/json', ...error.headers },
    body: JSON.stringify({ error: { code: error.code, message: error.message, innerError } }),
  };
}

export const notFound = (id: string): GraphError =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
export const denied = (): GraphError =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
export const badRequest = (message: string): GraphError => new GraphError(400, 'Request_BadRequest', message);
export const unsupported = (message: string): GraphError =>
  new GraphError(400, 'Request_UnsupportedQuery', message);
export const noSegment = (segment: string): GraphError =>
  new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
