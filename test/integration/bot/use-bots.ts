// What tests of whole turns begin with: one channel for a file, bots that are stopped after each test, and people with
// and without roles.
import assert from 'node:assert/strict';
import {
  parseTenantId,
  type AuditEntry,
  type PersonEntry,
  type Role,
  type Services,
} from '../../../services/index.ts';
import { execute, TENANT_ID } from '../../unit/bot/activities.ts';
import { startFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createQuickAmbient, startBot, type Bot } from './start-bot.ts';
import { stubServices } from './stub-services.ts';

export const CARD = 'application/vnd.microsoft.card.adaptive';
export const MESSAGE = 'application/vnd.microsoft.activity.message';
export const TENANT = parseTenantId(TENANT_ID);

export interface InvokeAnswer {
  readonly statusCode: number;
  readonly type: string;
  readonly value: unknown;
}

export const owner: PersonEntry = {
  objectId: 'owner-1',
  displayName: 'Olga Owner',
  role: 'owner',
  since: new Date('2026-03-01T09:00:00Z'),
  addedBy: null,
};

/** The asker has this role, and Olga owns Rollcall. */
export const as = (role: Role | null): Partial<Services> => ({
  roleOf: () => Promise.resolve(role),
  hasOwner: () => Promise.resolve(true),
  listPeople: () => Promise.resolve([owner]),
});

export const nobodyOwns: Partial<Services> = {
  roleOf: () => Promise.resolve(null),
  hasOwner: () => Promise.resolve(false),
};

/** Collects what is recorded. */
export function audited() {
  const entries: Omit<AuditEntry, 'id' | 'at'>[] = [];
  const recordAudit: Services['recordAudit'] = (entry) => {
    entries.push(entry);
    return Promise.resolve();
  };
  const audited: Services['audited'] = async (line, work, end) => {
    const done = await work();
    const ended = end(done);
    if (ended !== null) entries.push({ before: null, after: null, ...line, ...ended });
    return done;
  };
  return { entries, recordAudit, audited };
}

/** To be called in a `describe`. A fault that was scripted and not consumed fails the test. */
export function useBots() {
  const running: Bot[] = [];
  let opened: FakeChannel | undefined;
  const channel = (): FakeChannel => {
    assert.ok(opened, 'the channel is open while tests run');
    return opened;
  };
  before(async () => {
    opened = await startFakeChannel();
  });
  after(() => channel().stop());
  beforeEach(() => {
    channel().calls.length = 0;
    channel().faults.length = 0;
  });
  afterEach(async () => {
    for (const bot of running.splice(0)) await bot.stop();
    assert.equal(channel().faults.length, 0, 'a scripted fault was not consumed');
  });

  /** Everything that was sent, as JSON. */
  const bodies = () => channel().calls.map(({ body }) => JSON.stringify(body));
  return {
    channel,
    bodies,
    start: async (script: Partial<Services> = {}): Promise<Bot> => {
      const bot = await startBot(channel(), stubServices(script), { ambient: createQuickAmbient() });
      running.push(bot);
      return bot;
    },
    /** The only thing that was sent. */
    only: (): string => {
      assert.equal(channel().calls.length, 1, bodies().join('\n'));
      return bodies()[0] ?? '';
    },
    invoke: async (bot: Bot, verb: string, data: unknown, over: Record<string, unknown> = {}) => {
      const answer = await bot.say(execute(verb, data, over));
      assert.equal(answer.status, 200);
      return answer.json() as InvokeAnswer;
    },
    /** A browser that comes back from Microsoft. */
    callback: async (bot: Bot, query: string) => {
      const response = await fetch(`${bot.url}/auth/callback?${query}`);
      return { status: response.status, text: await response.text() };
    },
  };
}
