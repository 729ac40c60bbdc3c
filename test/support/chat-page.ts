// The chat page as a person uses it, in a real browser, and the chat's transcript as a test reads it.
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_REMEDY, findChromium } from './chromium.ts';
import type { TestStack } from './stack.ts';

/** Throws with what to install when there is no browser. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(`Chromium is missing: ${CHROMIUM_REMEDY}.`);
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}

export interface ChatPage {
  readonly page: Page;
  readonly personId: string;
  /** Types a message and sends it with Enter. */
  say(text: string): Promise<void>;
  /** The newest message in the conversation. */
  newest(): Locator;
  /** Waits until the newest message contains this text. */
  sees(text: string | RegExp, withinMs?: number): Promise<void>;
  /** Presses a button of the newest message. */
  press(title: string | RegExp): Promise<void>;
  close(): Promise<void>;
}

type Role = TestStack['tenant']['people'][number]['role'];

/** Opens the personal chat of the person with this role. A script error on the page fails the next step. */
export async function openChatPage(
  stack: TestStack,
  browser: Browser,
  role: Role = 'global administrator',
  look: Parameters<Browser['newPage']>[0] = { viewport: { width: 1180, height: 900 } },
): Promise<ChatPage> {
  const person = stack.tenant.people.find((candidate) => candidate.role === role);
  if (!person) throw new Error(`The local tenant has no ${role}`);
  const page = await browser.newPage(look);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${stack.chat.pageUrl}?as=${person.id}`);
  const newest = () => page.getByTestId('message').last();
  const check = () => {
    if (problems.length > 0) throw new Error(`The chat page failed: ${problems.join('; ')}`);
  };
  return {
    page,
    personId: person.id,
    newest,
    say: async (text) => {
      check();
      const messages = page.getByTestId('message');
      const before = await messages.count();
      await page.getByTestId('compose').fill(text);
      await page.keyboard.press('Enter');
      // The same may have been said before: only a new message makes `newest` what follows from this one.
      await messages.nth(before).waitFor();
    },
    sees: async (text, withinMs = 25_000) => {
      check();
      await newest().filter({ hasText: text }).waitFor({ timeout: withinMs });
    },
    press: async (title) => {
      check();
      await newest()
        .getByRole('button', { name: title, exact: typeof title === 'string' })
        .last()
        .click();
    },
    close: () => page.close(),
  };
}

/** What was said, edited, deleted and refused in a conversation, complete and in order. */
export interface TranscriptEntry {
  readonly seq: number;
  readonly kind: 'message' | 'update' | 'delete' | 'typing' | 'invoke' | 'invokeResponse' | 'refused';
  readonly activityId: string;
  readonly from: { readonly role: 'bot' | 'user' };
  readonly text?: string;
  readonly status?: number;
  readonly activity?: unknown;
}

export interface Conversation {
  readonly id: string;
  readonly kind: 'personal' | 'channel' | 'groupChat';
}

/** The HTTP API of the local chat, for what a test does without a browser. */
export function createChatApi(stack: Pick<TestStack, 'chat'>) {
  const origin = new URL(stack.chat.pageUrl).origin;
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${origin}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    call,
    /** The person's own chat with the bot, or a shared conversation of that kind. */
    conversation: async (
      personId: string,
      kind: Conversation['kind'] = 'personal',
    ): Promise<Conversation> => {
      const { conversations } = await call<{ conversations: (Conversation & { members: string[] })[] }>(
        '/api/state',
      );
      const found = conversations.find((row) => row.kind === kind && row.members.includes(personId));
      if (!found) throw new Error(`There is no ${kind} conversation of ${personId}`);
      return found;
    },
    transcript: async (conversation: string, since = 0): Promise<readonly TranscriptEntry[]> =>
      (
        await call<{ entries: TranscriptEntry[] }>(
          `/api/transcript?conversation=${encodeURIComponent(conversation)}&since=${since}`,
        )
      ).entries,
    say: (conversation: string, as: string, text: string, more: object = {}) =>
      call<{ activityId: string; status: number }>('/api/say', { conversation, as, text, ...more }),
    act: (conversation: string, as: string, activityId: string, verb: string, data: unknown) =>
      call<{ status: number; body: unknown }>('/api/act', {
        conversation,
        as,
        activityId,
        action: { type: 'Action.Execute', verb, data },
      }),
    raw: (activity: unknown, token = 'good') =>
      call<{ status: number; body: unknown }>('/api/raw', { activity, token }),
  };
}

/** Polls until `look` gives something; throws with what was awaited after the deadline. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
