// Starts a chat, a bot and an issuer that know each other, and gives tests short words for the HTTP API.
// One per test file: the metadata cache of botbuilder is keyed by address, so each has its own.
import { z } from 'zod';
import { startChat } from '../../../local/chat/start-chat.ts';
import type { ChatOptions } from '../../../local/chat/start-chat.ts';
import { startEchoBot } from './echo-bot.ts';
import { startFakeEntra } from './fake-entra.ts';
import type { BotTokenKind } from './fake-entra.ts';

export const people = [
  { id: 'aaaaaaaa-0000-4000-8000-000000000001', displayName: 'Megan Bowen', mail: 'meganb@contoso.com' },
  { id: 'aaaaaaaa-0000-4000-8000-000000000002', displayName: 'Alex Wilber', mail: 'alexw@contoso.com' },
  { id: 'aaaaaaaa-0000-4000-8000-000000000003', displayName: 'Diego Siciliani', mail: 'diegos@contoso.com' },
].map((person, index) => ({
  ...person,
  userPrincipalName: person.mail,
  role: (['global administrator', 'second administrator', 'no role'] as const)[index] ?? 'no role',
}));
export const [megan, alex, diego] = people.map((person) => person.id) as [string, string, string];

const entry = z.looseObject({
  seq: z.number(),
  kind: z.string(),
  conversation: z.string(),
  activityId: z.string(),
  from: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  at: z.string(),
  text: z.string().optional(),
  status: z.number().optional(),
  reason: z.string().optional(),
  for: z.string().optional(),
  activity: z.record(z.string(), z.unknown()),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
});
export type SeenEntry = z.infer<typeof entry>;
const said = z.object({ conversation: z.string(), activityId: z.string(), status: z.number().nullable() });
const answered = z.object({ status: z.number().nullable(), body: z.unknown() });

const view = z.object({
  conversations: z.array(
    z.looseObject({
      id: z.string(),
      messages: z.array(
        z.looseObject({
          id: z.string(),
          text: z.string(),
          attachments: z.array(z.looseObject({ contentType: z.string(), content: z.unknown().optional() })),
          note: z.object({ kind: z.string(), text: z.string() }).nullable(),
        }),
      ),
    }),
  ),
});
const heardActivity = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  action: z.string().optional(),
  text: z.string().optional(),
  value: z.unknown().optional(),
  replyToId: z.string().optional(),
  channelId: z.string(),
  serviceUrl: z.string(),
  from: z.object({ id: z.string(), name: z.string(), aadObjectId: z.string() }),
  recipient: z.object({ id: z.string(), name: z.string() }),
  conversation: z.looseObject({ id: z.string(), tenantId: z.string(), conversationType: z.string() }),
  channelData: z.record(z.string(), z.unknown()),
  locale: z.string(),
  localTimezone: z.string(),
  entities: z.array(z.looseObject({ type: z.string() })).default([]),
  membersAdded: z.array(z.looseObject({ id: z.string() })).default([]),
});
const errorBody = z.object({ error: z.object({ code: z.string() }) });
export const codeOf = (body: unknown): string | undefined => errorBody.safeParse(body).data?.error.code;
export const idOf = (body: unknown): string => z.looseObject({ id: z.string() }).parse(body).id;

const tenantId = '11111111-2222-4333-8444-555555555555';

/** Starts all three. `appId` must differ between test files that share a process. */
export async function openChat(appId: string, more: Partial<ChatOptions> = {}) {
  const entra = await startFakeEntra(tenantId, appId);
  const bot = await startEchoBot(appId, tenantId);
  const chat = await startChat({
    port: 0,
    botEndpoint: bot.endpoint,
    botAppId: appId,
    botName: 'Rollcall',
    tenantId,
    people,
    entraUrl: entra.entraUrl,
    caPem: entra.caPem,
    ...more,
  });
  const adapter = bot.connect(chat.metadataUrl, () => entra.token('good'));
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, chat.pageUrl), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const state = z
    .object({
      conversations: z.array(
        z.looseObject({ id: z.string(), kind: z.string(), members: z.array(z.string()) }),
      ),
    })
    .parse(await call('GET', '/api/state'));
  const placeOf = (kind: string, member: string): string =>
    state.conversations.find((each) => each.kind === kind && each.members.includes(member))?.id ?? '';
  return {
    chat,
    bot,
    entra,
    adapter,
    appId,
    tenantId,
    call,
    personal: (member: string) => placeOf('personal', member),
    channel: placeOf('channel', megan),
    groupChat: placeOf('groupChat', megan),
    say: async (conversation: string, as: string, text: string, mention = false) =>
      said.parse(await call('POST', '/api/say', { conversation, as, text, mention })),
    act: async (as: string, activityId: string, action: unknown, trigger = 'manual') =>
      answered.parse(await call('POST', '/api/act', { as, activityId, action, trigger })),
    open: async (as: string) =>
      z.looseObject({ id: z.string() }).parse(await call('POST', '/api/open', { as })).id,
    raw: async (body: unknown) => answered.parse(await call('POST', '/api/raw', body)),
    transcript: async (conversation: string, since = 0) =>
      z
        .object({ seq: z.number(), entries: z.array(entry) })
        .parse(
          await call(
            'GET',
            `/api/transcript?conversation=${encodeURIComponent(conversation)}&since=${since}`,
          ),
        ),
    /** The newest activity that reached the bot's own code. */
    heard: () => heardActivity.parse(bot.received.at(-1)),
    /** The messages of a conversation as one person sees them. */
    seenBy: async (as: string, conversation: string) => {
      const { conversations } = view.parse(await call('GET', `/api/view?as=${as}`));
      return conversations.find((each) => each.id === conversation)?.messages ?? [];
    },
    /** One raw call of the Connector, as a bot of any kind would make it. */
    async connector(method: string, path: string, body?: unknown, token: BotTokenKind | 'none' = 'good') {
      const headers = new Headers({ 'content-type': 'application/json' });
      if (token !== 'none') headers.set('authorization', `Bearer ${await entra.token(token)}`);
      const response = await fetch(`${chat.serviceUrl}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed: unknown = text === '' ? undefined : JSON.parse(text);
      return { status: response.status, headers: response.headers, body: parsed };
    },
    async stop() {
      await chat.stop();
      await bot.stop();
      await entra.stop();
    },
  };
}

export type OpenChat = Awaited<ReturnType<typeof openChat>>;
