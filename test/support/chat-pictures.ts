// The pictures of the README: a first sync, a person, a search and the last syncs, taken from the real chat page with
// the whole of Rollcall running.
import { join } from 'node:path';
import { openBrowser, openChatPage, type ChatPage } from './chat-page.ts';
import { connect, letIn } from './connect.ts';
import { control, startTestStack, type TestStack } from './stack.ts';

interface TenantUser {
  readonly id: string;
  readonly displayName: string;
  readonly mail: string | null;
  readonly accountEnabled: boolean;
}

/** As wide as a Teams window beside something else; twice the pixels, so that letters are sharp. */
const WINDOW = { width: 1000, height: 900 };
const SHARPNESS = 2;

/** Writes connect.png, sync.png, user.png, users.png and status.png. */
export async function takeChatPictures(folder: string): Promise<void> {
  const [stack, browser] = await Promise.all([startTestStack({ users: 1000, groups: 60 }), openBrowser()]);
  try {
    const chat = await openChatPage(stack, browser, 'global administrator', {
      viewport: WINDOW,
      deviceScaleFactor: SHARPNESS,
    });
    const take = (name: string) => takeNewest(chat, join(folder, `${name}.png`));
    await chat.sees('Hello');
    await connectTwo(stack, chat.personId);
    await chat.say('connect');
    await chat.sees('Connection to Microsoft 365');
    await chat.page.setViewportSize({ ...WINDOW, height: 1500 });
    await take('connect');
    await chat.page.setViewportSize(WINDOW);

    await chat.say('sync now');
    await chat.sees('Sync complete', 120_000);
    await take('sync');

    await chat.say('users anna');
    await chat.sees('Only inactive');
    await take('users');

    const mail = await disableSomebody(stack, chat);
    await chat.say(`user ${mail}`);
    await chat.sees('Disabled in Microsoft 365');
    await take('user');

    await chat.say('status');
    await chat.sees('The last 2 syncs');
    await take('status');
  } finally {
    await browser.close();
    await stack.dispose();
  }
}

/** Megan authorizes her account for each part, and Alex a backup of it. */
async function connectTwo(stack: TestStack, megan: string): Promise<void> {
  const alex = stack.tenant.people.find(({ role }) => role === 'second administrator');
  if (!alex) throw new Error('The local tenant has no second administrator');
  const parts = ['users', 'groups', 'domains'] as const;
  for (const part of parts) await connect(stack, megan, part);
  await letIn(stack, megan, alex.id, 'admin');
  for (const part of parts) await connect(stack, alex.id, part, { as: 'backup' });
}

/** Somebody becomes inactive, so that there is a reason to show; answers her address. */
async function disableSomebody(stack: TestStack, chat: ChatPage): Promise<string> {
  const people = new Set(stack.tenant.people.map(({ id }) => id));
  const users = await control<TenantUser[]>(stack, 'GET', '/users?text=contoso.com&top=60');
  const usual = users.filter(
    (user) =>
      /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(user.displayName) && user.mail?.endsWith('@contoso.com') === true,
  );
  const somebody = usual.find((user) => user.accountEnabled && !people.has(user.id));
  const mail = somebody?.mail;
  if (!somebody || typeof mail !== 'string') throw new Error('The local tenant has nobody to disable');
  await control(stack, 'POST', `/users/${somebody.id}/disable`);
  await chat.say('sync now');
  await chat.sees('Sync complete', 60_000);
  return mail;
}

/** The newest message with its edges: the card as it stands in the chat. */
async function takeNewest(chat: ChatPage, path: string): Promise<void> {
  const card = chat.newest().locator('.card');
  await card.scrollIntoViewIfNeeded();
  await chat.page.mouse.move(0, 0);
  await card.screenshot({ path, animations: 'disabled' });
}
