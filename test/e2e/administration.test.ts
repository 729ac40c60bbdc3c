// Looking after Rollcall, in the browser, on the real processes: an owner lets somebody in with the people picker, orders
// and removes accounts, grants the app its permissions, reads who did what, and takes it home as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import type { Browser } from 'playwright-core';
import { createChatApi, eventually, openBrowser, openChatPage, type ChatPage } from '../support/chat-page.ts';
import { connect } from '../support/connect.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { findStrays, tellStory } from '../support/transcript.ts';

describe('looking after Rollcall', () => {
  let stack: TestStack;
  let browser: Browser;
  let megan: ChatPage;
  let client: MongoClient;
  let alexId: string;

  before(async () => {
    [stack, browser] = await Promise.all([startTestStack(), openBrowser()]);
    client = new MongoClient(stack.mongodbUri);
    megan = await openChatPage(stack, browser);
    await megan.sees('Hello, I am Rollcall');
    alexId = stack.tenant.people[1]?.id ?? assert.fail('nobody else is there');
    await connect(stack, megan.personId, 'users');
  });

  after(async () => {
    await client.close();
    await browser.close();
    await stack.dispose();
  });

  /** Names of those who read users, in their order. */
  const readers = async () => {
    const kept = await client
      .db()
      .collection<{ account: { displayName: string } | null }>('credentials')
      .find({ grant: 'users' })
      .sort({ rank: 1 })
      .toArray();
    return kept.map(({ account }) => account?.displayName ?? 'the app');
  };

  it('lets somebody in by the people picker', async () => {
    await megan.say('admins');
    await megan.sees('Who may use Rollcall');
    await megan.newest().locator('.ac-choiceSetInput-filtered-textbox').fill('Alex W');
    await megan.page.locator('.ac-choiceSetInput-choice', { hasText: 'Alex Wilber' }).click();
    await megan.newest().getByLabel('May do').selectOption('admin');
    await megan.press('Add');
    await megan.sees('2 people');
    await megan.sees('Alex Wilber');
  });

  it('puts a backup first, and takes an account away after asking', async () => {
    await connect(stack, alexId, 'users', { as: 'backup' });
    assert.deepEqual(await readers(), ['Megan Bowen', 'Alex Wilber']);
    await megan.say('connect');
    await megan.sees('Alex Wilber');
    await megan.newest().getByRole('button', { name: 'Manage' }).first().click();
    await megan.sees('Rollcall reads users with the first of these that works');
    await megan.press('Make primary');
    await eventually('the new order', async () => (await readers()).join() === 'Alex Wilber,Megan Bowen');

    await megan.press('Remove');
    await megan.sees('Remove this account?');
    assert.equal((await readers()).length, 2, 'asking removes nothing');
    await megan.press('Remove it');
    await eventually('one to be left', async () => (await readers()).length === 1);
  });

  it('shows who did what, and gives it as a file, once', async () => {
    await megan.say('audit');
    await megan.sees('What was done in Rollcall');
    await megan.sees('Alex Wilber');
    await megan.press('Export');
    const popup = megan.page.context().waitForEvent('page');
    await megan
      .newest()
      .getByText(/Download|Open/u)
      .last()
      .click();
    const page = await popup;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download (CSV)' }).click();
    const file = readFileSync(await (await download).path(), 'utf8');
    assert.match(file, /Alex Wilber/);
    await page.reload();
    await page.getByText('This link no longer works').waitFor();
  });

  it('has said nothing besides', async () => {
    const api = createChatApi(stack);
    const entries = await api.transcript((await api.conversation(megan.personId)).id);
    assert.deepEqual(tellStory(entries), [
      'Hello, I am Rollcall',
      ...['> connect', 'Connection to Microsoft 365'],
      ...['> admins', 'Who may use Rollcall'],
      ...['> connect', 'Connection to Microsoft 365'],
      ...['> audit', 'What was done in Rollcall'],
    ]);
    assert.deepEqual(findStrays(entries), []);
  });
});
