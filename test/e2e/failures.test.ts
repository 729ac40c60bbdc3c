// What people see when things break: Microsoft 365 fails, the bot is killed, somebody clicks twice, a read that is
// believed would lock many out. Each time the directory must be what it was, or what was approved.
import assert from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import type { Browser } from 'playwright-core';
import { createChatApi, eventually, openBrowser, openChatPage, type ChatPage } from '../support/chat-page.ts';
import { connectEverything, letIn, testAll } from '../support/connect.ts';
import { findStrays, tellStory } from '../support/transcript.ts';
import { clearFaults, control, startTestStack, type TestStack } from '../support/stack.ts';

interface TenantUser {
  readonly id: string;
  readonly mail: string | null;
  readonly accountEnabled: boolean;
  readonly userType: string | null;
}

describe('when things break', () => {
  let stack: TestStack;
  let browser: Browser;
  let chat: ChatPage;
  let client: MongoClient;

  before(async () => {
    [stack, browser] = await Promise.all([startTestStack({ users: 150, groups: 60 }), openBrowser()]);
    client = new MongoClient(stack.mongodbUri);
    chat = await openChatPage(stack, browser);
    await chat.sees('Hello');
    await connectEverything(stack, { id: chat.personId });
    await chat.say('sync now');
    await chat.sees('Sync complete');
  });

  after(async () => {
    await client.close();
    await browser.close();
    await stack.dispose();
  });

  afterEach(() => clearFaults(stack));

  const active = () => client.db().collection('users').countDocuments({ status: 'active' });
  const isRunning = async () =>
    (await client
      .db()
      .collection('runs')
      .countDocuments({ state: { $ne: 'ended' } })) > 0;

  it('says that Microsoft 365 does not allow the read, and what to do; nobody becomes inactive', async () => {
    const before = await active();
    await control(stack, 'POST', '/faults', { kind: 'forbidden', match: { path: '^/users' }, times: 0 });
    await chat.say('sync now');
    await chat.sees('can no longer read');
    await chat.sees('A Global Administrator must grant Rollcall its permissions');
    assert.equal(await active(), before);
    await control(stack, 'DELETE', '/faults');
    await testAll(stack, chat.personId, 'everything');
    await chat.page.getByText('Resolved:').waitFor();
  });

  it('reads on after throttling, resets and a broken page', async () => {
    for (const kind of ['throttle', 'reset', 'truncated-json', 'unavailable']) {
      await control(stack, 'POST', '/faults', { kind, match: { path: '^/(users|groups)' }, times: 1 });
    }
    await chat.say('sync now');
    await chat.sees('nothing changed');
  });

  it('does not believe an empty answer', async () => {
    const before = await active();
    await control(stack, 'POST', '/faults', { kind: 'empty', match: { path: '^/users' }, times: 0 });
    await chat.say('sync now');
    await eventually('the end of the run', async () => !(await isRunning()));
    assert.equal(await active(), before);
    await chat.sees('Microsoft 365 counted 150 users, but sent 0');
  });

  it('holds a sync that would make many inactive, and applies it once for two clicks', async () => {
    const before = await active();
    const users = await control<TenantUser[]>(stack, 'GET', '/users?text=contoso.com&top=60');
    const people = new Set(stack.tenant.people.map(({ id }) => id));
    const leaving = users
      .filter(
        (user) =>
          user.mail?.endsWith('@contoso.com') === true && user.accountEnabled && user.userType !== 'Guest',
      )
      .filter(({ id }) => !people.has(id))
      .slice(0, 40);
    for (const { id } of leaving) await control(stack, 'POST', `/users/${id}/delete`);
    await chat.say('sync now');
    await chat.sees('Apply these changes');
    assert.equal(await active(), before, 'nobody is inactive while the sync is held');

    await chat.newest().getByRole('button', { name: 'Apply these changes' }).dblclick();
    await chat.sees('Sync complete');
    await eventually('the end of the run', async () => !(await isRunning()));
    const gone = await client
      .db()
      .collection('users')
      .countDocuments({ objectId: { $in: leaving.map(({ id }) => id) }, status: 'inactive' });
    assert.equal(gone, 40);
    assert.equal(
      await client
        .db()
        .collection('changes')
        .countDocuments({ objectId: { $in: leaving.map(({ id }) => id) }, action: 'inactivate' }),
      40,
    );
  });

  it('brings them back with the same ids and memberships when they are restored', async () => {
    const users = client.db().collection('users');
    const gone = await users.find({ status: 'inactive', 'reasons.kind': 'deleted' }).toArray();
    assert.ok(gone.length >= 40);
    const memberships = await client.db().collection('memberships').countDocuments();
    for (const { objectId } of gone) {
      const state = await control<(TenantUser & { deleted: boolean })[]>(
        stack,
        'GET',
        `/users?text=${String(objectId)}`,
      );
      if (state[0]?.deleted !== false) await control(stack, 'POST', `/users/${String(objectId)}/restore`);
    }
    await chat.say('sync now');
    await chat.sees('Sync complete');
    const back = await users.find({ _id: { $in: gone.map(({ _id }) => _id) } }).toArray();
    assert.deepEqual(
      new Set(back.map(({ reasons }) => JSON.stringify(reasons).includes('deleted'))),
      new Set([false]),
    );
    assert.equal(await client.db().collection('memberships').countDocuments(), memberships);
  });

  it('is killed in the middle of a sync: the card is corrected, and the next sync finishes the work', async () => {
    await control(stack, 'POST', '/faults', {
      kind: 'slow',
      match: { path: '^/users' },
      times: 0,
      options: { ms: 3000 },
    });
    await chat.say('sync now');
    await chat.sees('Sync initiated successfully');
    await eventually('a running sync whose card is known', async () => {
      const run = await client.db().collection('runs').findOne({ state: 'running' });
      return typeof run?.card === 'string';
    });
    await stack.bot.kill('SIGKILL');
    await clearFaults(stack);
    await stack.bot.start();
    // Its lease must run out first: until then it could still be working.
    await chat.sees('Sync interrupted', 60_000);
    await chat.say('sync now');
    await chat.sees(/Sync complete/);
    assert.equal(await isRunning(), false);
  });

  it('lets two people ask at the same moment, and runs one sync', async () => {
    const api = createChatApi(stack);
    const [first, second] = stack.tenant.people;
    assert.ok(first && second);
    await letIn(stack, first.id, second.id, 'admin');
    const chats = await Promise.all([api.conversation(first.id), api.conversation(second.id)]);
    const before = await client.db().collection('runs').countDocuments();
    // The first sync is still at work when the second is asked for.
    const fault = { kind: 'slow', match: { path: '^/users\\?' }, times: 1, options: { ms: 2_000 } };
    await control(stack, 'POST', '/faults', fault);
    await Promise.all([
      api.say(chats[0].id, first.id, 'sync now'),
      api.say(chats[1].id, second.id, 'sync now'),
    ]);
    await eventually('the end of the run', async () => !(await isRunning()));
    assert.equal((await client.db().collection('runs').countDocuments()) - before, 1);
    // Both are told, and both cards end with the result.
    for (const { id } of chats)
      await eventually('the result', async () =>
        JSON.stringify((await api.transcript(id)).at(-1)).includes('nothing changed'),
      );
  });

  it('has sent one card for each thing that was said, and nothing else', async () => {
    const api = createChatApi(stack);
    const { id } = await api.conversation(chat.personId);
    const entries = await api.transcript(id);
    assert.deepEqual(tellStory(entries), [
      'Hello, I am Rollcall',
      ...['> connect', 'Connection to Microsoft 365'],
      ...['> sync now', 'Sync complete'],
      // The account that was refused: said once, and resolved on the same card.
      ...['> sync now', 'Sync failed', '✓ Resolved: users, groups and domains'],
      ...['> connect', 'Connection to Microsoft 365'],
      ...['> sync now', 'Sync complete: nothing changed'],
      ...['> sync now', 'Sync incomplete: users were not read'],
      ...['> sync now', 'Sync complete'],
      ...['> sync now', 'Sync complete'],
      ...['> sync now', 'Sync interrupted'],
      ...['> sync now', 'Sync complete: nothing changed'],
      ...['> admins', 'Who may use Rollcall'],
      ...['> sync now', 'Sync complete: nothing changed'],
    ]);
    assert.deepEqual(findStrays(entries), []);
    // Each press of a button is answered once.
    const answered = entries.filter(({ kind }) => kind === 'invokeResponse').length;
    assert.equal(entries.filter(({ kind }) => kind === 'invoke').length, answered);
  });
});
