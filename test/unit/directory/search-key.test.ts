// The key under which people and groups are found and sorted.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldCase } from '../../../services/directory/fold-case.ts';
import { foldText, searchKey } from '../../../services/directory/search-key.ts';

describe('foldCase', () => {
  const SAME: readonly [string, string][] = [
    ['ANNA', 'anna'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς'],
    ['ﬀ', 'FF'],
    ['\u212a', 'k'],
    ['Ǆ', 'ǆ'],
  ];
  for (const [a, b] of SAME)
    it(`takes ${a} and ${b} for the same`, () => {
      assert.equal(foldCase(a), foldCase(b));
    });

  const OTHER: readonly [string, string][] = [
    ['ı', 'i'],
    ['é', 'e'],
    ['ａ', 'a'],
    ['a ', 'a'],
  ];
  for (const [a, b] of OTHER)
    it(`takes ${a} and ${b} for different texts`, () => {
      assert.notEqual(foldCase(a), foldCase(b));
    });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(foldCase(foldCase(text)), foldCase(text));
      }),
    );
  });
});

describe('foldText', () => {
  it('unifies forms and case, takes out what cannot be seen, and trims', () => {
    assert.equal(foldText('  ＡＮＮＡ \t  Berg\n'), 'anna berg');
    assert.equal(foldText('\u202eanna\u202c\u200b\u0007 \u2067berg\u2069'), 'anna berg');
    assert.equal(foldText('Cafe\u0301'), 'caf\u00e9');
  });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(foldText(foldText(text)), foldText(text));
      }),
    );
  });
});

describe('searchKey', () => {
  it('joins the parts, display name first', () => {
    assert.equal(
      searchKey(['Anna Berg', 'Anna.Berg@Example.com', null, '', 'x']),
      'anna berg\nanna.berg@example.com\nx',
    );
  });

  it('sorts by name: marks before the first letter or digit do not count, and can still be found', () => {
    assert.equal(searchKey([' (Ext) Zoe', 'z@x.y']), 'ext) zoe\nz@x.y\n(ext) zoe');
    const names = ['_Cleo', 'bo', '"Anna"', '🎉 Dora', '\u202eEve', '7 Dwarfs'];
    const sorted = names
      .map((name) => ({ name, key: searchKey([name]) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['7 Dwarfs', '"Anna"', 'bo', '_Cleo', '🎉 Dora', '\u202eEve'],
    );
  });

  it('keeps a name that has neither letters nor digits', () => {
    assert.equal(searchKey(['🎉']), '🎉');
    assert.equal(searchKey([null, ' ']), '');
  });

  it('finds every part of whoever has a name of up to 250 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        assert.ok(searchKey([name, 'a@b.c']).includes(foldText(name)));
      }),
    );
  });

  it('is at most 600 characters and never half of one', () => {
    const key = searchKey(['a' + '😀'.repeat(256), 'b'.repeat(400)]);
    assert.ok(key.length <= 600);
    assert.ok(searchKey([`a${'😀'.repeat(400)}`]).endsWith('😀'));
    assert.ok(!key.includes('\u0000'));
  });
});
