// Connecting as administrators do it, in the browser, on the real processes: the first owner authorizes users, groups
// and domains, a second administrator a backup; the first account is disabled in the middle of a sync, which completes
// on the backup; both are told once, and told again when it is repaired.
import assert from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import type { Browser } from 'playwright-core';
import {
  createChatApi,
  eventually,
  openBrowser,
  openChatPage,
  type ChatPage,
  type TranscriptEntry,
} from '../support/chat-page.ts';
import { connect, CONNECTED, letIn, testAll, textOf } from '../support/connect.ts';
import { goThroughMicrosoft } from '../support/microsoft-page.ts';
import { clearFaults, control, startTestStack, type TestStack } from '../support/stack.ts';
import { findStrays, tellStory } from '../support/transcript.ts';

interface KeptRun {
  readonly report: {
    readonly outcome: string;
    readonly coverage: Readonly<Record<'users' | 'groups', { readonly kind: string }>>;
  } | null;
}

/** The size of a real organisation: many pages, so that an account can be lost between two of them. */
const USERS = 20_000;
/** Writing them all takes its time on a small machine. */
const SYNC_WITHIN_MS = 150_000;

describe('connecting accounts', () => {
  let stack: TestStack;
  let browser: Browser;
  let megan: ChatPage;
  let alex: ChatPage;
  let client: MongoClient;

  before(async () => {
    [stack, browser] = await Promise.all([startTestStack({ users: USERS, groups: 60 }), openBrowser()]);
    client = new MongoClient(stack.mongodbUri);
    megan = await openChatPage(stack, browser);
    alex = await openChatPage(stack, browser, 'second administrator');
  });

  after(async () => {
    await client.close();
    await browser.close();
    await stack.dispose();
  });

  const person = (role: string) =>
    stack.tenant.people.find((one) => one.role === role) ?? assert.fail(`nobody is ${role}`);

  /** Everything that the bot has sent to somebody, edits included. */
  async function told(personId: string): Promise<string[]> {
    const api = createChatApi(stack);
    const entries = await api.transcript((await api.conversation(personId)).id);
    return entries
      .filter(({ kind, from }) => from.role === 'bot' && (kind === 'message' || kind === 'update'))
      .map(textOf);
  }

  /** What somebody was told of a failover, as it was first said. */
  async function noticesTo(personId: string): Promise<readonly TranscriptEntry[]> {
    const api = createChatApi(stack);
    const entries = await api.transcript((await api.conversation(personId)).id);
    return entries.filter(
      (entry) =>
        entry.kind === 'message' && entry.from.role === 'bot' && textOf(entry).includes('A backup took over'),
    );
  }

  it('explains itself before anybody owns it, and reads nothing', async () => {
    await megan.sees('Hello');
    await megan.say('sync now');
    await megan.sees(/connect/iu);
    assert.equal(await client.db().collection('runs').countDocuments(), 0);
  });

  it('lets the first owner authorize users, groups and domains', async () => {
    for (const part of ['users', 'groups', 'domains']) {
      await megan.say('connect');
      await megan.press(`Authorize for ${part}`);
      const page = await goThroughMicrosoft(megan);
      assert.match(page.url(), /\/auth\/callback\?/u);
      await page.close();
      await megan.sees('Account passes sync validation');
      await megan.sees(CONNECTED);
    }
    assert.ok((await told(megan.personId)).some((card) => card.includes('now the owner')));
  });

  it('tells everybody else whom to ask, until the owner lets them in', async () => {
    await alex.say('sync now');
    await alex.sees('Megan Bowen');
    assert.equal(await client.db().collection('runs').countDocuments(), 0);

    await letIn(stack, megan.personId, alex.personId, 'admin');
    await megan.sees('2 people');
  });

  it('lets a second administrator authorize backups', async () => {
    await alex.say('connect');
    await alex.sees('Connection to Microsoft 365');
    await alex.newest().getByRole('button', { name: 'Authorize a backup' }).first().click();
    const page = await goThroughMicrosoft(alex);
    await page.close();
    await alex.sees(CONNECTED);
    await connect(stack, alex.personId, 'groups', { as: 'backup' });
    await connect(stack, alex.personId, 'domains', { as: 'backup' });
  });

  it('completes a sync on the backup when the first account is disabled in the middle', async () => {
    await control(stack, 'POST', '/faults', {
      kind: 'slow',
      match: { path: '^/(v1.0/)?users', method: 'GET' },
      times: 0,
      options: { ms: 700 },
    });
    await megan.say('sync now');
    await megan.sees('Sync initiated successfully');
    await eventually('the second page of users', async () => {
      const [fault] = await control<{ served: number }[]>(stack, 'GET', '/faults');
      return (fault?.served ?? 0) >= 2;
    });
    const admin = await browser.newPage();
    await admin.goto(stack.tenant.controlUrl);
    await admin.getByTestId('user-search').fill('meganb@contoso.com');
    const row = admin.getByTestId(`user-row-${megan.personId}`);
    await row.getByTestId('disable').click();
    await row.getByTestId('enable').waitFor();
    await admin.close();
    const [fault] = await control<{ served: number }[]>(stack, 'GET', '/faults');
    assert.ok((fault?.served ?? 0) < Math.ceil(USERS / 999), 'the sync was in the middle');
    await clearFaults(stack);

    await eventually(
      'the end of the sync',
      async () => (await client.db().collection('runs').countDocuments({ state: 'ended' })) === 1,
      SYNC_WITHIN_MS,
    );
    await megan.page.getByText('Sync complete').waitFor();
    const run = await client.db().collection<KeptRun>('runs').findOne();
    assert.equal(run?.report?.outcome, 'changed', JSON.stringify(run?.report));
    assert.equal(run.report.coverage.users.kind, 'complete');
    assert.equal(run.report.coverage.groups.kind, 'complete');
    const stats = await control<{ users: number }>(stack, 'GET', '/stats');
    assert.equal(await client.db().collection('users').countDocuments(), stats.users);
  });

  it('tells both of them once what failed and what carried on', async () => {
    for (const { id } of [person('global administrator'), person('second administrator')]) {
      await eventually(`the notice to ${id}`, async () => (await noticesTo(id)).length > 0);
      const notices = await noticesTo(id);
      // Users, groups and domains of one account are one piece of news.
      assert.equal(notices.length, 1);
      const text = notices.map(textOf).join();
      assert.match(text, /Megan Bowen does not work any more/u);
      assert.match(text, /is disabled/u);
      assert.match(text, /Alex Wilber carried on/u);
    }
  });

  it('says so on the same notice when the account is repaired', async () => {
    await control(stack, 'POST', `/users/${megan.personId}/enable`);
    await alex.say('connect');
    await alex.sees('On a backup');
    for (const grant of ['users', 'groups', 'domains'] as const) await testAll(stack, alex.personId, grant);
    const api = createChatApi(stack);
    for (const personId of [megan.personId, alex.personId]) {
      const chat = await api.conversation(personId);
      await eventually(`"resolved" for ${personId}`, async () => {
        const entries = await api.transcript(chat.id);
        const [notice] = await noticesTo(personId);
        return entries.some(
          (entry) =>
            entry.kind === 'update' &&
            entry.activityId === notice?.activityId &&
            /resolved/iu.test(textOf(entry)),
        );
      });
    }
  });

  it('had the right result: the next sync, by the first account again, corrects nobody but its owner', async () => {
    await alex.say('sync now');
    await alex.sees(/Sync complete/, SYNC_WITHIN_MS);
    const [run] = await client.db().collection<{ _id: string }>('runs').find().sort({ number: -1 }).toArray();
    assert.ok(run);
    // She was disabled meanwhile, before or after her page was read, and is enabled again.
    const changes = await client
      .db()
      .collection<{ _id: string }>('changes')
      .find({ _id: { $regex: `^${run._id}` }, objectId: { $ne: megan.personId } })
      .toArray();
    assert.deepEqual(changes, []);
  });

  it('has said nothing else to either of them', async () => {
    const connecting = ['> connect', 'Connection to Microsoft 365'];
    const times = (count: number) => Array<string[]>(count).fill(connecting).flat();
    // The notice of the failover, one and the same card, as it stands in the end.
    const notice = '✓ Resolved: users, groups and domains';
    const stories = new Map([
      [
        megan.personId,
        [
          'Hello, I am Rollcall',
          ...['> sync now', 'First connect Rollcall to Microsoft 365'],
          ...times(3),
          ...['> admins', 'Who may use Rollcall'],
          ...['> sync now', 'Sync complete'],
          notice,
        ],
      ],
      [
        alex.personId,
        // Three backups; after the notice once to look and three times to test.
        [
          'Hello, I am Rollcall',
          ...['> sync now', 'You may not use Rollcall yet'],
          ...times(3),
          notice,
          ...times(4),
          ...['> sync now', 'Sync complete'],
        ],
      ],
    ]);
    const api = createChatApi(stack);
    for (const [personId, story] of stories) {
      const entries = await api.transcript((await api.conversation(personId)).id);
      // Whether the second sync had its owner to correct is a matter of moments.
      const told = tellStory(entries).map((line) => line.replace(': nothing changed', ''));
      assert.deepEqual(told, story);
      assert.deepEqual(findStrays(entries), []);
    }
  });
});
