// What a person does in the chat: opens it, installs the app, says something, presses a button, searches.
// Each becomes the activities that Teams would send, and entries of the transcript.
import { installationActivities, invokeActivity, messageActivity, submitActivity } from './build-activity.ts';
import { threadId, threadOf } from './conversations.ts';
import type { Conversation } from './conversations.ts';
import { HttpError } from './http.ts';
import { objectOrEmpty, textOrEmpty } from './json.ts';
import type { JsonObject } from './json.ts';
import { cardFor } from './messages.ts';
import type { Message } from './messages.ts';
import { isPeopleDataset, personAuthor, searchPeople, userMri } from './people.ts';
import type { Person } from './people.ts';
import { conversationFor, personOf, surroundings } from './room.ts';
import type { Room } from './room.ts';
import type { BotAnswer } from './send-to-bot.ts';
import { decideRefresh } from './teams-rules.ts';

/** A card action as the client knows it; `data` already holds the inputs. */
export interface CardAction {
  readonly type: 'Action.Execute' | 'Action.Submit';
  readonly id?: string | undefined;
  readonly verb?: string | undefined;
  readonly data?: unknown;
}

/** What happened to something said; `status` is null when the bot does not hear it. */
export interface Said {
  readonly conversation: string;
  readonly activityId: string;
  readonly status: number | null;
}

/** Everything that a person can do. */
export interface PersonActs {
  open(asId: string): Promise<Conversation>;
  install(conversationId: string, asId: string): Promise<BotAnswer[]>;
  uninstall(conversationId: string, asId: string): Promise<BotAnswer[]>;
  say(said: {
    readonly conversation: string;
    readonly as: string;
    readonly text: string;
    readonly mention: boolean;
    readonly attachments: readonly JsonObject[];
  }): Promise<Said>;
  act(pressed: {
    readonly as: string;
    readonly conversation: string;
    readonly activityId: string;
    readonly action: CardAction;
    readonly trigger: 'manual' | 'automatic';
  }): Promise<BotAnswer>;
  /** The automatic refresh of a card that somebody sees; null when the client would not refresh it. */
  refresh(seen: { readonly as: string; readonly activityId: string }): Promise<BotAnswer | null>;
  search(typed: {
    readonly as: string;
    readonly conversation: string;
    readonly activityId: string;
    readonly dataset: string;
    readonly queryText: string;
  }): Promise<BotAnswer>;
}

const SEARCH_RESPONSE = 'application/vnd.microsoft.search.searchResponse';

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

const problemOf = (status: number): string =>
  status === 0 ? 'The bot did not answer.' : `The bot answered HTTP ${status}.`;

/** Makes the acts of one chat. */
export function createPersonActs(room: Room): PersonActs {
  const { transcript, messages, line, conversations } = room;
  /** When each person's client last refreshed which state of a message. */
  const refreshes = new Map<string, { readonly at: number; readonly editedSeq: number }>();
  const rememberRefresh = (message: Message, person: Person): void => {
    refreshes.set(`${message.id} ${person.id}`, { at: Date.now(), editedSeq: message.editedSeq });
  };

  const messageOf = (id: string): Message => {
    const message = messages.find(id);
    if (message && !message.deleted) return message;
    throw new HttpError(404, { error: { code: 'ActivityNotFound', message: `No message ${id}` } });
  };

  const installation = async (conversation: Conversation, person: Person, action: 'add' | 'remove') => {
    const wasInstalled = transcript.isInstalled(conversation.id);
    // Before the bot hears of it, because it may answer at once.
    transcript.setInstalled(conversation.id, action === 'add');
    const answers: BotAnswer[] = [];
    const around = surroundings(room, conversation, conversation.id, person);
    for (const activity of installationActivities(around, action)) {
      const answer = await line.send(activity);
      answers.push(answer);
      if (answer.status === 0) break;
    }
    // A bot that was not there yet gets its installation again, at the next occasion.
    const isHeard = answers.every((answer) => isSuccess(answer.status));
    if (action === 'add' && !isHeard) transcript.setInstalled(conversation.id, wasInstalled);
    return answers;
  };

  const ensureInstalled = async (conversation: Conversation, person: Person): Promise<void> => {
    if (!transcript.isInstalled(conversation.id)) await installation(conversation, person, 'add');
  };

  /** Writes a message down; the returned function carries it to the bot. */
  const deliver = (message: {
    conversation: string;
    activity: JsonObject;
    person: Person;
    text?: string;
  }) => {
    const { conversation, activity, person, text } = message;
    const activityId = textOrEmpty(activity.id);
    const from = personAuthor(person);
    transcript.append({
      kind: 'message',
      conversation,
      activityId,
      from,
      activity,
      ...(text === undefined ? {} : { text }),
    });
    return async (): Promise<BotAnswer> => {
      const answer = await line.send(activity);
      if (!isSuccess(answer.status)) {
        const reason = problemOf(answer.status);
        transcript.append({
          kind: 'refused',
          conversation,
          activityId,
          from,
          activity,
          status: answer.status,
          reason,
        });
      }
      return answer;
    };
  };

  const invoke = async (
    person: Person,
    message: Message,
    name: string,
    value: JsonObject,
    trigger?: 'manual' | 'automatic',
  ): Promise<BotAnswer> => {
    const conversation = conversationFor(room, message.conversation, person);
    const around = surroundings(room, conversation, message.conversation, person);
    const activity = invokeActivity(around, name, value, message.id);
    const about = { conversation: message.conversation, activityId: message.id, from: personAuthor(person) };
    const marks = { for: person.id, ...(trigger === undefined ? {} : { trigger }) };
    transcript.append({ kind: 'invoke', ...about, activity, ...marks });
    const answer = await line.send(activity);
    if (trigger !== undefined) {
      const { botId, botName } = room.roster;
      const from = { id: botId, name: botName, role: 'bot' as const };
      const { status, body } = answer;
      transcript.append({ kind: 'invokeResponse', ...about, from, activity: { body }, status, ...marks });
    }
    return answer;
  };

  const submit = (person: Person, message: Message, data: unknown): Promise<BotAnswer> => {
    const conversation = conversationFor(room, message.conversation, person);
    const around = surroundings(room, conversation, message.conversation, person);
    const special = objectOrEmpty(objectOrEmpty(data).msteams);
    const id = transcript.nextMessageId();
    const place = { conversation: message.conversation, person };
    if (special.type === 'imBack') {
      const text = textOrEmpty(special.value);
      const activity = messageActivity(around, id, {
        text,
        mention: conversation.kind !== 'personal',
        attachments: [],
      });
      return deliver({ ...place, activity, text })();
    }
    const isMessageBack = special.type === 'messageBack';
    const activity = submitActivity(around, id, message.id, isMessageBack ? special.value : data);
    if (!isMessageBack) return deliver({ ...place, activity })();
    const text = textOrEmpty(special.text);
    return deliver({ ...place, activity: { ...activity, text, textFormat: 'plain' }, text })();
  };

  return {
    async open(asId) {
      const person = personOf(room, asId);
      const conversation = conversations.personalOf(person);
      await ensureInstalled(conversation, person);
      return conversation;
    },
    install(conversationId, asId) {
      const person = personOf(room, asId);
      return installation(conversationFor(room, conversationId, person), person, 'add');
    },
    uninstall(conversationId, asId) {
      const person = personOf(room, asId);
      return installation(conversationFor(room, conversationId, person), person, 'remove');
    },
    async say(said) {
      const person = personOf(room, said.as);
      const conversation = conversationFor(room, said.conversation, person);
      // Outside personal chats a bot hears only what mentions it (Teams docs: channel and group chat conversations).
      const isHeard = conversation.kind === 'personal' || said.mention;
      if (isHeard) await ensureInstalled(conversation, person);
      const id = transcript.nextMessageId();
      const isNewThread = conversation.kind === 'channel' && threadOf(said.conversation) === undefined;
      const place = isNewThread ? threadId(conversation.id, id) : said.conversation;
      const mention = said.mention && conversation.kind !== 'personal';
      const around = surroundings(room, conversation, place, person);
      const activity = messageActivity(around, id, {
        text: said.text,
        attachments: said.attachments,
        mention,
      });
      const send = deliver({ conversation: place, activity, person, text: textOrEmpty(activity.text) });
      return { conversation: place, activityId: id, status: isHeard ? (await send()).status : null };
    },
    act({ as, activityId, action, trigger }) {
      const person = personOf(room, as);
      const message = messageOf(activityId);
      if (action.type === 'Action.Submit') return submit(person, message, action.data);
      if (trigger === 'automatic') rememberRefresh(message, person);
      const { type, id, verb, data } = action;
      const sent = { type, ...(id === undefined ? {} : { id }), verb: verb ?? '', data: data ?? {} };
      return invoke(person, message, 'adaptiveCard/action', { action: sent, trigger }, trigger);
    },
    async refresh({ as, activityId }) {
      const person = personOf(room, as);
      const message = messageOf(activityId);
      const card = cardFor(message, person.id);
      if (!card) return null;
      const last = refreshes.get(`${activityId} ${person.id}`);
      const isDue = decideRefresh({
        card,
        userMri: userMri(room.roster.botAppId, person.id),
        memberCount: conversationFor(room, message.conversation, person).members.length,
        // An edit brings a card that nobody has refreshed yet.
        lastRefreshMs: last?.editedSeq === message.editedSeq ? last.at : undefined,
        nowMs: Date.now(),
      });
      if (!isDue) return null;
      rememberRefresh(message, person);
      const { id, verb, data } = objectOrEmpty(objectOrEmpty(card.refresh).action);
      const action = {
        type: 'Action.Execute',
        ...(id === undefined ? {} : { id }),
        verb: textOrEmpty(verb),
        data: data ?? {},
      };
      const value = { action, trigger: 'automatic' };
      return invoke(person, message, 'adaptiveCard/action', value, 'automatic');
    },
    search({ as, activityId, dataset, queryText }) {
      // The bot never hears of it.
      if (isPeopleDataset(dataset)) {
        const value = { results: searchPeople(room.roster, queryText) };
        return Promise.resolve({ status: 200, body: { type: SEARCH_RESPONSE, value } });
      }
      const value = { queryText, queryOptions: { skip: 0, top: 15 }, dataset };
      return invoke(personOf(room, as), messageOf(activityId), 'application/search', value);
    },
  };
}
