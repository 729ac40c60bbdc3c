// Buttons know the chat that their card stands in; a copy in another chat is found out.
import assert from 'node:assert/strict';
import { isFromOtherChat, markCard } from '../../../bot/chat-mark.ts';

const card = {
  type: 'AdaptiveCard',
  body: [
    {
      type: 'Container',
      selectAction: { type: 'Action.Execute', verb: 'x', data: { v: 1, id: 'a' } },
      items: [{ type: 'TextBlock', text: 'data', data: { untouched: true } }],
    },
  ],
  actions: [
    {
      type: 'Action.Execute',
      verb: 'y',
      data: { v: 1 },
      fallback: { type: 'Action.Submit', data: { verb: 'y', v: 1 } },
    },
    { type: 'Action.OpenUrl', url: 'https://login.example' },
  ],
};

/** The data of every button of a marked card. */
function dataOf(node: unknown): Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap(dataOf);
  if (typeof node !== 'object' || node === null) return [];
  const { type, data, ...rest } = node as Record<string, unknown>;
  const own = type === 'Action.Execute' || type === 'Action.Submit' ? [data as Record<string, unknown>] : [];
  return [...own, ...Object.values(rest).flatMap(dataOf)];
}

describe('the mark of a chat', () => {
  const marked = markCard(card, '19:general@thread.tacv2;messageid=1');

  it('is in the data of every button, fallbacks and rows too, and nowhere else', () => {
    const data = dataOf(marked);
    assert.equal(data.length, 3);
    for (const one of data) assert.equal(typeof one.chat, 'string');
    assert.deepEqual(JSON.parse(JSON.stringify(marked).replaceAll(/,"chat":"[^"]*"/g, '')), card);
  });

  it('fits the chat, whatever the thread, and no other', () => {
    for (const data of dataOf(marked)) {
      assert.equal(isFromOtherChat(data, '19:general@thread.tacv2;messageid=2'), false);
      assert.equal(isFromOtherChat(data, '19:GENERAL@thread.tacv2'), false);
      assert.equal(isFromOtherChat(data, 'a:1personal'), true);
    }
  });

  it('is missing on older cards, and strange data has none', () => {
    for (const data of [undefined, null, 'x', [], {}, { chat: 1 }])
      assert.equal(isFromOtherChat(data, 'a:1'), false);
    assert.equal(isFromOtherChat({ chat: '' }, 'a:1'), true);
  });

  it('says nothing about the chat', () => {
    assert.doesNotMatch(JSON.stringify(marked), /general/);
  });
});
