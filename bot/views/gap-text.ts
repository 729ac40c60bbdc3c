// What could not be read, why, and what to do about it: sentences about the coverage of a run. Not what was left out
// on purpose, and not what the guard thinks of it.
import { ERRORS, isErrorCode, isGap, type Coverage, type Gap, type RunReport } from '../../services/index.ts';
import { listText, type Format } from './format.ts';
import type { Names } from './reader.ts';
import { knownNames } from './report-text.ts';

const NOUNS = {
  users: ['user', 'users'],
  groups: ['group', 'groups'],
  domains: ['domain', 'domains'],
} as const;
type Collection = keyof typeof NOUNS;
const COLLECTIONS = ['users', 'groups', 'domains'] as const satisfies readonly Collection[];

const AGAIN = 'Sync again to fill the gaps.';
const MOST_REMEDIES = 3;

/** Users, groups: those of which nothing at all was read. */
export function unreadLists({ coverage }: RunReport): string[] {
  if (coverage === null) return [];
  return (['users', 'groups'] as const).filter((name) => {
    const list = coverage[name];
    return isGap(list) && list.rows === 0;
  });
}

/** What could not be read and why, sentences. */
export function gapTexts({ coverage }: RunReport, format: Format, names: Names): string[] {
  if (coverage === null) return [];
  const lists = COLLECTIONS.flatMap((name) => {
    const list = coverage[name];
    return isGap(list) ? [gapText(list.gap, name, format)] : [];
  });
  return [...lists, ...membersTexts(coverage.members.notRead, format, names)];
}

/** What to do about the gaps: for each cause once. */
export function gapRemedies({ coverage }: RunReport): string[] {
  if (coverage === null) return [AGAIN];
  const { users, groups, domains, members } = coverage;
  const gaps = [users, groups, domains, ...members.notRead.map((group) => group.coverage)].filter(isGap);
  const remedies = new Set(gaps.map(({ gap }) => remedyOf(gap)));
  return [...remedies].slice(0, MOST_REMEDIES);
}

/** `19,998 of 19,998 users`, or nothing when a list was not read. */
export function coverageText(coverage: Coverage, collection: Collection, format: Format): string {
  const [one, many] = NOUNS[collection];
  if (coverage.kind === 'delta') return `changes of ${many}`;
  if (coverage.kind === 'complete') {
    return `${format.number(coverage.rows)} of ${format.count(coverage.counted, one, many)}`;
  }
  return coverage.rows === 0 ? '' : format.count(coverage.rows, one, many);
}

function gapText(gap: Gap, collection: Collection, format: Format): string {
  const [one, many] = NOUNS[collection];
  switch (gap.kind) {
    case 'pageFailed':
      return `The list of ${many} broke off at page ${format.number(gap.page)}.${why(gap)}`;
    case 'countDisagrees':
      return `Microsoft 365 counted ${format.count(gap.counted, one, many)}, but sent ${format.number(gap.rows)}.`;
    case 'notCounted':
      return `Microsoft 365 did not say how many ${many} there are.`;
    case 'propertiesHidden':
      return `Microsoft 365 hid the details of ${format.count(gap.rows, one, many)}: a permission is missing.`;
    case 'notRead':
      return `The ${many} could not be read.${why(gap)}`;
  }
}

/** One sentence for each cause. */
function membersTexts(
  notRead: NonNullable<RunReport['coverage']>['members']['notRead'],
  format: Format,
  names: Names,
): string[] {
  const byCause = new Map<string, string[]>();
  for (const { objectId, coverage } of notRead) {
    const cause = isGap(coverage) ? why(coverage.gap) : '';
    byCause.set(cause, [...(byCause.get(cause) ?? []), objectId]);
  }
  return [...byCause].map(([cause, ids]) => {
    const known = knownNames(ids, names);
    const such =
      known.length === 0 ? '' : ` (${known.length < ids.length ? 'such as ' : ''}${listText(known)})`;
    return `The members of ${format.count(ids.length, 'group', 'groups')} could not be read to the end${such}.${cause}`;
  });
}

/** The cause as a further sentence; nothing when there is no more to say. */
function why(gap: Gap): string {
  if (gap.kind === 'propertiesHidden') return ' Their details are hidden: a permission is missing.';
  return 'code' in gap && isErrorCode(gap.code) ? ` ${ERRORS[gap.code].text}` : '';
}

function remedyOf(gap: Gap): string {
  if (gap.kind === 'propertiesHidden') return ERRORS['graph-forbidden'].remedy;
  return 'code' in gap && isErrorCode(gap.code) ? ERRORS[gap.code].remedy : AGAIN;
}
