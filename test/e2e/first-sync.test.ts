// The first sync as a newcomer sees it, in the browser, on the real processes: welcome, sync, lists, a person who
// was disabled. Ends with the complete transcript: nothing was sent that is not named here.
import assert from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import type { Browser } from 'playwright-core';
import { createChatApi, openBrowser, openChatPage, type ChatPage } from '../support/chat-page.ts';
import { connectEverything } from '../support/connect.ts';
import { clearFaults, control, startTestStack, type TestStack } from '../support/stack.ts';

interface TenantUser {
  readonly id: string;
  readonly displayName: string;
  readonly mail: string | null;
}

describe('the first sync', () => {
  let stack: TestStack;
  let browser: Browser;
  let chat: ChatPage;
  let client: MongoClient;

  before(async () => {
    [stack, browser] = await Promise.all([startTestStack({ users: 200, groups: 60 }), openBrowser()]);
    client = new MongoClient(stack.mongodbUri);
    chat = await openChatPage(stack, browser);
  });

  after(async () => {
    await client.close();
    await browser.close();
    await stack.dispose();
  });

  const count = (collection: string, filter = {}) =>
    client.db().collection(collection).countDocuments(filter);

  it('begins with a welcome that says what to do', async () => {
    await chat.sees('Hello, I am Rollcall');
    await chat.sees('First connect');
    await connectEverything(stack, { id: chat.personId });
    await chat.sees('The app passes sync validation');
  });

  it('answers at once, shows progress, and ends with everybody in the database', async () => {
    const fault = { kind: 'slow', match: { path: '^/groups\\?' }, times: 1, options: { ms: 3_000 } };
    await control(stack, 'POST', '/faults', fault);
    await chat.say('sync now');
    await chat.page.getByText('Sync initiated successfully').waitFor();
    await chat.sees(/Reading Microsoft 365: 200 of 200 users/);
    await clearFaults(stack);
    await chat.sees('Sync complete');
    const stats = await control<{ users: number; groups: number }>(stack, 'GET', '/stats');
    await chat.sees(`${stats.users} of ${stats.users} users and ${stats.groups} of ${stats.groups} groups`);
    assert.equal(await count('users'), stats.users);
    const groups = await count('groups');
    assert.ok(groups > 0 && groups < stats.groups, 'groups without an e-mail address stay out');
    assert.ok((await count('memberships')) > 0);
    await chat.sees(`${stats.groups - groups} groups without an e-mail address`);
  });

  it('lists users, and finds them by a part of their name', async () => {
    await chat.say('users');
    await chat.sees('200 users');
    await chat.sees('1–10 of 200');
    await chat.press('Next');
    await chat.sees('11–20 of 200');
    await chat.newest().getByRole('textbox').fill('megan bow');
    await chat.press('Search');
    await chat.sees('Megan Bowen');
    await chat.sees('1 user');
  });

  it('lists groups, and finds them by a typed text', async () => {
    await chat.say('groups');
    await chat.sees(/1–10 of \d+/);
    await chat.say('groups engineering');
    await chat.sees('Engineering');
  });

  it('changes nothing the second time, and says so', async () => {
    const before = await client.db().collection('users').find().sort({ _id: 1 }).toArray();
    await chat.say('sync now');
    await chat.sees('nothing changed');
    const after = await client.db().collection('users').find().sort({ _id: 1 }).toArray();
    assert.deepEqual(after, before);
    assert.equal(await changesOfNewestRun(), 0);
  });

  it('shows somebody who was disabled in Microsoft 365 as inactive, with the reason', async () => {
    const users = await control<TenantUser[]>(stack, 'GET', '/users?text=contoso.com&top=40');
    const person = users.find(
      ({ id, mail }) =>
        mail?.endsWith('@contoso.com') === true && !stack.tenant.people.some((one) => one.id === id),
    );
    assert.ok(person?.mail);
    await chat.say(`user ${person.mail}`);
    await chat.sees('Active');

    const admin = await browser.newPage();
    await admin.goto(stack.tenant.controlUrl);
    await admin.getByTestId('user-search').fill(person.mail);
    await admin.getByTestId(`user-row-${person.id}`).getByTestId('disable').click();
    await admin.getByTestId(`user-row-${person.id}`).getByTestId('enable').waitFor();
    await admin.close();

    await chat.say('sync now');
    await chat.sees('1 change');
    assert.equal(await changesOfNewestRun(), 1);
    await chat.say(`user ${person.mail}`);
    await chat.sees('Inactive');
    await chat.sees('disabled in Microsoft 365');
    assert.equal(await count('users', { objectId: person.id, status: 'inactive' }), 1);
  });

  it('has sent nothing else', async () => {
    const api = createChatApi(stack);
    const { id } = await api.conversation(chat.personId);
    const entries = await api.transcript(id);
    const messages = entries.filter(({ kind }) => kind === 'message');
    // One card for the welcome, and exactly one for each thing typed.
    assert.equal(messages.filter(({ from }) => from.role === 'user').length, 9);
    assert.equal(messages.filter(({ from }) => from.role === 'bot').length, 10);
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'refused' || kind === 'delete'),
      [],
    );
    // Edits go to the cards of the connection and of the three syncs, and nowhere else.
    const edited = new Set(
      entries.filter(({ kind }) => kind === 'update').map(({ activityId }) => activityId),
    );
    assert.equal(edited.size, 4);
    const invokes = entries.filter(({ kind }) => kind === 'invoke').length;
    assert.equal(entries.filter(({ kind }) => kind === 'invokeResponse').length, invokes);
    assert.equal(invokes, 3);
  });

  /** A change's id begins with that of its run. */
  const changesOfNewestRun = async () => {
    const runs = client.db().collection<{ _id: string }>('runs');
    const [run] = await runs.find().sort({ number: -1 }).limit(1).toArray();
    assert.ok(run);
    return count('changes', { _id: { $regex: `^${run._id}` } });
  };
});
