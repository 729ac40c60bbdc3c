// Who started a run, and when.
import type { Run } from '../../services/index.ts';
import { plain } from '../../cards/plain-text.ts';
import type { Format } from './format.ts';

/** `23 Nov 2026, 14:05 by Megan Bowen` */
export function startedText(run: Run, format: Format): string {
  const name = plain(run.startedBy.displayName, 60);
  return `${format.when(run.startedAt)}${name === '' ? '' : ` by ${name}`}`;
}
