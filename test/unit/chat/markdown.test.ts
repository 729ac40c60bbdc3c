// The Markdown of the page: what Teams draws, and that nothing else ever becomes HTML.
// The module is the page's own file, loaded as the browser does.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';

type Render = (text: string, mentions?: Set<string>) => string;
const render = z.custom<Render>((value) => typeof value === 'function');
const page: unknown = await import(new URL('../../../local/chat/public/markdown.js', import.meta.url).href);
const { renderMarkdown, renderPlain } = z
  .looseObject({ renderMarkdown: render, renderPlain: render })
  .parse({ ...z.looseObject({}).parse({ ...Object(page) }) });

describe('chat: Markdown of the page', () => {
  const cases: readonly [string, string][] = [
    ['plain', '<p>plain</p>'],
    [
      '**bold** and _italic_ and *italic*',
      '<p><strong>bold</strong> and <em>italic</em> and <em>italic</em></p>',
    ],
    ['**a _b_ c**', '<p><strong>a <em>b</em> c</strong></p>'],
    [
      '[text](https://a.example/?b=1&c=2)',
      '<p><a href="https://a.example/?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">text</a></p>',
    ],
    ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['2. a\n3. b', '<ol start="2"><li>a</li><li>b</li></ol>'],
    ['one\ntwo\n\nthree', '<p>one two</p><p>three</p>'],
    ['# no heading', '<p># no heading</p>'],
    ['`no code` ~~no~~ > no', '<p>`no code` ~~no~~ &gt; no</p>'],
    ['<b>no</b>', '<p>&lt;b&gt;no&lt;/b&gt;</p>'],
    ['\\*not\\* \\[a\\](b)', '<p>*not* [a](b)</p>'],
    ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>'],
    ['**open', '<p>**open</p>'],
    ['<at>Megan</at>', '<p>&lt;at&gt;Megan&lt;/at&gt;</p>'],
  ];
  for (const [text, html] of cases) {
    it(JSON.stringify(text), () => assert.equal(renderMarkdown(text), html));
  }

  it('marks those whom an entity names', () => {
    const mentions = new Set(['A <b>']);
    assert.equal(renderMarkdown('Hi <at>Me</at>', new Set(['Me'])), '<p>Hi <span class="at">Me</span></p>');
    assert.equal(renderPlain('<at>x</at>', mentions), '<p class="plain">&lt;at&gt;x&lt;/at&gt;</p>');
  });

  it('never lets a tag or an unsafe address through', () => {
    const allowed =
      /<(\/?(p|ul|li|strong|em|a|span)|ol( start="\d+")?|\/ol|p class="plain"|span class="at"|a href="(https?|mailto|tel):[^"<>]*" target="_blank" rel="noopener noreferrer")>/gi;
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '[',
      '](',
      ')',
      '*',
      '**',
      '_',
      '\\',
      '- ',
      '1. ',
      '\n',
      ' ',
      'a',
      '&',
      'javascript:',
      'https://x',
      '<script>',
      '<at>',
      '</at>',
      '<img onerror=x>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        for (const html of [renderMarkdown(text, new Set(['a'])), renderPlain(text, new Set(['a']))]) {
          assert.doesNotMatch(html.replace(allowed, ''), /[<>"]/, html);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is quick with 100 KB of anything', () => {
    for (const sign of ['*', '_', '**a ', '[', '[a](', '<at>', '\\']) {
      // Processor time: a busy machine makes nobody slower.
      const started = process.cpuUsage();
      renderMarkdown(sign.repeat(100_000 / sign.length));
      assert.ok(process.cpuUsage(started).user < 2_000_000, `${sign} takes too long`);
    }
  });
});
