// What an activity asks for, in the bot's own words. Pure. Who asks and from where comes from the authenticated
// activity only, never from a card. Does not know which commands or verbs exist.
import type { Activity } from 'botbuilder';
import { z } from 'zod';
import { parseTenantId, type Actor, type TenantId } from '../services/index.ts';
import type { Place } from './views/reader.ts';

/** Who asks, where, and how they read. */
export interface Asker {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly conversation: { readonly kind: Place; readonly id: string };
  /** BCP 47. */
  readonly locale: string;
  /** IANA name. */
  readonly timeZone: string;
  /** The same again when the channel delivers the activity twice. */
  readonly activityId: string;
}

export type Ask =
  /** `text` is one line, without the mention of the bot, blanks single. */
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'emptyMessage' }
  | { readonly kind: 'attachmentOnly' }
  | { readonly kind: 'messageTooLong' }
  /** `execute` waits for its answer; `submit` is a message of an old client. */
  | {
      readonly kind: 'action';
      readonly by: 'execute' | 'submit';
      readonly verb: string;
      readonly data: unknown;
    }
  | { readonly kind: 'installed' };

export type BotRequest = Asker & Ask;

/** `why` is for the log; a stranger is a person whose account the channel does not tell. */
export type ParsedActivity =
  BotRequest | { readonly kind: 'stranger' } | { readonly kind: 'ignored'; readonly why: string };

const LONGEST_TEXT = 1_000;

const person = z.object({ aadObjectId: z.string().min(1), name: z.string().catch('') });
const timeZone = z.string().min(1).max(60);
const clientInfo = z.object({ type: z.literal('clientInfo'), timezone: timeZone });
const mention = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id: z.string() }),
});
const rest = z.object({
  tenant: z.object({ id: z.string() }).optional().catch(undefined),
});
const entities = z.array(z.unknown()).catch([]);
const execute = z.object({ action: z.object({ verb: z.string(), data: z.unknown() }) });
/** The fallback of a button for old clients carries its verb in its data. */
const submit = z.looseObject({ verb: z.string() });
const PLACES: ReadonlySet<string> = new Set<Place>(['personal', 'channel', 'groupChat']);
const isPlace = (text: string | undefined): text is Place => text !== undefined && PLACES.has(text);

export function parseActivity(activity: Activity): ParsedActivity {
  const ask = parseAsk(activity);
  if (ask.kind === 'ignored') return ask;
  const tenantId = parseTenant(activity);
  if (tenantId === null) return ignored('no-tenant');
  const from = person.safeParse(activity.from).data;
  if (from) return { ...parseAsker(activity, tenantId, from), ...ask };
  // Two bots that answer each other would never end; an installation is welcomed when somebody speaks.
  const answered = ask.kind !== 'installed' && !isBot(activity.from);
  return answered ? { kind: 'stranger' } : ignored('no-person');
}

/** Teams docs, "Bot conversation basics": the ids of bots begin with 28. */
const isBot = ({ id, role }: Activity['from']): boolean => id.startsWith('28:') || role === 'bot';

function parseAsk(activity: Activity): Ask | { readonly kind: 'ignored'; readonly why: string } {
  switch (activity.type) {
    case 'message':
      return parseMessage(activity);
    case 'invoke': {
      if (activity.name !== 'adaptiveCard/action') return ignored('invoke');
      const { action } = execute.safeParse(activity.value).data ?? {};
      return { kind: 'action', by: 'execute', verb: action?.verb ?? '', data: action?.data };
    }
    // The welcome hangs on this one; conversationUpdate tells of the same event again, in other words.
    case 'installationUpdate':
      return activity.action === 'remove' || activity.action === 'remove-upgrade'
        ? ignored('removed')
        : { kind: 'installed' };
    default:
      return ignored(`type-${activity.type}`);
  }
}

const ignored = (why: string) => ({ kind: 'ignored', why }) as const;

function parseMessage(activity: Activity): Ask {
  const text = cleanText(activity);
  if (text.length > LONGEST_TEXT) return { kind: 'messageTooLong' };
  if (text !== '') return { kind: 'command', text };
  const { data: value } = submit.safeParse(activity.value);
  if (value) return { kind: 'action', by: 'submit', verb: value.verb, data: value };
  if (activity.value !== undefined && activity.value !== null)
    return { kind: 'action', by: 'submit', verb: '', data: undefined };
  // Teams sends formatted text a second time, as an attachment.
  const attachments = z
    .array(z.object({ contentType: z.string() }))
    .catch([])
    .parse(activity.attachments);
  return attachments.some(({ contentType }) => contentType !== 'text/html')
    ? { kind: 'attachmentOnly' }
    : { kind: 'emptyMessage' };
}

/** Marks that show nothing and only turn or join text. Joiners inside names (U+200C, U+200D) stay. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function cleanText(activity: Activity): string {
  let text = z.string().catch('').parse(activity.text);
  for (const entity of entities.parse(activity.entities)) {
    const found = mention.safeParse(entity).data;
    // Only the bot itself: somebody else who is mentioned is part of what is said.
    if (found?.mentioned.id === activity.recipient.id) text = text.replaceAll(found.text, ' ');
  }
  return text
    .replace(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(INVISIBLE, '')
    .replace(/[\p{Z}\s\p{Cc}]+/gu, ' ')
    .trim();
}

function parseTenant(activity: Activity): TenantId | null {
  const { tenant } = rest.catch({}).parse(activity.channelData);
  const { data } = z.guid().safeParse(activity.conversation.tenantId ?? tenant?.id);
  return data === undefined ? null : parseTenantId(data);
}

function parseAsker(activity: Activity, tenantId: TenantId, from: z.infer<typeof person>): Asker {
  const type: string | undefined = activity.conversation.conversationType;
  const client = entities
    .parse(activity.entities)
    .flatMap((entity) => clientInfo.safeParse(entity).data ?? []);
  return {
    tenantId,
    actor: { objectId: from.aadObjectId.toLowerCase(), displayName: from.name },
    conversation: {
      kind: isPlace(type) ? type : 'personal',
      id: activity.conversation.id,
    },
    locale: z.string().min(2).max(35).catch('en-GB').parse(activity.locale),
    timeZone: timeZone.catch(client[0]?.timezone ?? 'UTC').parse(activity.localTimezone),
    activityId: activity.id ?? '',
  };
}
