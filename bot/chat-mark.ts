// Binds the buttons of a card to the chat that it stands in, so that a copy in another chat is known for one. It is no
// permission: tenant and role are checked on every press, mark or no mark.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AdaptiveCard } from '../cards/render-card.ts';

/** The field beside a verb's own data. */
const FIELD = 'chat';
const marked = z.looseObject({ [FIELD]: z.string() });

/** Short, and says nothing about the chat. A thread counts as its channel. */
function markOf(conversationId: string): string {
  const chat = conversationId.replace(/;messageid=.*$/, '').toLowerCase();
  return createHash('sha256').update(chat).digest('base64url').slice(0, 16);
}

/** The card with the mark of its chat in the data of every button that comes back to the bot. */
export function markCard(card: AdaptiveCard, conversationId: string): AdaptiveCard {
  const mark = markOf(conversationId);
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (!isObject(node)) return node;
    const done = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
    const returns = node.type === 'Action.Execute' || node.type === 'Action.Submit';
    return returns && isObject(node.data) ? { ...done, data: { ...node.data, [FIELD]: mark } } : done;
  };
  return Object.fromEntries(Object.entries(card).map(([key, value]) => [key, walk(value)]));
}

/** Whether a button's data comes from a card of another chat. Cards from before there were marks have none. */
export function isFromOtherChat(data: unknown, conversationId: string): boolean {
  const found = marked.safeParse(data).data;
  return found !== undefined && found[FIELD] !== markOf(conversationId);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
