// Finds the row of the command table that a text means, or the nearest one. Pure.
import { distance } from 'fastest-levenshtein';
import type { CommandRow } from './command.ts';

export type Match =
  | { readonly kind: 'found'; readonly row: CommandRow; readonly argument: string }
  /** The words are right; what must follow is missing. */
  | { readonly kind: 'argumentMissing'; readonly row: CommandRow }
  /** `nearest` is the command that was probably meant, ready to be said. */
  | { readonly kind: 'unknown'; readonly nearest: string | null };

/** Compatibility forms (full-width letters, ligatures) and capitals count as the plain letters. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Exact on the first words, whole words only. `text` is one line with single blanks. */
export function matchCommand(commands: readonly CommandRow[], text: string): Match {
  const words = text.split(' ');
  for (const row of commands) {
    for (const name of row.names) {
      const count = name.split(' ').length;
      if (fold(words.slice(0, count).join(' ')) !== name) continue;
      const argument = words.slice(count).join(' ');
      if (argument === '' && row.argument === 'required') return { kind: 'argumentMissing', row };
      if (argument !== '' && row.argument === 'none') continue;
      return { kind: 'found', row, argument };
    }
  }
  return { kind: 'unknown', nearest: findNearest(commands, text) };
}

/** Worth a suggestion: at most two letters in five differ, or one begins with the other. */
function findNearest(commands: readonly CommandRow[], text: string): string | null {
  const words = fold(text).split(' ').slice(0, 4);
  let best: { readonly say: string; readonly share: number } | null = null;
  for (const row of commands) {
    for (const name of row.names) {
      const count = name.split(' ').length;
      for (const length of new Set([1, count])) {
        const typed = words.slice(0, length).join(' ');
        const begins = typed.length > 2 && (name.startsWith(typed) || typed.startsWith(name));
        const share = begins ? 0.1 : distance(typed, name) / Math.max(typed.length, name.length);
        if (share > 0.4 || (best && share >= best.share)) continue;
        const argument = row.argument === 'none' ? '' : text.split(' ').slice(length).join(' ');
        best = { say: [row.names[0], argument].filter(Boolean).join(' '), share };
      }
    }
  }
  return best?.say ?? null;
}
