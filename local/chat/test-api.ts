// The HTTP API under /api: what the page does for people, tests and demos do for themselves.
// Parsing and answering only; the acts are elsewhere.
import { z } from 'zod';
import { tokenKinds } from './channel-tokens.ts';
import { newFault } from './faults.ts';
import type { Faults } from './faults.ts';
import { bodyOf, HttpError } from './http.ts';
import type { Route } from './http.ts';
import { jsonObject } from './json.ts';
import type { PersonActs } from './person-acts.ts';
import type { Room } from './room.ts';
import type { ThreadRates } from './thread-rates.ts';

const say = z.object({
  conversation: z.string(),
  as: z.string(),
  text: z.string().default(''),
  mention: z.boolean().default(false),
  attachments: z.array(jsonObject).default([]),
});
const act = z.object({
  conversation: z.string().default(''),
  as: z.string(),
  activityId: z.string(),
  action: z.object({
    type: z.enum(['Action.Execute', 'Action.Submit']).default('Action.Execute'),
    id: z.string().optional(),
    verb: z.string().optional(),
    data: z.unknown().optional(),
  }),
  trigger: z.enum(['manual', 'automatic']).default('manual'),
});
const search = z.object({
  conversation: z.string().default(''),
  as: z.string(),
  activityId: z.string(),
  dataset: z.string(),
  queryText: z.string(),
});
const raw = z.object({
  activity: z.unknown().optional(),
  /** Sent as it is instead of the activity, for what is no JSON. */
  body: z.string().optional(),
  token: z.enum(tokenKinds).default('good'),
});
const place = z.object({ conversation: z.string(), as: z.string() });

/** Makes the routes under `/api/`. */
export function testApiRoutes(
  room: Room,
  parts: { acts: PersonActs; faults: Faults; rates: ThreadRates },
): Route[] {
  const { acts, faults, rates } = parts;
  const { roster, conversations, transcript, line } = room;
  const state = () => ({
    people: roster.people,
    bot: { id: roster.botId, name: roster.botName },
    team: conversations.team,
    conversations: conversations.all.map(({ id, kind, name, members }) => ({
      id,
      kind,
      name,
      members: members.map((member) => member.id),
      installed: transcript.isInstalled(id),
    })),
  });
  return [
    { method: 'GET', path: '/api/state', handle: () => ({ status: 200, body: state() }) },
    {
      method: 'GET',
      path: '/api/transcript',
      handle({ query }) {
        const since = Number(query.get('since') ?? 0);
        const conversation = query.get('conversation');
        const entries =
          conversation === null
            ? transcript.entries.filter((entry) => entry.seq > since)
            : transcript.of(conversation, since);
        return { status: 200, body: { seq: transcript.seq, entries } };
      },
    },
    {
      method: 'POST',
      path: '/api/say',
      handle: async (call) => ({ status: 200, body: await acts.say(bodyOf(call, say)) }),
    },
    {
      method: 'POST',
      path: '/api/act',
      handle: async (call) => ({ status: 200, body: await acts.act(bodyOf(call, act)) }),
    },
    {
      method: 'POST',
      path: '/api/refresh',
      async handle(call) {
        const answer = await acts.refresh(bodyOf(call, z.object({ as: z.string(), activityId: z.string() })));
        return { status: 200, body: answer ?? { status: null, body: null } };
      },
    },
    {
      method: 'POST',
      path: '/api/search',
      handle: async (call) => ({ status: 200, body: await acts.search(bodyOf(call, search)) }),
    },
    {
      method: 'POST',
      path: '/api/raw',
      async handle(call) {
        const { activity, body, token } = bodyOf(call, raw);
        const answer =
          body === undefined ? await line.send(activity, token) : await line.sendText(body, token);
        return { status: 200, body: answer };
      },
    },
    {
      method: 'POST',
      path: '/api/install',
      async handle(call) {
        const { conversation, as } = bodyOf(call, place);
        return { status: 200, body: { answers: await acts.install(conversation, as) } };
      },
    },
    {
      method: 'POST',
      path: '/api/uninstall',
      async handle(call) {
        const { conversation, as } = bodyOf(call, place);
        return { status: 200, body: { answers: await acts.uninstall(conversation, as) } };
      },
    },
    {
      method: 'POST',
      path: '/api/open',
      async handle(call) {
        const { id, kind, name } = await acts.open(bodyOf(call, z.object({ as: z.string() })).as);
        return { status: 200, body: { id, kind, name, installed: transcript.isInstalled(id) } };
      },
    },
    { method: 'GET', path: '/api/faults', handle: () => ({ status: 200, body: faults.list() }) },
    {
      method: 'POST',
      path: '/api/faults',
      handle: (call) => ({ status: 201, body: { id: faults.add(bodyOf(call, newFault)).id } }),
    },
    {
      method: 'DELETE',
      path: '/api/faults',
      handle() {
        faults.remove();
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/api/faults/:id',
      handle(call) {
        const id = call.params.id ?? '';
        if (!faults.list().some((fault) => fault.id === id))
          throw new HttpError(404, { error: { code: 'NoSuchFault' } });
        faults.remove(id);
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: '/api/rates',
      handle(call) {
        rates.isOn = bodyOf(call, z.object({ on: z.boolean() })).on;
        return { status: 200, body: { on: rates.isOn } };
      },
    },
  ];
}
