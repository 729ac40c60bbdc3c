// A table of routes on node:http: matching, bodies, JSON answers, errors.
// Knows nothing of Teams; every rule about messages is in the handlers.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { z } from 'zod';

/** One request, taken apart. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** For the rare handler that answers piece by piece, or not at all. */
  readonly response: ServerResponse;
}

/** What is sent back; `handled` when the handler has taken the response over. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly content: Buffer | string; readonly contentType: string }
  | 'handled';

/** A row of the table. `:name` in a path stands for one segment. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  handle(call: Call): Answer | Promise<Answer>;
}

/** A refusal with a status that a handler may throw. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

const bodyLimitBytes = 4 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(z.instanceof(Uint8Array).parse(chunk));
    size += bytes.length;
    if (size > bodyLimitBytes) throw new HttpError(413, { error: { code: 'RequestEntityTooLarge' } });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether a page of another site sends this through somebody's browser. */
function isForeign({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || headers.origin === undefined) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host;
}

const compile = (path: string): RegExp => new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'handled') return;
  if ('content' in answer) {
    response.writeHead(answer.status, { 'content-type': answer.contentType, 'cache-control': 'no-cache' });
    response.end(answer.content);
    return;
  }
  const body = answer.body === undefined ? undefined : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
  });
  response.end(body);
}

function answerOfError(error: unknown): Answer {
  if (error instanceof HttpError) return { status: error.status, body: error.body };
  if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof URIError) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return { status: 400, body: { error: { code: 'BadSyntax', message } } };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, body: { error: { code: 'ServiceError', message } } };
}

/** A server that is not listening yet; the first row that fits a request answers it. */
export function createRoutedServer(routes: readonly Route[]): Server {
  const table = routes.map((route) => ({ route, pattern: compile(route.path) }));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    if (isForeign(request)) throw new HttpError(403, { error: { code: 'ForeignOrigin' } });
    for (const { route, pattern } of table) {
      const match = route.method === method ? pattern.exec(url.pathname) : null;
      if (!match) continue;
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      const body = await readBody(request);
      const { headers } = request;
      return route.handle({
        method,
        path: url.pathname,
        params,
        query: url.searchParams,
        headers,
        body,
        response,
      });
    }
    return {
      status: 404,
      body: { error: { code: 'NotFound', message: `No ${method} ${url.pathname} here` } },
    };
  };
  return createServer((request, response) => {
    answer(request, response)
      .catch(answerOfError)
      .then((result) => send(response, result))
      .catch(() => response.destroy());
  });
}

/** Listens on loopback and returns the port. Throws an error that names the port when it is taken. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is in use; the chat page needs it`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return z.object({ port: z.number() }).parse(server.address()).port;
}

/** Parses a JSON body by a schema. Throws what becomes a 400. */
export const bodyOf = <T>(call: Call, schema: z.ZodType<T>): T => schema.parse(JSON.parse(call.body || '{}'));
