// The Bot Connector's REST API as botbuilder calls it: conversations, activities, members, teams.
// Checks the caller's token, meets faults and rates, applies Teams' rules and writes the transcript.
import { z } from 'zod';
import type { BotTokens } from './bot-tokens.ts';
import { threadId, threadOf } from './conversations.ts';
import type { Faults } from './faults.ts';
import { bodyOf, HttpError } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { botActivity, jsonObject, objectOrEmpty, parseJson } from './json.ts';
import type { BotActivity } from './json.ts';
import type { Message } from './messages.ts';
import { botAuthor } from './people.ts';
import type { ThreadRates } from './thread-rates.ts';
import { connectorError, placeOf } from './connector-place.ts';
import { rosterRoutes } from './connector-roster.ts';
import type { Room } from './room.ts';
import { decideRefusal, unsupportedVersions } from './teams-rules.ts';

const newConversation = z.looseObject({
  members: z.array(z.looseObject({ id: z.string() })).nullish(),
  tenantId: z.string().nullish(),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: z.string() }).nullish(),
      channel: z.looseObject({ id: z.string() }).nullish(),
    })
    .nullish(),
  activity: jsonObject.nullish(),
});

/** Makes the routes under `/connector/`. */
export function connectorRoutes(
  room: Room,
  guards: { tokens: BotTokens; faults: Faults; rates: ThreadRates },
): Route[] {
  const { transcript, messages, roster } = room;
  const from = botAuthor(roster);

  /** Writes down what the bot tried and did not get through. */
  const recordRefused = (
    conversation: string,
    activityId: string,
    body: string,
    status: number,
    reason: string,
  ): void => {
    const activity = objectOrEmpty(parseJson(body));
    transcript.append({ kind: 'refused', conversation, activityId, from, activity, status, reason });
  };

  const refuseBad = (activity: BotActivity): void => {
    const refusal = decideRefusal(activity);
    if (refusal) throw connectorError(refusal.status, refusal.code, refusal.message);
  };

  const recordUnsupported = (
    conversation: string,
    activityId: string,
    activity: BotActivity,
    status: number,
  ): void => {
    for (const version of unsupportedVersions(activity)) {
      const reason = `card version ${version} is shown as its fallbackText`;
      transcript.append({ kind: 'refused', conversation, activityId, from, activity, status, reason });
    }
  };

  const contentOf = ({ text, attachments }: BotActivity) => ({
    ...(typeof text === 'string' ? { text } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  });

  const post = (conversationId: string, activity: BotActivity): { id: string; conversation: string } => {
    const conversation = placeOf(room, conversationId);
    if (activity.type === 'typing') {
      transcript.append({ kind: 'typing', conversation: conversationId, activityId: '', from, activity });
      return { id: transcript.nextMessageId(), conversation: conversationId };
    }
    if (activity.type !== 'message')
      throw connectorError(400, 'BadSyntax', `Unknown activity type ${activity.type}`);
    refuseBad(activity);
    const id = transcript.nextMessageId();
    const isNewThread = conversation.kind === 'channel' && threadOf(conversationId) === undefined;
    const place = isNewThread ? threadId(conversation.id, id) : conversationId;
    const sent = { ...activity, id };
    transcript.append({
      kind: 'message',
      conversation: place,
      activityId: id,
      from,
      activity: sent,
      ...contentOf(activity),
    });
    recordUnsupported(place, id, activity, 201);
    return { id, conversation: place };
  };

  const ownMessage = (conversationId: string, id: string): Message => {
    placeOf(room, conversationId);
    const message = messages.find(id);
    if (!message || message.deleted || !isSamePlace(message.conversation, conversationId)) {
      throw connectorError(404, 'ActivityNotFoundInConversation', 'Activity not found in conversation.');
    }
    if (message.from.role === 'bot') return message;
    throw connectorError(403, 'Forbidden', 'A bot can change its own messages only.');
  };

  const send = (call: Call): Answer => {
    const { id } = post(call.params.conversation ?? '', bodyOf(call, botActivity));
    return { status: 201, body: { id } };
  };

  const update = (call: Call): Answer => {
    const { conversation = '', activity: activityId = '' } = call.params;
    const message = ownMessage(conversation, activityId);
    const activity = bodyOf(call, botActivity);
    refuseBad(activity);
    transcript.append({
      kind: 'update',
      conversation: message.conversation,
      activityId,
      from,
      activity: { ...activity, id: activityId },
      ...contentOf(activity),
    });
    recordUnsupported(message.conversation, activityId, activity, 200);
    return { status: 200, body: { id: activityId } };
  };

  const remove = (call: Call): Answer => {
    const { conversation = '', activity: activityId = '' } = call.params;
    const message = ownMessage(conversation, activityId);
    transcript.append({ kind: 'delete', conversation: message.conversation, activityId, from, activity: {} });
    return { status: 200 };
  };

  const createConversation = (call: Call): Answer => {
    const asked = bodyOf(call, newConversation);
    const first = asked.activity ? botActivity.parse(asked.activity) : undefined;
    const channelId = asked.channelData?.channel?.id;
    if (channelId !== undefined) {
      if (!first) throw connectorError(400, 'BadSyntax', 'A new thread in a channel needs an activity.');
      const posted = post(channelId, first);
      return { status: 201, body: { id: posted.conversation, activityId: posted.id } };
    }
    const tenantId = asked.tenantId ?? asked.channelData?.tenant?.id;
    if (tenantId !== roster.tenantId)
      throw connectorError(400, 'BadSyntax', 'Incorrect conversation creation parameters');
    const person = roster.find(asked.members?.[0]?.id ?? '');
    if (!person) throw connectorError(400, 'BadSyntax', 'Invalid user identity in provided tenant');
    const conversation = placeOf(room, room.conversations.personalOf(person).id);
    const posted = first ? { activityId: post(conversation.id, first).id } : {};
    return { status: 201, body: { id: conversation.id, ...posted } };
  };

  const activities = '/connector/v3/conversations/:conversation/activities';
  const routes: Route[] = [
    { method: 'POST', path: '/connector/v3/conversations', handle: createConversation },
    { method: 'POST', path: activities, handle: send },
    { method: 'POST', path: `${activities}/:activity`, handle: send },
    { method: 'PUT', path: `${activities}/:activity`, handle: update },
    { method: 'DELETE', path: `${activities}/:activity`, handle: remove },
    ...rosterRoutes(room),
  ];

  /** Token first, then faults and rates, then the call itself; whatever is refused is written down. */
  const guarded = (route: Route): Route => ({
    ...route,
    async handle(call) {
      const { conversation = '', activity = '' } = call.params;
      const isWrite = call.method !== 'GET';
      const refused = (status: number, reason: string): void => {
        if (isWrite) recordRefused(conversation, activity, call.body, status, reason);
      };
      const tokenRefusal = await guards.tokens.refusalOf(call.headers.authorization);
      if (tokenRefusal !== undefined) {
        refused(401, `token: ${tokenRefusal}`);
        return { status: 401, body: { message: 'Authorization has been denied for this request.' } };
      }
      const fault = guards.faults.take(call.method, call.path);
      if (fault)
        return produceFault(fault.kind, fault.retryAfterSeconds, () => route.handle(call), call, refused);
      const waitSeconds = guards.rates.take(conversation, Date.now());
      if (waitSeconds > 0) {
        refused(429, 'rate of the thread');
        return tooManyRequests(waitSeconds);
      }
      try {
        return await route.handle(call);
      } catch (error) {
        if (error instanceof HttpError) refused(error.status, codeOf(error));
        else refused(400, 'malformed activity');
        throw error;
      }
    },
  });
  return routes.map(guarded);
}

const isSamePlace = (messagePlace: string, calledPlace: string): boolean =>
  messagePlace === calledPlace ||
  (threadOf(calledPlace) === undefined && messagePlace.startsWith(`${calledPlace};`));

const errorBody = z.object({ error: z.object({ code: z.string() }) });
const codeOf = (error: HttpError): string =>
  errorBody.safeParse(error.body).data?.error.code ?? `HTTP ${error.status}`;

const tooManyRequests = (retryAfterSeconds: number): Answer => ({
  status: 429,
  headers: { 'retry-after': String(retryAfterSeconds) },
  body: { error: { code: 'Throttled', message: 'Too many requests' } },
});

async function produceFault(
  kind: string,
  retryAfterSeconds: number,
  handle: () => Answer | Promise<Answer>,
  call: Call,
  refused: (status: number, reason: string) => void,
): Promise<Answer> {
  if (kind === 'lost-answer') await handle();
  else refused(Number(kind) || 0, `fault: ${kind}`);
  if (kind === 'silent') return 'handled';
  if (kind === 'reset' || kind === 'lost-answer') {
    call.response.destroy();
    return 'handled';
  }
  if (kind === '429') return tooManyRequests(retryAfterSeconds);
  const codes: Record<string, string> = {
    '412': 'PreconditionFailed',
    '500': 'ServiceError',
    '502': 'BadGateway',
  };
  return {
    status: Number(kind),
    body: { error: { code: codes[kind] ?? kind, message: 'Switched on as a fault' } },
  };
}
