// The strictness of drawing: what the template engine would let pass is an error.
import assert from 'node:assert/strict';
import { renderCard } from '../../../cards/render-card.ts';
import { countPromised } from '../../../cards/template-walk.ts';
import { plain } from '../../../cards/plain-text.ts';
import type { CardData } from '../../../cards/index.ts';

const notice = (more: Partial<CardData<'notice'>> = {}): CardData<'notice'> => ({
  fallbackText: 'Hello',
  title: 'Hello',
  tone: 'default',
  lines: ['One line'],
  remedy: [],
  buttons: [],
  ...more,
});

describe('renderCard', () => {
  it('draws what the layout promises', () => {
    const card = renderCard('notice', notice());
    assert.equal(card.version, '1.5');
    assert.equal(card.fallbackText, 'Hello');
  });

  it('refuses data of another card', () => {
    assert.throws(() => renderCard('sync', notice()), /Card "sync" cannot be drawn/);
  });

  it('refuses text from outside where Markdown is read', () => {
    assert.throws(() => renderCard('notice', notice({ title: plain('[x](y)') })), /text from outside/);
    assert.throws(() => renderCard('notice', notice({ fallbackText: plain('x') })), /as Markdown/);
  });

  it('shows template expressions in data as they are', () => {
    const card = JSON.stringify(renderCard('notice', notice({ lines: [plain('${title} ${nothing}')] })));
    assert.ok(card.includes('${title} ${nothing}'));
  });

  it('refuses a button whose data does not fit its verb', () => {
    const wrong = { title: 'Open', style: 'default', verb: 'user.show', data: { v: 1 } } as const;
    assert.throws(() => renderCard('notice', notice({ buttons: [wrong] })), /data must fit the verb/);
  });

  it('refuses a card that is too large', () => {
    const lines = Array.from({ length: 60 }, () => 'x'.repeat(900));
    assert.throws(() => renderCard('notice', notice({ lines })), /bytes/);
  });
});

describe('countPromised', () => {
  const block = { type: 'TextBlock', text: '${a}' };

  it('counts what repeats', () => {
    const template = { type: 'Container', items: [{ ...block, $data: '${rows}' }] };
    assert.equal(countPromised(template, { rows: [{ a: '1' }, { a: '2' }] }), 3);
    assert.equal(countPromised(template, { rows: [] }), 1);
  });

  it('refuses missing and empty fields', () => {
    assert.throws(() => countPromised(block, {}), /"a" is missing/);
    assert.throws(() => countPromised(block, { a: null }), /"a" is missing/);
    assert.throws(() => countPromised({ ...block, $data: '${rows}' }, {}), /"rows" is missing/);
    assert.throws(() => countPromised({ ...block, $data: '${rows}' }, { rows: 'text' }), /needs a list/);
  });

  it('refuses conditions and arithmetic', () => {
    assert.throws(() => countPromised({ ...block, $when: '${a}' }, { a: true }), /\$when/);
    assert.throws(() => countPromised({ ...block, text: '${count(a)}' }, { a: [] }), /only name fields/);
    assert.throws(() => countPromised({ ...block, text: '${constructor}' }, {}), /missing/);
  });
});
