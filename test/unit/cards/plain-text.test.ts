// Text from outside: one line, no way out of its place, cut between graphemes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { label, plain, unmarked } from '../../../cards/plain-text.ts';

const inside = (text: string) => text.slice(1, -1);

describe('plain', () => {
  it('keeps an ordinary name as it is, apart from the text around it', () => {
    assert.equal(plain('Megan Bowen'), '\u2068Megan Bowen\u2069');
    assert.equal(plain('*Megan* [Bowen](x)'), '\u2068*Megan* [Bowen](x)\u2069');
    assert.equal(plain(''), '');
    assert.equal(plain(' \n\t'), '');
  });

  it('puts everything on one line', () =>
    assert.equal(plain('a\r\nb\u2028c\td\u0000e'), '\u2068a b c d e\u2069'));

  it('takes away what turns the text around it', () => {
    assert.equal(plain('\u202eabc\u2069\u2069'), '\u2068abc\u2069');
  });

  it('breaks the date macros of the clients', () => {
    assert.ok(!plain('{{DATE(2026-01-01T00:00:00Z)}}').includes('{{'));
  });

  it('cuts between graphemes', () => {
    assert.equal(plain('abcdef', 4), '\u2068abc…\u2069');
    assert.equal(plain('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 13), '\u2068👨‍👩‍👧‍👦…\u2069');
  });

  it('lets very long words be broken, and only those', () => {
    assert.ok(plain('x'.repeat(60)).includes('\u200b'));
    assert.ok(!plain('megan.bowen@contoso.com').includes('\u200b'));
    assert.equal(unmarked(plain('x'.repeat(60))), 'x'.repeat(60));
  });

  it('is never longer than asked for, and never turns anything, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 2, max: 200 }),
        (text, max) => {
          const made = plain(text, max);
          const shown = inside(made);
          assert.ok(unmarked(made).length <= max);
          assert.doesNotMatch(shown, /[\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]|\{\{/u);
          assert.doesNotMatch(shown, /\p{Surrogate}/u);
        },
      ),
    );
  });

  it('is quick with far too much', () => assert.ok(plain('[a](b) '.repeat(20_000), 60).length < 70));
});

describe('label', () => {
  it('has no marks at all', () => assert.equal(label('  Megan\nBowen '), 'Megan Bowen'));
});
