// HTTP: the addresses of Rollcall, limits on what comes in, and answers that say nothing about the inside. The only importer
// of restify. Who may speak is decided by the gate, what is answered by the bot.
import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import restify, { type Request, type Response, type ServerOptions } from 'restify';
import { z } from 'zod';
import type { Log, Services } from '../services/index.ts';
import type { ChatAdapter, TurnLogic } from './adapter.ts';
import type { AnswerCallback } from './callback.ts';
import { drawPage } from './callback-page.ts';
import type { ChannelGate } from './channel-auth.ts';
import { fetchExport, fileHeaders, showExport } from './export-page.ts';
import { PAGE_HEADERS } from './page.ts';
import { PRIVACY_PAGE, TERMS_PAGE } from './policy-pages.ts';

/** Teams sends at most some 100 KB; the rest is room for entities and channel data. */
const BODY_LIMIT_BYTES = 256 * 1024;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;

/** What a browser can be shown, by address; the last two are what the manifest of the Teams app points to. */
const PAGES = { '/privacy': PRIVACY_PAGE, '/terms': TERMS_PAGE } as const;

export interface ServerParts {
  readonly gate: ChannelGate;
  readonly adapter: ChatAdapter;
  readonly bot: TurnLogic;
  readonly services: Pick<Services, 'checkHealth' | 'isAuditExportOpen' | 'redeemAuditExport'>;
  readonly callback: AnswerCallback;
  readonly isStopping: () => boolean;
  readonly log: Log;
}

export interface RunningServer {
  readonly port: number;
  /** Refuses new connections and resolves when the requests at work are answered. */
  close(): Promise<void>;
}

/** Rejects when the port cannot be had. Host undefined is every interface. */
export async function startServer(
  parts: ServerParts,
  port: number,
  host: string | undefined,
): Promise<RunningServer> {
  const server = restify.createServer({ name: 'rollcall', log: SILENT, ignoreTrailingSlash: true });
  server.server.headersTimeout = HEADERS_WITHIN_MS;
  server.server.requestTimeout = REQUEST_WITHIN_MS;
  server.on('restifyError', hideError(parts.log));

  server.post(
    '/api/messages',
    refuseOtherThanJson,
    restify.plugins.bodyReader({ maxBodySize: BODY_LIMIT_BYTES }),
    ...restify.plugins.jsonBodyParser({ mapParams: false }),
    receive(parts),
  );
  for (const [path, page] of Object.entries(PAGES))
    server.get(path, (_request, response, next) => {
      response.sendRaw(200, page, PAGE_HEADERS);
      next(false);
    });
  server.get('/auth/callback', comeBack(parts));
  server.get('/export/:token', offerFile(parts));
  server.post('/export/:token', sendFile(parts));
  server.get('/healthz', (_request, response, next) => {
    response.send(200, { status: 'alive' });
    next(false);
  });
  server.get('/readyz', ready(parts));

  await new Promise<void>((resolve, reject) => {
    // restify hands errors of its server on to itself, where nobody would listen.
    server.once('error', reject);
    const listening = () => {
      server.removeListener('error', reject);
      server.on('error', (error: Error) => parts.log.error('server', {}, error));
      resolve();
    };
    // Without a host, Node takes every interface, also on machines that have IPv4 only ("::" would fail there).
    if (host === undefined) server.listen(port, listening);
    else server.listen(port, host, listening);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // A kept-alive connection without a request would keep us from ending.
        server.server.closeIdleConnections();
      }),
  };
}

const portOf = (address: AddressInfo): number => address.port;

function receive({ gate, adapter, bot, log }: ServerParts) {
  // Arity two and no return value: restify logs what an async handler returns, request and all.
  return async (request: Request, response: Response): Promise<void> => {
    try {
      const admission = await gate.admit(request.headers.authorization, request.body);
      if (admission.kind === 'refused') {
        sendStatus(response, admission.status);
        return;
      }
      const { status, body } = await adapter.receive(admission, bot);
      if (body === undefined) response.send(status);
      else response.send(status, body);
    } catch (error) {
      log.error('request-failed', {}, error);
      if (!response.headersSent) sendStatus(response, 500);
    }
  };
}

function comeBack({ callback, log }: ServerParts) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      const { status, page } = await callback(request.getQuery());
      response.sendRaw(status, drawPage(page), PAGE_HEADERS);
    } catch (error) {
      log.error('request-failed', {}, error);
      if (!response.headersSent) sendStatus(response, 500);
    }
  };
}

const withToken = z.object({ token: z.string() });
/** What stands behind the last slash; empty for what no link ever had. */
const tokenOf = (request: Request): string => withToken.safeParse(request.params).data?.token ?? '';

function offerFile(parts: ServerParts) {
  return async (request: Request, response: Response): Promise<void> => {
    const { status, html, headers } = await showExport(parts, tokenOf(request));
    response.sendRaw(status, html, { ...headers });
  };
}

function sendFile(parts: ServerParts) {
  return async (request: Request, response: Response): Promise<void> => {
    const got = await fetchExport(parts, tokenOf(request));
    if ('html' in got) {
      response.sendRaw(got.status, got.html, { ...got.headers });
      return;
    }
    response.writeHead(200, { ...fileHeaders(got) });
    try {
      // Waits for slow readers; a cut connection ends the reading.
      await pipeline(Readable.from(got.lines), response);
    } catch (error) {
      // Half a file must not look like a whole one: the connection is cut, the browser says that it failed.
      parts.log.error('export-cut', {}, error);
      response.destroy();
    }
  };
}

function ready({ services, isStopping, log }: ServerParts) {
  return async (_request: Request, response: Response): Promise<void> => {
    try {
      const { ok, checks } = await services.checkHealth();
      const failing: string[] = checks.filter((check) => !check.ok).map(({ name }) => name);
      if (isStopping()) failing.push('stopping');
      const good = ok && failing.length === 0;
      const found = checks.filter((check) => check.ok && check.problem !== null).map(({ name }) => name);
      const findings = found.length > 0 ? { findings: found } : {};
      response.send(
        good ? 200 : 503,
        good ? { status: 'ready', ...findings } : { status: 'not ready', failing, ...findings },
      );
    } catch (error) {
      log.error('health-check-failed', {}, error);
      sendStatus(response, 503);
    }
  };
}

/** Multipart would be written to disk, and packed bodies could grow without limit. */
function refuseOtherThanJson(request: Request, response: Response, next: (go?: boolean) => void): void {
  const packed = request.headers['content-encoding'] !== undefined;
  if (!packed && request.contentType() === 'application/json') {
    next();
    return;
  }
  response.setHeader('Connection', 'close');
  sendStatus(response, 415);
  next(false);
}

function sendStatus(response: Response, status: number): void {
  response.send(status, { error: STATUS_CODES[status] ?? 'Error' });
}

const withStatus = z.object({ statusCode: z.int().min(400).max(599) });

/** Answers restify's own errors (404, 405, 413, bad JSON, anything thrown) by their status alone. */
function hideError(log: Log) {
  return (_request: Request, response: Response, error: unknown, done: () => void): void => {
    const status = withStatus.safeParse(error).data?.statusCode ?? 500;
    if (status >= 500) log.error('request-failed', {}, error);
    if (!response.headersSent) {
      if (status === 413) response.setHeader('Connection', 'close');
      sendStatus(response, status);
    }
    done();
  };
}

const quiet = () => undefined;
/** restify writes whole requests into its log, tokens included. Its types ask for the logger of an older version. */
const SILENT = z.custom<ServerOptions['log']>().parse({
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
  level: quiet,
  child: () => SILENT,
});
