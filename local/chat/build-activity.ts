// The activities that Teams sends to a bot, complete with everything around the message.
// Pure; the fields are those of the Teams docs (conversation events, channel and group chat conversations).
import { randomUUID } from 'node:crypto';
import { threadOf } from './conversations.ts';
import type { Conversation, Team } from './conversations.ts';
import type { JsonObject } from './json.ts';
import { userMri } from './people.ts';
import type { Person, Roster } from './people.ts';

/** Everything that an activity is wrapped in. */
export interface Surroundings {
  readonly roster: Roster;
  readonly team: Team;
  readonly serviceUrl: string;
  readonly conversation: Conversation;
  /** With `;messageid=` in a channel. */
  readonly conversationId: string;
  readonly person: Person;
}

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Local time with its offset, as in 2026-11-23T20:00:00.000+01:00. */
export function localTimestamp(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${shifted}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}

const clientInfo = { locale: 'en-US', country: 'US', platform: 'Web', timezone, type: 'clientInfo' };

function conversationOf(around: Surroundings): JsonObject {
  const { conversation, conversationId, roster } = around;
  const isGroup = conversation.kind === 'personal' ? {} : { isGroup: true };
  return { ...isGroup, conversationType: conversation.kind, tenantId: roster.tenantId, id: conversationId };
}

function channelDataOf(around: Surroundings): JsonObject {
  const tenant = { id: around.roster.tenantId };
  if (around.conversation.kind !== 'channel') return { tenant };
  const { id: channelId } = around.conversation;
  const { id, name, aadGroupId } = around.team;
  return {
    teamsChannelId: channelId,
    teamsTeamId: id,
    channel: { id: channelId },
    team: { id, name, aadGroupId },
    tenant,
  };
}

function envelope(around: Surroundings, id: string): JsonObject {
  const { roster, person, serviceUrl } = around;
  const now = new Date();
  return {
    timestamp: now.toISOString(),
    localTimestamp: localTimestamp(now),
    localTimezone: timezone,
    id,
    channelId: 'msteams',
    serviceUrl,
    from: { id: userMri(roster.botAppId, person.id), name: person.displayName, aadObjectId: person.id },
    conversation: conversationOf(around),
    recipient: { id: roster.botId, name: roster.botName },
    locale: 'en-US',
    channelData: channelDataOf(around),
  };
}

const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );

/** What a person says. `mention` puts the bot's name in front, as the client does for `@`. */
export function messageActivity(
  around: Surroundings,
  id: string,
  said: { readonly text: string; readonly mention: boolean; readonly attachments: readonly JsonObject[] },
): JsonObject {
  const { botId, botName } = around.roster;
  const tag = `<at>${botName}</at>`;
  const text = said.mention && !said.text.includes(tag) ? `${tag} ${said.text}` : said.text;
  const mention = { mentioned: { id: botId, name: botName }, text: tag, type: 'mention' };
  const span = `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">${escapeHtml(botName)}</span>`;
  const html = text.split(tag).map(escapeHtml).join(span);
  const asHtml = text === '' ? [] : [{ contentType: 'text/html', content: `<p>${html}</p>` }];
  const replyTo = threadOf(around.conversationId);
  return {
    text,
    textFormat: 'plain',
    attachments: [...said.attachments, ...asHtml],
    type: 'message',
    ...envelope(around, id),
    ...(replyTo === undefined || replyTo === id ? {} : { replyToId: replyTo }),
    entities: [...(text.includes(tag) ? [mention] : []), clientInfo],
  };
}

/** A pressed Action.Submit: a message with `value` and nothing to read (Teams docs: card actions). */
export function submitActivity(
  around: Surroundings,
  id: string,
  replyToId: string,
  value: unknown,
): JsonObject {
  return { type: 'message', value, ...envelope(around, id), replyToId, entities: [clientInfo] };
}

/** An invoke: a card action, a refresh, or a search for choices. */
export function invokeActivity(
  around: Surroundings,
  name: string,
  value: JsonObject,
  replyToId: string,
): JsonObject {
  const from = envelope(around, `f:${randomUUID()}`);
  return { name, type: 'invoke', value, ...from, replyToId, entities: [clientInfo] };
}

/** What Teams sends when the app is installed or removed: an installationUpdate, and who joined or left. */
export function installationActivities(
  around: Surroundings,
  action: 'add' | 'remove',
): readonly JsonObject[] {
  const { roster, person, conversation } = around;
  const bot = { id: roster.botId };
  const user = { id: userMri(roster.botAppId, person.id), aadObjectId: person.id };
  const changed = conversation.kind === 'personal' && action === 'add' ? [user, bot] : [bot];
  const channelData = {
    ...channelDataOf(around),
    ...(conversation.kind === 'channel'
      ? { eventType: action === 'add' ? 'teamMemberAdded' : 'teamMemberRemoved' }
      : {}),
  };
  const settings =
    conversation.kind === 'channel' ? { settings: { selectedChannel: { id: conversation.id } } } : {};
  const roll = action === 'add' ? { membersAdded: changed } : { membersRemoved: changed };
  const update = {
    ...envelope(around, `f:${randomUUID()}`),
    type: 'conversationUpdate',
    ...roll,
    channelData,
  };
  const installation = {
    ...envelope(around, `f:${randomUUID()}`),
    type: 'installationUpdate',
    action,
    entities: [clientInfo],
    channelData: { ...channelDataOf(around), ...settings, source: { name: 'message' } },
  };
  return [update, installation];
}
