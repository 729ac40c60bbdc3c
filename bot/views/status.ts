// The card that says how things stand: totals, the last runs, and what to do next.
import type { Run, Status, TenantStatus } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { button } from './button.ts';
import { createFormat, listText, type Format } from './format.ts';
import type { Reader } from './reader.ts';
import { OUTCOME_TEXT, outcomeOf, totalChanges } from './run-text.ts';
import { startedText } from './started-text.ts';

/** Who may not sync is offered to look only. */
export function viewStatus(status: TenantStatus, reader: Reader, maySync = true): CardView {
  const format = createFormat(reader);
  const lines = linesOf(status, format);
  return {
    card: 'status',
    summary: 'Status of the directory',
    data: {
      fallbackText: `Status: ${format.count(status.totals.users.active, 'active user', 'active users')}.`,
      title: 'Status',
      lines,
      totals: totalsOf(status, format),
      table: tableOf(status, format),
      remedy:
        maySync || status.runs.length > 0
          ? remedyOf(status)
          : ['Ask an administrator of Rollcall to sync for the first time.'],
      buttons: buttonsOf(status).filter(({ verb }) => maySync || verb !== 'sync.start'),
    },
  };
}

function linesOf({ running, lastComplete, policy, runs, totals }: TenantStatus, format: Format): string[] {
  const off = [policy.users.enabled ? '' : 'users', policy.groups.enabled ? '' : 'groups'].filter(Boolean);
  return [
    running === null ? '' : `A sync is running, started ${startedText(running, format)}.`,
    lastComplete === null
      ? runs.length === 0
        ? 'Nothing has been synced yet.'
        : 'No sync has been complete yet.'
      : `Last complete sync: ${format.when(lastComplete.endedAt ?? lastComplete.startedAt)}.`,
    // Neither active nor inactive: what both ends are decides about each of them.
    totals.memberships === 0
      ? ''
      : `${format.count(totals.memberships, 'membership is', 'memberships are')} kept, also those of people and groups that left.`,
    off.length === 0 ? '' : `Sync of ${listText(off)} is switched off.`,
  ].filter(Boolean);
}

function totalsOf({ totals }: TenantStatus, format: Format): CardData<'status'>['totals'] {
  const row = (label: string, counts: Record<Status, number>) => ({
    label,
    active: format.number(counts.active),
    inactive: format.number(counts.inactive),
  });
  return {
    columns: { label: 'In the directory', active: 'Active', inactive: 'Inactive' },
    rows: [row('Users', totals.users), row('Groups', totals.groups)],
  };
}

function tableOf({ runs }: TenantStatus, format: Format): CardData<'status'>['table'] {
  if (runs.length === 0) return [];
  return [
    {
      title: runs.length === 1 ? 'The last sync' : `The last ${format.number(runs.length)} syncs`,
      columns: { when: 'Started', result: 'Result', changes: 'Changes' },
      rows: runs.map((run) => rowOf(run, format)),
    },
  ];
}

function rowOf(run: Run, format: Format): CardData<'status'>['table'][number]['rows'][number] {
  const { short, color } = OUTCOME_TEXT[outcomeOf(run)];
  const counted = ['changed', 'unchanged', 'partial'].includes(outcomeOf(run));
  return {
    when: format.when(run.startedAt),
    result: short,
    color,
    changes: counted && run.report !== null ? format.number(totalChanges(run.report.counts)) : '–',
    open: [button(`Open sync ${run.number}`, 'run.refresh', { v: 1, runId: run.id })],
  };
}

function remedyOf({ runs, running }: TenantStatus): string[] {
  const [last] = runs;
  if (running !== null) return [];
  if (last === undefined) return ['Press “Sync now” to read your users and groups for the first time.'];
  switch (outcomeOf(last)) {
    case 'held':
      return ['The last sync needs your approval: open it to see why.'];
    case 'partial':
      return ['The last sync left gaps: sync again to fill them.'];
    case 'refused':
    case 'failed':
      return ['The last sync did not go through: open it to see what to do.'];
    case 'interrupted':
      return ['The last sync was interrupted: sync again to carry on.'];
    case 'changed':
    case 'unchanged':
    case 'running':
      return [];
  }
}

function buttonsOf({ running, runs }: TenantStatus): CardData<'status'>['buttons'] {
  const lists = [
    button('Users', 'users.show', { v: 1, text: '', page: 0 }),
    button('Groups', 'groups.show', { v: 1, text: '', page: 0 }),
  ];
  if (running !== null) {
    return [button('Follow the sync', 'run.refresh', { v: 1, runId: running.id }, 'positive'), ...lists];
  }
  const [last] = runs;
  if (last !== undefined && outcomeOf(last) === 'held') {
    const open = button('Open the waiting sync', 'run.refresh', { v: 1, runId: last.id }, 'positive');
    return [open, button('Sync now', 'sync.start', { v: 1 }), ...lists];
  }
  return [button('Sync now', 'sync.start', { v: 1 }, 'positive'), ...lists];
}
