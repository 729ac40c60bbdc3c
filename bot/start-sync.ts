// Starts a sync, or carries on a held one, and answers with the card that shows it. Two clicks start one sync: the
// second is shown the one that runs.
import type { CardView } from '../cards/index.ts';
import type { Approval, Run } from '../services/index.ts';
import { readNamesInRun } from './names-in-run.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import { viewNotice } from './views/notice.ts';
import { viewSync } from './views/sync.ts';

export async function startSync(turn: Turn, approval?: Approval): Promise<Reply> {
  const { services, asker, reader, runCards, log } = turn;
  if (turn.isStopping()) return { kind: 'card', view: viewNotice({ kind: 'stopping' }) };
  const live = runCards.begin();
  const { tenantId, actor, conversation } = asker;
  const action = approval ? 'sync.approved' : 'sync.started';
  const start = await services.audited(
    { tenantId, actor, action, target: null, conversationId: conversation.id },
    () =>
      services.startSync({
        ...{ tenantId, actor, onProgress: live.onProgress },
        ...(approval ? { approval } : {}),
      }),
    (begun) => (begun.kind === 'started' ? { target: String(begun.run.number), result: 'done' } : null),
  );
  switch (start.kind) {
    case 'started':
      live.follow(start.run, start.finished);
      log.info('sync-started', { runId: start.run.id });
      return {
        kind: 'card',
        view: viewSync(start.run, reader),
        onPlaced: (address) => live.place(address, start.run),
      };
    case 'alreadyRunning': {
      const other = runCards.find(start.run.id);
      const view = viewSync(start.run, reader, { note: 'alreadyRunning' });
      return other
        ? { kind: 'card', view, onPlaced: (address) => other.place(address, start.run) }
        : { kind: 'card', view };
    }
    case 'approvalOutOfDate':
      return { kind: 'card', view: await viewAsItIs(turn, start.run, approval) };
  }
}

/** An approval that does not count: how things are now, and why nothing was done. */
async function viewAsItIs(turn: Turn, run: Run | null, approval: Approval | undefined): Promise<CardView> {
  const { services, reader, log } = turn;
  if (run === null) return viewNotice({ kind: 'cardOutOfDate' });
  const { outcome, digest } = run.report ?? {};
  const done = outcome !== 'held' && digest === approval?.digest;
  const names = await readNamesInRun(services, log, run);
  return viewSync(run, reader, { note: done ? 'alreadyApplied' : 'approvalOutOfDate', names });
}
