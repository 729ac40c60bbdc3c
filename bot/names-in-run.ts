// The names of users and groups that the card of a run mentions: as examples, or because their members could not be
// read. A card without them still says what happened, so they never fail.
import type { Log, ObjectId, Run, Services } from '../services/index.ts';
import type { Names } from './views/reader.ts';

/** As many groups as a card can name. */
const MOST_GROUPS = 20;

/** By object id; empty when nobody is mentioned or nobody can be asked. */
export async function readNamesInRun(
  services: Pick<Services, 'namesOf'>,
  log: Log,
  run: Run,
): Promise<Names> {
  const ids = mentionedIn(run);
  if (ids.length === 0) return {};
  try {
    return await services.namesOf(run.tenantId, ids);
  } catch (error) {
    log.warn('names-unknown', { runId: run.id }, error);
    return {};
  }
}

function mentionedIn({ report }: Run): ObjectId[] {
  if (report === null) return [];
  const { users, groups, memberships } = report.counts;
  const skipped = [users, groups, memberships].flatMap((counts) => counts.skipped);
  const reasons = report.verdict === null || report.verdict.kind === 'allow' ? [] : report.verdict.reasons;
  const unread = report.coverage?.members.notRead ?? [];
  return [
    ...reasons.flatMap(({ groupId, examples }) => (groupId === null ? examples : [groupId, ...examples])),
    ...skipped.flatMap(({ examples }) => examples),
    ...unread.slice(0, MOST_GROUPS).map(({ objectId }) => objectId),
  ];
}
