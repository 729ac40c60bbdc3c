// Microsoft's sign-in pages as a person meets them, in the browser, from the link on a card.
import type { Page } from 'playwright-core';
import type { ChatPage } from './chat-page.ts';

/** Presses the link on the newest card; returns Microsoft's page. */
export async function openMicrosoft(chat: ChatPage): Promise<Page> {
  const popup = chat.page.context().waitForEvent('page');
  await chat.newest().getByText('Sign in (opens in browser)').last().click();
  return popup;
}

/** Picks the own account and accepts what is asked for; returns the page at the end. */
export async function goThroughMicrosoft(chat: ChatPage): Promise<Page> {
  const microsoft = await openMicrosoft(chat);
  await microsoft.getByTestId(`person-${chat.personId}`).click();
  const accept = microsoft.getByTestId('consent-accept');
  const back = microsoft.getByText(/go back to .*Teams/u);
  await accept.or(back).first().waitFor();
  if (await accept.isVisible()) await accept.click();
  await back.first().waitFor();
  return microsoft;
}
