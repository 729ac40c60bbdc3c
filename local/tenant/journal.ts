// Keeps what happened to the tenant on disk, one JSON line each, so that a restart replays it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { journalLine } from './mutations.ts';
import type { JournalLine } from './mutations.ts';

/** First line: which tenant the rest belongs to, and when it was made. */
const header = z.object({
  version: z.literal(1),
  seed: z.string(),
  users: z.number(),
  groups: z.number(),
  memberships: z.number().nullable(),
  madeAtMs: z.number(),
});
export type JournalHeader = z.infer<typeof header>;

export interface Journal {
  readonly madeAtMs: number;
  readonly lines: readonly JournalLine[];
  append(line: JournalLine): void;
}

/**
 * Opens the journal at `path`, or one in memory. A journal of another tenant is set aside as `<path>.old`; a last
 * line that a crash cut off is dropped.
 */
export function openJournal(path: string | undefined, wanted: JournalHeader): Journal {
  if (path === undefined) return { madeAtMs: wanted.madeAtMs, lines: [], append: () => undefined };
  const kept = existsSync(path) ? parseJournal(readFileSync(path, 'utf8')) : undefined;
  const append = (line: JournalLine): void => {
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  };
  if (kept && isSameTenant(kept.header, wanted)) {
    writeFileSync(path, [kept.header, ...kept.lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return { madeAtMs: kept.header.madeAtMs, lines: kept.lines, append };
  }
  if (existsSync(path)) renameSync(path, `${path}.old`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(wanted)}\n`);
  return { madeAtMs: wanted.madeAtMs, lines: [], append };
}

/** The header and all lines up to the first that cannot be read; undefined without a header. */
export function parseJournal(
  text: string,
): { readonly header: JournalHeader; readonly lines: readonly JournalLine[] } | undefined {
  const [first, ...rest] = text.split('\n');
  const found = header.safeParse(parseLine(first ?? ''));
  if (!found.success) return undefined;
  const lines: JournalLine[] = [];
  for (const line of rest) {
    const parsed = journalLine.safeParse(parseLine(line));
    if (!parsed.success) break;
    lines.push(parsed.data);
  }
  return { header: found.data, lines };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isSameTenant(a: JournalHeader, b: JournalHeader): boolean {
  return a.seed === b.seed && a.users === b.users && a.groups === b.groups && a.memberships === b.memberships;
}
