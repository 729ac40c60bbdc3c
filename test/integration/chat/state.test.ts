// What survives a restart, and how several starts get along.
// The bot's side is not needed here: nobody listens at its address.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startChat } from '../../../local/chat/start-chat.ts';
import type { Chat } from '../../../local/chat/start-chat.ts';
import { megan, people } from './open-chat.ts';

describe('chat: state', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-state-'));
  });
  after(() => rm(folder, { recursive: true }));

  const start = (statePath?: string, port = 0): Promise<Chat> =>
    startChat({
      port,
      botEndpoint: 'http://127.0.0.1:9/api/messages',
      botAppId: 'bbbbbbbb-0000-4000-8000-000000000006',
      botName: 'Rollcall',
      tenantId: 'tenant',
      people,
      entraUrl: 'https://localhost:9',
      caPem: '',
      ...(statePath === undefined ? {} : { statePath }),
    });
  const post = async (chat: Chat, path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, chat.pageUrl), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const read = async (chat: Chat): Promise<unknown> =>
    (await fetch(new URL('/api/transcript', chat.pageUrl))).json();

  it('goes on where it stopped', async () => {
    const path = join(folder, 'deep', 'chat.jsonl');
    const first = await start(path);
    const { id } = z.looseObject({ id: z.string() }).parse(await post(first, '/api/open', { as: megan }));
    const said = await post(first, '/api/say', { conversation: id, as: megan, text: 'hello' });
    assert.equal(z.looseObject({ status: z.number() }).parse(said).status, 0);
    const before = await read(first);
    await first.stop();

    const second = await start(path);
    assert.deepEqual(await read(second), before);
    await post(second, '/api/open', { as: megan });
    await post(second, '/api/say', { conversation: id, as: megan, text: 'again' });
    const after = z.object({ seq: z.number(), entries: z.array(z.looseObject({ activityId: z.string() })) });
    const { entries, seq } = after.parse(await read(second));
    await second.stop();
    assert.equal(seq, 4);
    assert.equal(new Set(entries.map((entry) => entry.activityId)).size, 2);
  });

  it('says which port is taken', async () => {
    const first = await start();
    const port = Number(new URL(first.pageUrl).port);
    await assert.rejects(start(undefined, port), new RegExp(`Port ${port} is in use`));
    await first.stop();
  });

  it('sends live changes from where a page stopped', async () => {
    const chat = await start();
    const { id } = z.looseObject({ id: z.string() }).parse(await post(chat, '/api/open', { as: megan }));
    await post(chat, '/api/say', { conversation: id, as: megan, text: 'one' });
    const response = await fetch(new URL(`/api/events?as=${megan}&since=0`, chat.pageUrl));
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    await post(chat, '/api/say', { conversation: id, as: megan, text: 'two' });
    let seen = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      seen += decoder.decode(z.instanceof(Uint8Array).parse(chunk));
      if (seen.includes('"text":"two"')) break;
    }
    assert.ok(seen.indexOf('"text":"one"') < seen.indexOf('"text":"two"'));
    assert.match(seen, /^id: \d+$/m);
    await chat.stop();
  });

  it('installs the app again when the bot was not there', async () => {
    const chat = await start();
    const open = z.object({ id: z.string(), kind: z.string(), name: z.string(), installed: z.boolean() });
    assert.equal(open.parse(await post(chat, '/api/open', { as: megan })).installed, false);
    await chat.stop();
  });
});
