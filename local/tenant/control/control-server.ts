// The HTTP server of the control API and the admin page. Loopback only, and only for pages of its own: a foreign
// web page must not be able to change the tenant through somebody's browser.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ZodError, prettifyError } from 'zod';
import { ChangeRefused } from '../directory.ts';
import { readBody } from '../http.ts';
import { control } from './control-api.ts';
import type { ControlParts } from './control-api.ts';

const files: Readonly<Record<string, readonly [file: string, type: string] | undefined>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/admin.js': ['admin.js', 'text/javascript; charset=utf-8'],
};

/** Serves a sign-in page by its path after the tenant; false when it is none. */
export type ServePage = (
  path: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

/** `servePage`: the sign-in pages, here a second time, without TLS. */
export function createControlServer(parts: ControlParts, servePage: ServePage): Server {
  return createServer((request, response) => {
    serve(parts, servePage, request, response).catch((error: unknown) => {
      console.error('The control API failed', error);
      sendJson(response, 500, { error: 'The request failed' });
    });
  });
}

async function serve(
  parts: ControlParts,
  servePage: ServePage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwn(request)) {
    sendJson(response, 403, { error: 'Only pages of this server may call it' });
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const file = request.method === 'GET' ? files[url.pathname] : undefined;
  if (file) {
    response.writeHead(200, { 'Content-Type': file[1], 'Cache-Control': 'no-store' });
    createReadStream(fileURLToPath(new URL(`page/${file[0]}`, import.meta.url))).pipe(response);
    return;
  }
  const signIn = url.pathname.split('/').slice(2).join('/').toLowerCase();
  if (signIn !== '' && (await servePage(signIn, url, request, response))) return;
  const text = request.method === 'GET' ? '' : await readBody(request);
  try {
    const path = url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    const answered = control(parts, { method: request.method ?? 'GET', path, query: url.searchParams, body });
    if (answered === undefined)
      sendJson(response, 404, { error: `There is no ${request.method ?? ''} ${url.pathname}` });
    else sendJson(response, 200, answered);
  } catch (error) {
    if (error instanceof ChangeRefused) sendJson(response, error.status, { error: error.message });
    else if (error instanceof ZodError) sendJson(response, 400, { error: prettifyError(error) });
    else if (error instanceof SyntaxError || error instanceof URIError)
      sendJson(response, 400, { error: 'The request cannot be read' });
    else throw error;
  }
}

/** The Host must be loopback (a name rebound to it is not), and a browser's Origin must be this server. */
function isOwn(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  const name = host.replace(/:\d+$/u, '');
  const { origin } = request.headers;
  return ['127.0.0.1', 'localhost'].includes(name) && (origin === undefined || origin === `http://${host}`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(value));
}
