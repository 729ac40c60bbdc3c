// Names that are spelled alike, for "did you mean …?". Pure; which names are compared is the caller's business.
import { distance } from 'fastest-levenshtein';
import { foldText } from './search-key.ts';

/** More than this share of the letters must agree. */
const MAX_SHARE = 0.4;

/** Letter groups by which candidates for `text` are found: whoever shares none of them is not spelled alike. */
export function fragmentsOf(text: string): readonly string[] {
  const words = foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
  return [...new Set(words.flatMap((word) => [word.slice(0, 3), word.slice(-3)]))].slice(0, 8);
}

/** How far `text` is from the nearest of these names, in letters; Infinity when they are nothing like it. */
export function distanceTo(text: string, names: readonly (string | null)[]): number {
  const wanted = foldText(text);
  let nearest = Infinity;
  for (const name of names) {
    const folded = foldText(name ?? '');
    // An address is also known by what stands before the @, and a name by each of its words.
    for (const part of new Set([folded, folded.split('@')[0] ?? '', ...folded.split(' ')])) {
      if (part === '') continue;
      const letters = distance(wanted, part);
      if (letters <= Math.max(wanted.length, part.length) * MAX_SHARE) nearest = Math.min(nearest, letters);
    }
  }
  return nearest;
}
