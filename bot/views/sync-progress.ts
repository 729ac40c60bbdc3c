// How far a running sync is: a bar and the steps in words. Counts come from the run; nothing is guessed in numbers.
import type { Progress, Stage } from '../../services/index.ts';
import type { CardData } from '../../cards/index.ts';
import type { Format } from './format.ts';

type StageRow = CardData<'sync'>['stages'][number];

/** Where the bar stands when a stage begins, in hundredths: reading takes most of the time. */
const BEGINS: Readonly<Record<Stage, number>> = {
  starting: 1,
  reading: 2,
  planning: 70,
  checking: 75,
  applying: 78,
  done: 99,
};

/** As many as fit on the narrowest phone. */
const SEGMENTS = 24;

export function barOf(progress: Progress): CardData<'sync'>['bar'] {
  const done = Math.min(SEGMENTS - 1, Math.max(1, Math.round((position(progress) / 100) * SEGMENTS)));
  return [{ done: '━'.repeat(done), rest: '─'.repeat(SEGMENTS - done) }];
}

function position(progress: Progress): number {
  if (progress.stage === 'reading') {
    const { read, expected, members } = progress;
    const objects = (expected.users ?? 0) + (expected.groups ?? 0);
    const lists = objects === 0 ? 0 : share(read.users + read.groups, objects);
    const rest = members.groupsToRead === null ? 0 : share(members.groupsRead, members.groupsToRead);
    return BEGINS.reading + (BEGINS.planning - BEGINS.reading) * (lists + rest) * 0.5;
  }
  if (progress.stage === 'applying') {
    const done = progress.toApply === null ? 0 : share(progress.applied, progress.toApply);
    return BEGINS.applying + (BEGINS.done - BEGINS.applying) * done;
  }
  return BEGINS[progress.stage];
}

const share = (part: number, whole: number): number => (whole <= 0 ? 1 : Math.min(1, part / whole));

export function stagesOf(progress: Progress, format: Format): StageRow[] {
  const { stage } = progress;
  // How far it came is not known from here: it may have failed at any step, or wait for approval.
  if (stage === 'done') return [row('now', 'Writing down the result')];
  const reached = (names: readonly Stage[]) => names.includes(stage);
  return [
    reached(['starting'])
      ? row('next', 'Read users, groups and memberships')
      : reached(['reading'])
        ? row('now', `Reading Microsoft 365: ${readText(progress, format)}`)
        : row('done', `Read ${totalsText(progress, format)}`),
    reached(['starting', 'reading'])
      ? row('next', 'Work out what changed')
      : reached(['planning', 'checking'])
        ? row('now', stage === 'planning' ? 'Working out what changed' : 'Checking that the changes are safe')
        : row('done', 'Worked out what changed'),
    reached(['applying'])
      ? row('now', `Making changes${appliedText(progress, format)}`)
      : row('next', 'Make the changes'),
  ];
}

const LOOKS = {
  done: { mark: '✓', color: 'good', weight: 'Default', subtle: false },
  now: { mark: '●', color: 'accent', weight: 'Bolder', subtle: false },
  next: { mark: '○', color: 'default', weight: 'Default', subtle: true },
} as const;

const row = (look: keyof typeof LOOKS, text: string): StageRow => ({ ...LOOKS[look], text });

function readText(progress: Progress, format: Format): string {
  const { read, expected, members } = progress;
  const of = (value: number, whole: number | null, one: string, many: string) =>
    whole === null || whole < value
      ? format.count(value, one, many)
      : `${format.number(value)} of ${format.count(whole, one, many)}`;
  const parts = [
    of(read.users, expected.users, 'user', 'users'),
    of(read.groups, expected.groups, 'group', 'groups'),
  ];
  if (members.groupsToRead !== null && members.groupsToRead > 0) {
    parts.push(`members of ${of(members.groupsRead, members.groupsToRead, 'group', 'groups')}`);
  }
  return parts.join(' · ');
}

function totalsText({ read }: Progress, format: Format): string {
  return [
    format.count(read.users, 'user', 'users'),
    format.count(read.groups, 'group', 'groups'),
    format.count(read.memberships, 'membership', 'memberships'),
  ].join(' · ');
}

function appliedText(progress: Progress, format: Format): string {
  if (progress.toApply === null) return '';
  return `: ${format.number(progress.applied)} of ${format.number(progress.toApply)}`;
}
