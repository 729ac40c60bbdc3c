// Makes text from outside (names, addresses, what somebody typed) fit to stand on a card, so that it shows as it is
// and forges nothing. It does not escape Markdown: Teams on Android and iOS shows the backslashes (msteams-docs issue
// 5793). Such text stands in TextRun elements instead, which read no Markdown on any client (Adaptive Cards docs:
// text features), and render-card.ts refuses it anywhere else.
import { OUTSIDE_MARK } from './parts.ts';

const END_MARK = '\u2069';
/** Marks, embeddings, overrides and isolates, with which a name could turn the text around it. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Clients replace {{DATE(…)}} and {{TIME(…)}}; a word joiner between the braces prevents it and takes no room. */
const MACRO = /\{(?=\{)/gu;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Text from outside for a TextRun: one line, at most `max` UTF-16 units, kept apart from the direction of the text
 * around it. Empty text stays empty.
 */
export function plain(text: string, max = 120): string {
  const clean = tidy(text, max);
  return clean === '' ? '' : `${OUTSIDE_MARK}${clean}${END_MARK}`;
}

/** Text from outside where no markup is read at all: titles of buttons, notifications, the value of an input. */
export function label(text: string, max = 40): string {
  return tidy(text, max);
}

/** Text that was made for a card, for a notification: without the marks that only cards need. */
export function unmarked(text: string): string {
  return text.replace(BIDI_CONTROLS, '');
}

function tidy(text: string, max: number): string {
  // What is far too long is cut before the work on it: a message may have 100 KB.
  const clean = text
    .slice(0, max * 8)
    .replace(BIDI_CONTROLS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\p{Control}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // Towers of accents would cover the lines above and below.
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(MACRO, '{\u2060')
    .trim();
  return cut(clean, max);
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
