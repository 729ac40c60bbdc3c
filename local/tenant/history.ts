// The one way to change a running tenant: apply an action and write it down, and at start do again what is written.
import type { TenantClock } from './clock.ts';
import { ChangeRefused } from './directory.ts';
import type { Directory } from './directory.ts';
import type { Apps } from './entra/apps.ts';
import type { Journal } from './journal.ts';
import type { Action } from './mutations.ts';

/** Applies an action now and keeps it; throws ChangeRefused, in which case nothing happened. */
export type Perform = (action: Action) => void;

/** Replays the journal and returns the way to go on from there. */
export function resumeHistory(
  directory: Directory,
  apps: Apps,
  clock: TenantClock,
  journal: Journal,
): Perform {
  function apply(action: Action, atMs: number): void {
    if (action.do === 'advance-clock') clock.advance(action.ms);
    else if (action.do === 'change-app') changeApp(apps, action);
    else directory.apply(action, atMs);
  }

  for (const line of journal.lines) apply(line.action, line.atMs);

  const perform: Perform = (action) => {
    const atMs = clock.nowMs();
    apply(action, atMs);
    journal.append({ atMs, action });
    if (action.do === 'advance-clock') purgeDue();
  };

  /** Deleted objects are purged after thirty days, as actions of their own. */
  function purgeDue(): void {
    for (const id of directory.dueForPurge(clock.nowMs())) perform({ do: 'purge', id });
  }

  purgeDue();
  return perform;
}

function changeApp(apps: Apps, action: Extract<Action, { do: 'change-app' }>): void {
  const app = apps.find(action.clientId);
  if (!app) throw new ChangeRefused(404, `There is no app ${action.clientId}`);
  if (action.graphPermissions) app.graphPermissions = action.graphPermissions;
  if (action.delegatedPermissions) app.delegatedPermissions = action.delegatedPermissions;
  if (action.conditionalAccess !== undefined) app.conditionalAccess = action.conditionalAccess;
  if (action.disabled !== undefined) app.disabled = action.disabled;
  if (action.secretExpired !== undefined) app.secretExpired = action.secretExpired;
}
