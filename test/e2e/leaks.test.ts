// The search for secrets that ends every end-to-end test: here, that it can fail. A real sign-in leaves nothing behind;
// each of its secrets is found when somebody puts it into the log, the database or the chat.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { Binary, MongoClient } from 'mongodb';
import { createChatApi } from '../support/chat-page.ts';
import { connect } from '../support/connect.ts';
import type { KnownSecret } from '../support/leaks.ts';
import { control, searchStack, startTestStack, type TestStack } from '../support/stack.ts';

describe('secrets', () => {
  let stack: TestStack;
  let seen: readonly KnownSecret[];
  let megan: string;

  before(async () => {
    stack = await startTestStack({ users: 20, groups: 5 });
    megan = stack.tenant.people[0]?.id ?? assert.fail('nobody is there');
    await connect(stack, megan, 'users');
    seen = await control<readonly KnownSecret[]>(stack, 'GET', '/secrets');
  });

  // When a test failed before it came to disposing.
  after(() => stack.stop());

  const one = (kind: string): string =>
    seen.find((secret) => secret.kind === kind)?.value ?? assert.fail(`the sign-in had not ${kind}`);

  it('of a sign-in are nowhere, and all of them were looked for', async () => {
    assert.deepEqual([...new Set(seen.map(({ kind }) => kind))].sort(), [
      'a code verifier',
      'a refresh token',
      'an access token',
      'an authorization code',
      'an id token',
    ]);
    assert.deepEqual(await searchStack(stack, stack.mongodbUri), []);
  });

  it('are found wherever they are put, and the run fails for it', async () => {
    appendFileSync(stack.logPath, `{"event":"x","verifier":"${one('a code verifier')}"}\n`);
    const client = new MongoClient(stack.mongodbUri);
    try {
      const bytes = new Binary(Buffer.from(one('a refresh token')));
      await client
        .db()
        .collection('keepsakes')
        .insertMany([{ bytes }, { text: stack.secrets['the token key'] }]);
    } finally {
      await client.close();
    }
    const api = createChatApi(stack);
    await api.say((await api.conversation(megan)).id, megan, `hello ${one('an access token')}`);

    const found = (await searchStack(stack, stack.mongodbUri)).map(({ place, kind }) => `${place}: ${kind}`);
    for (const expected of [
      'the log: a code verifier',
      'the collection keepsakes: a refresh token',
      'the collection keepsakes: the token key',
      'the chat: an access token',
    ])
      assert.ok(found.includes(expected), `${expected} is not among ${found.join(', ')}`);
    await assert.rejects(stack.dispose(), /secrets were left/);
  });
});
