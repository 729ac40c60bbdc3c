// What the chat page reads: its files, the state as one person sees it, and live changes (Server-Sent Events).
// Read only; everything the page does goes through the same API as a test.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { channelOf } from './conversations.ts';
import type { Conversation } from './conversations.ts';
import { HttpError } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { isVisible, viewFor } from './messages.ts';
import type { Person } from './people.ts';
import { personOf } from './room.ts';
import type { Room } from './room.ts';
import type { Entry } from './transcript.ts';

const publicDir = join(import.meta.dirname, 'public');
const rendererDir = dirname(
  createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'),
);
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const keepAliveMs = 20_000;

function file(path: string): Answer {
  try {
    const contentType = contentTypes[extname(path)] ?? 'application/octet-stream';
    return { status: 200, content: readFileSync(path), contentType };
  } catch (error) {
    throw new HttpError(404, {
      error: { code: 'NotFound', message: error instanceof Error ? error.message : '' },
    });
  }
}

const conversationsOf = (room: Room, person: Person): readonly Conversation[] =>
  room.conversations.all.filter(({ members }) => members.some((member) => member.id === person.id));

/** Everything that a person sees, at once. */
function view(room: Room, person: Person) {
  const { roster, conversations, transcript } = room;
  return {
    seq: transcript.seq,
    me: person,
    people: roster.people,
    bot: { id: roster.botId, name: roster.botName },
    team: conversations.team.name,
    conversations: conversationsOf(room, person).map((conversation) => ({
      id: conversation.id,
      kind: conversation.kind,
      name: conversation.name,
      members: conversation.members.map((member) => member.id),
      messages: transcriptMessages(room, conversation)
        .filter(isVisible)
        .map((message) => viewFor(message, person.id)),
    })),
  };
}

const transcriptMessages = (room: Room, conversation: Conversation) =>
  room.messages.in((id) => channelOf(id) === conversation.id);

/** What one entry changes on the page of one person; undefined when nothing. */
export function changeFor(room: Room, person: Person, entry: Entry): Record<string, unknown> | undefined {
  const conversation = room.conversations.find(entry.conversation);
  if (!conversation?.members.some((member) => member.id === person.id)) return undefined;
  if (entry.for !== undefined && entry.for !== person.id) return undefined;
  const place = { seq: entry.seq, conversation: conversation.id };
  if (entry.kind === 'typing') return { ...place, typing: entry.conversation };
  const message = room.messages.find(entry.activityId);
  if (!message || !isVisible(message)) return undefined;
  return { ...place, kind: entry.kind, message: viewFor(message, person.id) };
}

/** Makes the routes of the page. `announce` calls back for each entry after the messages know of it. */
export function pageRoutes(room: Room, announce: (listener: (entry: Entry) => void) => () => void): Route[] {
  const events = (call: Call): Answer => {
    const person = personOf(room, call.query.get('as') ?? '');
    const { response } = call;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const tell = (entry: Entry): void => {
      const change = changeFor(room, person, entry);
      if (change) response.write(`id: ${entry.seq}\ndata: ${JSON.stringify(change)}\n\n`);
    };
    response.write('retry: 500\n\n');
    const since = Number(call.headers['last-event-id'] ?? call.query.get('since') ?? room.transcript.seq);
    for (const entry of room.transcript.entries)
      if (entry.seq > since && entry.kind !== 'typing') tell(entry);
    const stopListening = announce(tell);
    const keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs);
    response.on('close', () => {
      stopListening();
      clearInterval(keepAlive);
    });
    return 'handled';
  };
  return [
    { method: 'GET', path: '/', handle: () => file(join(publicDir, 'index.html')) },
    { method: 'GET', path: '/favicon.ico', handle: () => ({ status: 204 }) },
    {
      method: 'GET',
      path: '/static/:name',
      handle({ params }) {
        const name = params.name ?? '';
        if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) throw new HttpError(404, { error: { code: 'NotFound' } });
        return file(join(name.startsWith('adaptivecards.') ? rendererDir : publicDir, name));
      },
    },
    {
      method: 'GET',
      path: '/api/view',
      handle: ({ query }) => {
        const fallback = room.roster.people[0]?.id ?? '';
        return { status: 200, body: view(room, personOf(room, query.get('as') ?? fallback)) };
      },
    },
    { method: 'GET', path: '/api/events', handle: events },
  ];
}
