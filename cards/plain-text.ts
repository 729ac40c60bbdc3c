// Makes text from outside (names, addresses, what somebody typed) fit to stand on a card, so that it shows as it is
// and forges nothing. It does not escape Markdown: Teams on Android and iOS shows the backslashes (msteams-docs issue
// 5793). Such text stands in TextRun elements instead, which read no Markdown on any client (Adaptive Cards docs:
// text features), and render-card.ts refuses it anywhere else.
import { OUTSIDE_MARK } from './parts.ts';

const END_MARK = '\u2069';
/** Unseen: what could turn the text around a name (bidi controls), and places where a word may be broken. */
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Clients replace {{DATE(…)}} and {{TIME(…)}}; a word joiner between the braces prevents it and takes no room. */
const MACRO = /\{(?=\{)/gu;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Text from outside for a TextRun: one line, at most `max` UTF-16 units, kept apart from the direction of the text
 * around it. Empty text stays empty. Words of more than `unbroken` units may be broken, for narrow windows.
 */
export function plain(text: string, max = 120, unbroken = 44): string {
  const clean = allowBreaks(tidy(text, max), unbroken);
  return clean === '' ? '' : `${OUTSIDE_MARK}${clean}${END_MARK}`;
}

/** Text from outside where no markup is read at all: titles of buttons, notifications, the value of an input. */
export function label(text: string, max = 40): string {
  return tidy(text, max);
}

/** Text that was made for a card, for a notification: without the marks that only cards need. */
export function unmarked(text: string): string {
  return text.replace(UNSEEN, '');
}

function tidy(text: string, max: number): string {
  // What is far too long is cut before the work on it: a message may have 100 KB.
  const clean = text
    .slice(0, max * 8)
    .replace(UNSEEN, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\p{Control}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // Towers of accents would cover the lines above and below.
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(MACRO, '{\u2060')
    .trim();
  return cut(clean, max);
}

/** The renderer breaks no words in a TextRun: a long address would run out of the card. */
function allowBreaks(text: string, unbroken: number): string {
  const longWord = new RegExp(`\\S{${unbroken + 1},}`, 'gu');
  return text.replace(longWord, (word) => {
    let open = 0;
    const pieces = [...graphemes.segment(word)].map(({ segment }) => {
      open += segment.length;
      const breaks = open >= unbroken / 2 && (/[@._-]/.test(segment) || open >= unbroken - 1);
      if (breaks) open = 0;
      return breaks ? `${segment}\u200b` : segment;
    });
    return pieces.join('');
  });
}

/** Cuts between graphemes, never in the middle of one. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length > max - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
