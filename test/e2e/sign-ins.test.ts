// Sign-ins that go wrong, as people meet them, in the browser, on the real processes: another account, another
// organisation, cancel, a policy that blocks. Each is said in words, in the browser or on the card, and nothing is kept.
import assert from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import type { Browser } from 'playwright-core';
import { createChatApi, openBrowser, openChatPage, type ChatPage } from '../support/chat-page.ts';
import { connect, CONNECTED, letIn } from '../support/connect.ts';
import { openMicrosoft } from '../support/microsoft-page.ts';
import { clearFaults, control, startTestStack, type TestStack } from '../support/stack.ts';
import { findStrays, tellStory } from '../support/transcript.ts';

describe('sign-ins that go wrong', () => {
  let stack: TestStack;
  let browser: Browser;
  let alex: ChatPage;
  let client: MongoClient;
  let meganId: string;

  before(async () => {
    [stack, browser] = await Promise.all([startTestStack(), openBrowser()]);
    client = new MongoClient(stack.mongodbUri);
    alex = await openChatPage(stack, browser, 'second administrator');
    await alex.sees('Hello, I am Rollcall');
    meganId = stack.tenant.people[0]?.id ?? assert.fail('nobody is there');
    await connect(stack, meganId, 'users');
    await letIn(stack, meganId, alex.personId, 'admin');
  });

  after(async () => {
    await client.close();
    await browser.close();
    await stack.dispose();
  });

  const kept = () => client.db().collection('credentials').countDocuments();
  const pressAuthorize = async () => {
    await alex.say('connect');
    await alex.sees('Connection to Microsoft 365');
    await alex.newest().getByRole('button', { name: 'Authorize a backup' }).first().click();
    if ((await kept()) === 1) return;
    // There is an account of his from here on: a second one would be no backup.
    await alex.sees('Your account is authorized already');
    await alex.newest().getByRole('button', { name: 'Authorize again' }).click();
  };

  it('refuse an account that is not the one of who pressed the button', async () => {
    await pressAuthorize();
    const microsoft = await openMicrosoft(alex);
    await microsoft.getByTestId(`person-${meganId}`).click();
    await microsoft
      .getByText(/another account/iu)
      .first()
      .waitFor();
    await microsoft.close();
    assert.equal(await kept(), 1);
    // It was no answer of his: the link on his card is still good.
    const again = await openMicrosoft(alex);
    await again.getByTestId(`person-${alex.personId}`).click();
    await again
      .getByText(/go back to .*Teams/u)
      .first()
      .waitFor();
    await again.close();
    await alex.sees(CONNECTED);
    assert.equal(await kept(), 2);
  });

  it('lead nowhere with an account of another organisation: Microsoft says so, and another one can be picked', async () => {
    await pressAuthorize();
    const microsoft = await openMicrosoft(alex);
    await microsoft.getByTestId('other-account').fill('alex@fabrikam.example');
    await microsoft.getByTestId('next').click();
    await microsoft.getByText('does not exist in tenant').waitFor();
    await microsoft.getByTestId('other-account-again').click();
    await microsoft.getByTestId(`person-${alex.personId}`).click();
    await microsoft
      .getByText(/go back to .*Teams/u)
      .first()
      .waitFor();
    await microsoft.close();
    await alex.sees(CONNECTED);
    assert.equal(await kept(), 2);
  });

  it('believe no answer of another organisation, and says so in the browser; the card waits on', async () => {
    await control(stack, 'POST', '/faults', { kind: 'foreign-tenant', times: 1 });
    await pressAuthorize();
    const microsoft = await openMicrosoft(alex);
    await microsoft.getByTestId(`person-${alex.personId}`).click();
    await microsoft
      .getByText(/another organi[sz]ation/u)
      .first()
      .waitFor();
    await microsoft.close();
    await clearFaults(stack);
    assert.equal(await kept(), 2);
  });

  it('may be cancelled, in the browser and on the card', async () => {
    await pressAuthorize();
    const microsoft = await openMicrosoft(alex);
    await microsoft.getByTestId('cancel').click();
    await microsoft.getByRole('heading', { name: 'The sign-in was cancelled' }).waitFor();
    await microsoft.close();
    await alex.sees('The sign-in was cancelled');
    await alex.sees('Nothing was changed');
    assert.equal(await kept(), 2);
  });

  it('end on Microsoft’s own page for somebody whom Conditional Access blocks, and keeps what was', async () => {
    await control(stack, 'POST', `/users/${alex.personId}/conditional-access`, { code: 53003 });
    await pressAuthorize();
    const microsoft = await openMicrosoft(alex);
    await microsoft.getByTestId(`person-${alex.personId}`).click();
    await microsoft.getByText('You cannot access this right now').waitFor();
    await microsoft.close();
    await control(stack, 'POST', `/users/${alex.personId}/conditional-access`, { code: null });
    assert.equal(await kept(), 2);
  });

  it('have said nothing besides', async () => {
    const api = createChatApi(stack);
    const entries = await api.transcript((await api.conversation(alex.personId)).id);
    const times = (count: number) =>
      Array<string[]>(count).fill(['> connect', 'Connection to Microsoft 365']).flat();
    assert.deepEqual(tellStory(entries), ['Hello, I am Rollcall', ...times(5)]);
    assert.deepEqual(findStrays(entries), []);
  });
});
