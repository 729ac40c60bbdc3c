// The text under which a user or group is found and sorted. Same folding for what is stored and what is asked; how
// either is queried is the store's business.
import { foldCase } from './fold-case.ts';

/** Between parts: sorts before every other character left in a folded text, and cannot be typed into a query. */
const SEPARATOR = '\n';
/** Keeps an index entry small: four names of 256 characters would not be. */
const MAX_LENGTH = 600;

/** Marks that show nothing and only change how text runs (Unicode UAX #9), and control characters. */
const INVISIBLE = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** What may stand before the first letter or digit of a name without meaning anything for its place in a list. */
const LEADING_MARKS = /^[^\p{L}\p{N}]+/u;

/** A text as it is compared in a search: compatibility forms unified, case folded, invisible marks taken out. */
export function foldText(text: string): string {
  const visible = text.normalize('NFKC').replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim();
  return foldCase(visible).normalize('NFKC');
}

/**
 * One string that contains every part, folded, at most 600 characters. The first part leads without the marks before
 * its first letter or digit, so that sorting by the key is sorting by name; where marks were taken off, the whole
 * part follows last, so that it is found as it is written.
 */
export function searchKey(parts: readonly (string | null)[]): string {
  const [first, ...rest] = parts.map((part) => foldText(part ?? '')).filter((part) => part !== '');
  if (first === undefined) return '';
  const leading = first.replace(LEADING_MARKS, '') || first;
  const key = [leading, ...rest, ...(leading === first ? [] : [first])].join(SEPARATOR);
  // A cut through a surrogate pair would leave half a character, which BSON cannot hold.
  return key.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
}
