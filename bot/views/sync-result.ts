// The result of a sync by how it ended: what happened, the numbers, why, and what to do next.
import {
  CAPABILITIES,
  ERRORS,
  type ErrorDetails,
  type Outcome,
  type Run,
  type RunReport,
} from '../../services/index.ts';
import type { CardData } from '../../cards/index.ts';
import { plain } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { GRANT_TEXT } from './connection-text.ts';
import { errorText } from './error-text.ts';
import { durationText, listText, type Format } from './format.ts';
import { coverageText, gapRemedies, gapTexts, unreadLists } from './gap-text.ts';
import type { Names } from './reader.ts';
import { guardText, skippedText } from './report-text.ts';
import { outcomeOf, totalChanges } from './run-text.ts';
import { startedText } from './started-text.ts';
import { countsTable } from './sync-table.ts';
import { takeoverLines } from './takeover-text.ts';

type SyncData = CardData<'sync'>;
type Ended = Pick<SyncData, 'title' | 'tone' | 'lines' | 'remedy' | 'buttons'>;
type Note = SyncData['notes'][number];

/** The card data of an ended run. */
export function viewResult(run: Run, format: Format, names: Names): SyncData {
  const outcome = outcomeOf(run);
  const { report } = run;
  const ended = endings[outcome === 'running' ? 'interrupted' : outcome](run, format);
  return {
    ...ended,
    buttons: [...ended.buttons, ...connectionsAfter(report, ended.buttons)],
    fallbackText: ended.title,
    bar: [],
    stages: [],
    table: report === null ? [] : countsTable(report, outcome, format),
    notes: report === null ? [] : notesOf(report, format, names),
    facts: factsOf(run, format),
  };
}

type Ending = (run: Run, format: Format) => Ended;

const see = (run: Run) => button('See the changes', 'run.show', { v: 1, runId: run.id, page: 0 });
const status = button('Show status', 'status.show', { v: 1 });
const again = (title: string) => button(title, 'sync.start', { v: 1 }, 'positive');

const endings: Readonly<Record<Outcome, Ending>> = {
  changed: (run, format) => ({
    title: 'Sync complete',
    tone: 'good',
    lines: [changesLine(run, format)],
    remedy: [],
    buttons: [see(run), status],
  }),
  unchanged: () => ({
    title: 'Sync complete: nothing changed',
    tone: 'good',
    lines: ['The directory already matches Microsoft 365.'],
    remedy: [],
    buttons: [button('Show users', 'users.show', { v: 1, text: '', page: 0 }), status],
  }),
  partial: (run, format) => ({
    title: partialTitle(run),
    tone: 'warning',
    lines: [
      changesLine(run, format),
      'Not everything could be read. What was not read stays as it was, and nobody became inactive for it.',
    ],
    remedy: run.report === null ? [] : gapRemedies(run.report),
    buttons: [again('Sync again'), ...(changesOf(run) === 0 ? [status] : [see(run)])],
  }),
  held: (run) => ({
    title: 'This sync needs your approval',
    tone: 'warning',
    lines: [heldLine(run)],
    remedy: [
      'Look at the changes. If they are right, apply them; if not, correct Microsoft 365 and check again.',
    ],
    buttons: [...approval(run), see(run), button('Check again', 'sync.start', { v: 1 })],
  }),
  refused: () => ({
    title: 'Sync stopped to protect the directory',
    tone: 'attention',
    lines: ['Nothing was changed. What Microsoft 365 sent cannot be right.'],
    remedy: ['Check in the Microsoft 365 admin center that users and groups are there, then check again.'],
    buttons: [again('Check again'), status],
  }),
  failed: (run, format) => {
    const { code, details } = run.report?.error ?? { code: 'unexpected', details: {} };
    const { text, remedy } = errorText(code, details);
    // What is wrong is said with the name of the account.
    const told = details.reason === 'noCredentialLeft' && (run.report?.takeovers.length ?? 0) > 0;
    return {
      title: 'Sync failed',
      tone: 'attention',
      lines: [...nobodyLeft(details), ...(told ? [] : [text]), keptLine(run, format)],
      remedy: told ? [] : [remedy],
      buttons: [
        again('Sync again'),
        ...connections(run),
        ...(changesOf(run) === 0 ? [] : [see(run)]),
        status,
      ],
    };
  },
  interrupted: (run, format) => ({
    title: 'Sync interrupted',
    tone: 'warning',
    lines: ['Rollcall was restarted while this sync was running.', keptLine(run, format)],
    remedy: ['Sync again: it carries on from what is there.'],
    buttons: [again('Sync now'), ...(changesOf(run) === 0 ? [] : [see(run)]), status],
  }),
};

const isHeld = ({ report }: Run): boolean => report?.outcome === 'held';

/** An approved sync is held again when its plan is no longer the one that was approved. */
const heldLine = ({ approvedBy }: Run): string =>
  approvedBy === null
    ? 'Nothing has changed yet. The sync would change more than it may without asking.'
    : 'Nothing was applied: Microsoft 365 has changed since you approved. This is what the sync would do now.';

/** What is wrong with the last of several accounts would not explain why nobody else read. */
function nobodyLeft({ reason, capability }: ErrorDetails): string[] {
  const grant = CAPABILITIES.find((one) => one === capability);
  return reason === 'noCredentialLeft' && grant !== undefined
    ? [`No account is left that can read ${GRANT_TEXT[grant].reads}.`]
    : [];
}

/** Where Microsoft refuses, the accounts are what to look at. */
function connections(run: Run): Ended['buttons'] {
  const code = run.report?.error?.code;
  const denied = code !== undefined && ERRORS[code].kind === 'denied';
  return denied ? [button('Show connections', 'connect.show', { v: 1 })] : [];
}

/** Where an account failed and another carried on, the accounts too. */
const connectionsAfter = (report: RunReport | null, shown: Ended['buttons']): Ended['buttons'] =>
  report === null || report.takeovers.length === 0 || shown.some(({ verb }) => verb === 'connect.show')
    ? []
    : [button('Show connections', 'connect.show', { v: 1 })];

/** Approves exactly the plan that was seen. */
function approval(run: Run): Ended['buttons'] {
  const digest = run.report?.digest ?? null;
  if (digest === null) return [];
  return [button('Apply these changes', 'sync.approve', { v: 1, runId: run.id, digest }, 'destructive')];
}

/** A sync that saw nobody is not called complete. */
function partialTitle({ report }: Run): string {
  const unread = report === null ? [] : unreadLists(report);
  return unread.length === 0
    ? 'Sync finished, with gaps'
    : `Sync incomplete: ${listText(unread)} were not read`;
}

const changesOf = ({ report }: Run): number => (report === null ? 0 : totalChanges(report.counts));

function changesLine(run: Run, format: Format): string {
  const total = changesOf(run);
  return total === 0 ? 'No changes.' : `${format.count(total, 'change', 'changes')}.`;
}

/** What of an unfinished run stays. */
function keptLine(run: Run, format: Format): string {
  // The report counts records, but only once the database could be asked; progress is told now and then.
  const made = Math.max(changesOf(run), run.progress.applied);
  if (made === 0) return 'Nothing was changed.';
  const { toApply } = run.progress;
  const of = toApply === null || toApply < made ? '' : ` of ${format.number(toApply)}`;
  const stay = made === 1 && of === '' ? 'change was made and stays' : 'changes were made and stay';
  return `${format.number(made)}${of} ${stay}. The next sync makes the others.`;
}

function notesOf(report: RunReport, format: Format, names: Names): Note[] {
  const reasons = report.verdict === null || report.verdict.kind === 'allow' ? [] : report.verdict.reasons;
  const why = report.verdict?.kind === 'refuse' ? 'Why it was stopped' : 'Why it waits';
  const { users, groups, memberships } = report.counts;
  const skipped = [users, groups, memberships].flatMap((counts) => counts.skipped);
  return [
    note(
      why,
      reasons.map((reason) => guardText(reason, format, names)),
    ),
    note('Accounts', takeoverLines(report.takeovers)),
    note('What could not be read', gapTexts(report, format, names)),
    note(
      'Skipped',
      skipped.filter((row) => row.count > 0).map((row) => skippedText(row, format, names)),
    ),
  ].filter((row) => row.lines.length > 0);
}

const note = (title: string, lines: readonly string[]): Note => ({ title, lines: lines.slice(0, 8) });

function factsOf(run: Run, format: Format): SyncData['facts'] {
  const coverage = run.report?.coverage ?? null;
  const read =
    coverage === null
      ? []
      : [coverageText(coverage.users, 'users', format), coverageText(coverage.groups, 'groups', format)];
  const facts = [
    { name: 'Read', value: listText(read.filter(Boolean)) },
    { name: 'Started', value: startedText(run, format) },
    {
      name: 'Approved by',
      value: run.approvedBy === null || isHeld(run) ? '' : plain(run.approvedBy.displayName, 60),
    },
    { name: 'Took', value: tookText(run) },
    { name: 'Sync', value: `number ${format.number(run.number)}` },
    { name: 'Error code', value: codeText(run) },
  ];
  return facts.filter((fact) => fact.value !== '');
}

/** What Microsoft's support asks for: the number of a sign-in error, the id of a request. */
function codeText({ report }: Run): string {
  const { aadsts, requestId } = report?.error?.details ?? {};
  if (aadsts !== undefined) return `AADSTS${aadsts}`;
  return typeof requestId === 'string' ? plain(`request ${requestId}`, 80) : '';
}

function tookText(run: Run): string {
  return run.endedAt === null ? '' : durationText(run.endedAt.getTime() - run.startedAt.getTime());
}
