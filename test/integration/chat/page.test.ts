// The page in a real browser: what a person sees, types and presses, and what others see at the same time.
// Drawing is judged by people; here stands what must not break.
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { openBrowser } from '../../support/chat-page.ts';
import type { Behaviour } from './echo-bot.ts';
import { alex, megan, openChat } from './open-chat.ts';
import type { OpenChat } from './open-chat.ts';

const cardType = 'application/vnd.microsoft.card.adaptive';
const question = {
  type: 'AdaptiveCard',
  version: '1.5',
  body: [
    {
      type: 'TextBlock',
      text: 'Shall I **begin**, <b>Megan</b>? [site](https://example.com) [bad](javascript:alert)',
    },
    { type: 'Input.Text', id: 'why', label: 'Reason', isRequired: true, errorMessage: 'Say why' },
    {
      type: 'Input.ChoiceSet',
      id: 'group',
      label: 'Group',
      'choices.data': { type: 'Data.Query', dataset: 'groups' },
    },
  ],
  actions: [
    { type: 'Action.Execute', title: 'Begin', verb: 'begin', data: { v: 1 }, style: 'positive' },
    { type: 'Action.Execute', title: 'Fail', verb: 'fail', associatedInputs: 'none' },
  ],
};
const answer = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Begun' }] };

const asking: Behaviour = async (context) => {
  const { activity } = context;
  if (activity.type === 'message')
    await context.sendActivity({ attachments: [{ contentType: cardType, content: question }] });
  if (activity.name === 'application/search') {
    const value = { results: [{ title: 'Engineering', value: 'group-1' }] };
    return { statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value };
  }
  const { action } = z
    .object({ action: z.object({ verb: z.string() }) })
    .catch({ action: { verb: '' } })
    .parse(activity.value);
  if (action.verb === 'begin') return { statusCode: 200, type: cardType, value: answer };
  return {
    statusCode: 500,
    type: 'application/vnd.microsoft.error',
    value: { code: 'x', message: 'secret' },
  };
};

describe('chat: page', () => {
  let room: OpenChat;
  let browser: Browser;
  const failures: string[] = [];
  before(async function () {
    this.timeout(30_000);
    room = await openChat('bbbbbbbb-0000-4000-8000-000000000005');
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await room.stop();
  });

  const open = async (as: string, conversation = ''): Promise<Page> => {
    const page = await browser.newPage();
    page.setDefaultTimeout(8000);
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(`${room.chat.pageUrl}?as=${as}&conversation=${encodeURIComponent(conversation)}`);
    return page;
  };
  const type = async (page: Page, text: string): Promise<void> => {
    await page.getByTestId('compose').fill(text);
    await page.getByTestId('compose').press('Enter');
  };

  it('lets a person type, answer a card and see it replaced', async function () {
    this.timeout(20_000);
    room.bot.become(asking);
    const page = await open(megan);
    await type(page, 'hello');
    const card = page.getByTestId('message').last();
    await card.getByRole('button', { name: 'Begin' }).click();
    await card.getByText('Say why').waitFor();
    assert.equal(await card.getByText('Shall I begin, <b>Megan</b>?').count(), 1);
    const links = card.locator('a');
    assert.equal(await links.count(), 1);
    assert.equal(await links.first().getAttribute('href'), 'https://example.com');

    await card.getByRole('button', { name: 'Fail' }).click();
    await card.getByText('Something went wrong. Please try again.').waitFor();
    assert.equal(await page.getByText('secret').count(), 0);

    await card.getByLabel('Reason').fill('Because');
    await card.locator('.ac-choiceSetInput-filtered-textbox').fill('Eng');
    await card.getByText('Engineering').click();
    await card.getByRole('button', { name: 'Begin' }).click();
    await card.getByText('Begun').waitFor();
    assert.deepEqual(
      z.object({ action: z.looseObject({ data: z.unknown() }) }).parse(room.heard().value).action.data,
      {
        v: 1,
        why: 'Because',
        group: 'group-1',
      },
    );
    await page.close();
  });

  it('shows edits and deletions live, in every open page, without losing what was typed into a card', async function () {
    this.timeout(20_000);
    room.bot.become(asking);
    const [first, second] = await Promise.all([open(megan, room.groupChat), open(alex, room.groupChat)]);
    await type(first, '@Rollcall hello');
    await second.getByLabel('Reason').fill('Still typing');
    const activities = `v3/conversations/${room.groupChat}/activities`;
    const posted = await room.connector('POST', activities, { type: 'message', text: 'Working' });
    const id = z.object({ id: z.string() }).parse(posted.body).id;
    const messageOn = (page: Page) => page.locator(`[data-activity-id="${id}"]`);
    await messageOn(second).getByText('Working').waitFor();
    await room.connector('PUT', `${activities}/${id}`, { type: 'message', text: '**Done**' });
    for (const page of [first, second]) {
      await messageOn(page).locator('strong', { hasText: 'Done' }).waitFor();
      await messageOn(page).getByText('Edited').waitFor();
    }
    await room.connector('POST', activities, { type: 'typing' });
    await second.getByText('Rollcall is typing').waitFor();
    await room.connector('DELETE', `${activities}/${id}`);
    await messageOn(second).getByText('This message has been deleted.').waitFor();
    assert.equal(await second.getByLabel('Reason').inputValue(), 'Still typing');
    await Promise.all([first.close(), second.close()]);
  });

  it('becomes somebody else and goes to the channel', async function () {
    this.timeout(20_000);
    room.bot.become(asking);
    const page = await open(megan);
    await page.getByTestId(`person-${alex}`).click();
    await page.getByTestId(`conversation-${room.channel}`).click();
    await type(page, '@Rollcall hello');
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    const { entries } = await room.transcript(room.channel);
    assert.equal(entries[0]?.from.id, alex);
    assert.equal(entries[0].text, '<at>Rollcall</at> hello');
    assert.match(page.url(), new RegExp(`as=${alex}`));
    await page.close();
  });

  it('fits a narrow window', async () => {
    const page = await open(megan);
    await page.getByTestId('compose').fill('x');
    await page.setViewportSize({ width: 360, height: 700 });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.equal(width, 360);
    await page.getByLabel('Back to the list').click();
    await page.getByTestId(`conversation-${room.channel}`).click();
    await page.getByTestId('compose').waitFor();
    await page.close();
  });

  it('ran without an error in any page', () => assert.deepEqual(failures, []));
});
