// The bot's real server, gate, adapter and dispatch, wired as in bot/main.ts, against a fake channel and scripted
// services.
import { Writable } from 'node:stream';
import { createAdapter } from '../../../bot/adapter.ts';
import { createCallback } from '../../../bot/callback.ts';
import { createChannelGate } from '../../../bot/channel-auth.ts';
import { createConnectCards } from '../../../bot/connect-cards.ts';
import { startDeliveringNotices } from '../../../bot/deliver-notices.ts';
import { createDispatch } from '../../../bot/dispatch.ts';
import { createNotify } from '../../../bot/notify.ts';
import { createRunCards } from '../../../bot/run-cards.ts';
import { startServer } from '../../../bot/server.ts';
import { createTeamsBot } from '../../../bot/teams-bot.ts';
import {
  createAmbient,
  createLog,
  readConfig,
  type Ambient,
  type Services,
} from '../../../services/index.ts';
import { APP_ID, envelope, TENANT_ID } from '../../unit/bot/activities.ts';
import type { FakeChannel, TokenOptions } from './fake-channel.ts';

/** Real time, twenty times as fast: what waits for a second and a half waits for 75 ms. */
export function createQuickAmbient(): Ambient {
  const real = createAmbient();
  const startMs = Date.now();
  return {
    ...real,
    clock: {
      now: () => new Date(startMs + (Date.now() - startMs) * 20),
      sleep: (ms, signal) => real.clock.sleep(ms / 20, signal),
      every: (ms, tick) => real.clock.every(ms / 20, tick),
    },
  };
}

export interface BotOptions {
  readonly env?: Record<string, string>;
  readonly ambient?: Ambient;
}

export async function startBot(channel: FakeChannel, services: Services, options: BotOptions = {}) {
  let logged = '';
  const log = createLog(
    'debug',
    new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk);
        done();
      },
    }),
  );
  const ambient = options.ambient ?? createAmbient();
  const config = readConfig({
    ROLLCALL_HOST: 'localhost',
    MONGODB_URI: 'mongodb://127.0.0.1:1/unused',
    MicrosoftAppId: APP_ID,
    MicrosoftAppPassword: 'app-secret-value',
    MicrosoftAppTenantId: TENANT_ID,
    ROLLCALL_CHANNEL_METADATA_URL: channel.metadataUrl,
    ROLLCALL_CHANNEL_TOKEN_URL: channel.tokenUrl,
    ROLLCALL_ALLOWED_SERVICE_URLS: channel.serviceUrl,
    ...options.env,
  });
  let stopping = false;
  const isStopping = () => stopping;
  const adapter = createAdapter(config, ambient, log);
  const rim = { services, notify: createNotify(adapter, config), ambient, log };
  const runCards = createRunCards(rim);
  const connectCards = createConnectCards(rim);
  const signIns = connectCards.start();
  const notices = startDeliveringNotices(rim);
  const dispatch = createDispatch({
    services,
    runCards,
    connectCards,
    allowedTenants: config.allowedTenants,
    ambient,
    isStopping,
  });
  const server = await startServer(
    {
      gate: createChannelGate(config, ambient, log, services),
      adapter,
      bot: createTeamsBot({ dispatch, services, ambient, log }),
      services,
      callback: createCallback({ services, clock: ambient.clock, isStopping, onNews: signIns.now, log }),
      isStopping,
      log,
    },
    0,
    'localhost',
  );
  const url = `http://localhost:${server.port}`;

  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as unknown };
  };
  return {
    url,
    runCards,
    post,
    /** With a good token, from the channel of this test. */
    say: async (activity: Record<string, unknown>, token: TokenOptions = {}) =>
      post(
        { ...envelope(), ...activity, serviceUrl: channel.serviceUrl },
        { authorization: `Bearer ${await channel.sign(token)}` },
      ),
    logged: () => logged,
    setStopping: () => {
      stopping = true;
    },
    stop: async () => {
      signIns.stop();
      notices.stop();
      await Promise.all([signIns.settle(), notices.settle(), connectCards.settle()]);
      await server.close();
    },
  };
}
export type Bot = Awaited<ReturnType<typeof startBot>>;

/** Polls until the condition holds; fails after two seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 4_000;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`Not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
