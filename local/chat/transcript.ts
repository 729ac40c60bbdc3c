// Everything that was said, in order: the one source from which every view is made.
// Append only. It decides nothing; it numbers, keeps and announces.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { channelOf } from './conversations.ts';
import { jsonObject, parseJson } from './json.ts';

const entry = z.object({
  /** Counts from 1 over all conversations. */
  seq: z.number(),
  kind: z.enum(['message', 'update', 'delete', 'typing', 'invoke', 'invokeResponse', 'refused']),
  /** With `;messageid=` for a message in a channel. */
  conversation: z.string(),
  /** Of the message that the entry is about; empty for typing. */
  activityId: z.string(),
  from: z.object({ id: z.string(), name: z.string(), role: z.enum(['bot', 'user']) }),
  /** ISO 8601, UTC. */
  at: z.string(),
  text: z.string().optional(),
  attachments: z.array(jsonObject).optional(),
  /** The whole activity; for an invokeResponse the body of the bot's answer. */
  activity: jsonObject,
  /** HTTP status of the answer, where there was one. */
  status: z.number().optional(),
  /** Why something was refused, in a word that tests can compare. */
  reason: z.string().optional(),
  /** Object id of the only person who sees it. */
  for: z.string().optional(),
  /** Of an invoke: pressed by the person, or a refresh by the person's client. */
  trigger: z.enum(['manual', 'automatic']).optional(),
});

/** One line of the transcript. */
export type Entry = Readonly<z.infer<typeof entry>>;
export type NewEntry = Omit<Entry, 'seq' | 'at'>;

const journalLine = z.union([z.object({ entry }), z.object({ installed: z.string(), value: z.boolean() })]);

/** The transcript of one chat. */
export interface Transcript {
  readonly entries: readonly Entry[];
  readonly seq: number;
  append(entry: NewEntry): Entry;
  /** Entries of a conversation; a channel's id gives all its threads. */
  of(conversation: string, since: number): readonly Entry[];
  isInstalled(conversation: string): boolean;
  setInstalled(conversation: string, value: boolean): void;
  /** Calls back for each new entry until the returned function is called. */
  listen(listener: (entry: Entry) => void): () => void;
  /** A new message id: a time in milliseconds, as in Teams, and never the same twice. */
  nextMessageId(): string;
}

function readJournal(path: string | undefined): z.infer<typeof journalLine>[] {
  if (path === undefined || !existsSync(path)) return [];
  // A line cut short by a crash is the last one; it was never shown to anybody.
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => journalLine.safeParse(parseJson(line)).data)
    .filter((line) => line !== undefined);
}

/** Opens the transcript; with a path it goes on where the last process stopped. */
export function openTranscript(path?: string): Transcript {
  const entries: Entry[] = [];
  const installed = new Map<string, boolean>();
  const listeners = new Set<(entry: Entry) => void>();
  let lastMessageId = 0;
  const keep = (added: Entry): void => {
    entries.push(added);
    lastMessageId = Math.max(lastMessageId, Number(added.activityId) || 0);
  };
  for (const line of readJournal(path)) {
    if ('entry' in line) keep(line.entry);
    else installed.set(line.installed, line.value);
  }
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
  const write = (line: z.infer<typeof journalLine>): void => {
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(line)}\n`);
  };
  const seqNow = (): number => entries.at(-1)?.seq ?? 0;
  return {
    entries,
    get seq() {
      return seqNow();
    },
    append(added) {
      const complete: Entry = { seq: seqNow() + 1, at: new Date().toISOString(), ...added };
      keep(complete);
      write({ entry: complete });
      for (const listener of listeners) listener(complete);
      return complete;
    },
    of: (conversation, since) =>
      entries.filter(
        (each) =>
          each.seq > since &&
          (each.conversation === conversation || channelOf(each.conversation) === conversation),
      ),
    isInstalled: (conversation) => installed.get(conversation) ?? false,
    setInstalled(conversation, value) {
      installed.set(conversation, value);
      write({ installed: conversation, value });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nextMessageId() {
      lastMessageId = Math.max(lastMessageId + 1, Date.now());
      return String(lastMessageId);
    },
  };
}
