// The messages as they stand now, made from the transcript, and how one person sees them.
// Pure except for the map it keeps; it sends nothing and refuses nothing.
import { fallbackTextOf } from './teams-rules.ts';
import { readInvokeResponse } from './invoke-response.ts';
import { isCard, objectOrEmpty, textOrEmpty } from './json.ts';
import type { JsonObject } from './json.ts';
import type { Author } from './people.ts';
import type { Entry } from './transcript.ts';

/** A line under a message that one person sees. */
export interface Note {
  readonly kind: 'info' | 'error';
  readonly text: string;
}

/** A message that somebody sent, with everything that happened to it since. */
export interface Message {
  readonly id: string;
  readonly conversation: string;
  readonly from: Author;
  readonly at: string;
  activity: JsonObject;
  edited: boolean;
  /** The entry that made it what it is now; changes with every edit. */
  editedSeq: number;
  deleted: boolean;
  /** Cards that an invoke put in the place of the message's own, by person. */
  readonly views: Map<string, JsonObject>;
  readonly notes: Map<string, Note>;
  /** Why the bot did not hear it. */
  problem?: string;
}

/** A message as the page of one person draws it. */
export interface MessageView {
  readonly id: string;
  readonly conversation: string;
  readonly from: Author;
  readonly at: string;
  readonly text: string;
  readonly textFormat: string;
  readonly entities: readonly unknown[];
  readonly attachments: readonly {
    contentType: string;
    content?: unknown;
    name?: string;
    fallbackText?: string;
  }[];
  readonly suggestedActions: readonly unknown[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly note: Note | null;
  readonly problem: string | null;
}

/** The messages of a chat. */
export interface Messages {
  find(id: string): Message | undefined;
  /** Those of the conversations that pass the test, oldest first. */
  in(isWanted: (conversationId: string) => boolean): readonly Message[];
  apply(entry: Entry): Message | undefined;
}

function applyInvokeResponse(message: Message, entry: Entry): void {
  if (entry.for === undefined) return;
  const outcome = readInvokeResponse(entry.status ?? 0, entry.activity.body);
  message.notes.delete(entry.for);
  if (outcome.kind === 'card') message.views.set(entry.for, outcome.card);
  // A refresh that fails is not the person's doing: Teams leaves the card as it is and says nothing.
  else if (entry.trigger === 'automatic') return;
  else
    message.notes.set(entry.for, { kind: outcome.kind === 'error' ? 'error' : 'info', text: outcome.text });
}

/** Starts from the entries that are there. Call `apply` with each new one. */
export function createMessages(entries: readonly Entry[]): Messages {
  const messages = new Map<string, Message>();
  const create = (entry: Entry): Message => {
    const { activityId: id, conversation, from, at, activity } = entry;
    const state = { edited: false, editedSeq: entry.seq, deleted: false, views: new Map(), notes: new Map() };
    const message: Message = { id, conversation, from, at, activity, ...state };
    messages.set(id, message);
    return message;
  };
  const apply = (entry: Entry): Message | undefined => {
    const message = messages.get(entry.activityId);
    if (entry.kind === 'message') return create(entry);
    if (!message) return undefined;
    if (entry.kind === 'update') {
      message.activity = entry.activity;
      message.edited = true;
      message.editedSeq = entry.seq;
      // An edit is for everybody: what single people saw instead is over.
      message.views.clear();
      message.notes.clear();
    } else if (entry.kind === 'delete') {
      message.deleted = true;
    } else if (entry.kind === 'invokeResponse') {
      applyInvokeResponse(message, entry);
    } else if (entry.kind === 'refused' && entry.from.role === 'user' && entry.reason !== undefined) {
      message.problem = entry.reason;
    }
    return message;
  };
  for (const entry of entries) apply(entry);
  return {
    find: (id) => messages.get(id),
    in: (isWanted) => [...messages.values()].filter((message) => isWanted(message.conversation)),
    apply,
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The card that a person sees on a message: his own view, else the message's first card. */
export function cardFor(message: Message, personId: string): JsonObject | undefined {
  const own = message.views.get(personId);
  if (own) return own;
  const first = listOf(message.activity.attachments)
    .map(objectOrEmpty)
    .find((attachment) => isCard({ contentType: textOrEmpty(attachment.contentType) }));
  return first && objectOrEmpty(first.content);
}

function attachmentView(attachment: JsonObject): MessageView['attachments'][number] {
  const contentType = textOrEmpty(attachment.contentType);
  if (!isCard({ contentType })) {
    return { contentType, content: attachment.content, name: textOrEmpty(attachment.name) };
  }
  const card = objectOrEmpty(attachment.content);
  const fallbackText = fallbackTextOf(card);
  return fallbackText === undefined ? { contentType, content: card } : { contentType, fallbackText };
}

/** How one person sees a message. */
export function viewFor(message: Message, personId: string): MessageView {
  const { activity, deleted, edited, id, conversation, from, at } = message;
  const own = message.views.get(personId);
  const attachments = listOf(activity.attachments).map(objectOrEmpty);
  const firstCard = attachments.findIndex((each) => isCard({ contentType: textOrEmpty(each.contentType) }));
  const seen = own
    ? attachments.map((each, index) => (index === firstCard ? { ...each, content: own } : each))
    : attachments;
  return {
    id,
    conversation,
    from,
    at,
    edited,
    deleted,
    text: deleted ? '' : textOrEmpty(activity.text),
    textFormat: textOrEmpty(activity.textFormat) || (from.role === 'bot' ? 'markdown' : 'plain'),
    entities: listOf(activity.entities),
    attachments: deleted ? [] : seen.map(attachmentView),
    suggestedActions: deleted ? [] : listOf(objectOrEmpty(activity.suggestedActions).actions),
    note: message.notes.get(personId) ?? null,
    problem: message.problem ?? null,
  };
}

/** Whether a message shows anything at all: an Action.Submit travels as a message that no client draws. */
export const isVisible = (message: Message): boolean => {
  const { text, attachments, value } = message.activity;
  return textOrEmpty(text) !== '' || listOf(attachments).length > 0 || value === undefined;
};
