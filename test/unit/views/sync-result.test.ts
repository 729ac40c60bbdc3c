// What the card of an ended sync says when not everything went well: why, in people's words, and the remedy that fits.
import assert from 'node:assert/strict';
import { viewError } from '../../../bot/views/error.ts';
import { viewSync } from '../../../bot/views/sync.ts';
import { unmarked } from '../../../cards/plain-text.ts';
import { renderCard } from '../../../cards/render-card.ts';
import type { Counts, Gap, RunReport } from '../../../services/index.ts';
import { AppError, ERRORS } from '../../../services/index.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import { aReport, aRun, coverage, NOW, someCounts } from '../../support/card-facts.ts';

const reader = { locale: 'en-GB', timeZone: 'UTC', now: NOW };
const partial = (gap: Gap, rows = 0) => ({ kind: 'partial', rows, gap }) as const;
const forbidden = { kind: 'notRead', code: 'graph-forbidden' } as const;
const switchedOff = { kind: 'notRead', code: 'switchedOff' } as const;
const broken = { kind: 'pageFailed', page: 3, code: 'graph-unavailable', requestId: null } as const;

function show(report: Partial<RunReport>, names: Record<string, string> = {}) {
  const { card, data } = viewSync(aRun({ report: aReport(report) }), reader, { names });
  assert.ok(card === 'sync');
  renderCard(card, data);
  return {
    ...data,
    read: data.notes.find(({ title }) => title === 'What could not be read')?.lines.map(unmarked) ?? [],
  };
}
const showGaps = (more: Partial<NonNullable<RunReport['coverage']>>, names = {}) =>
  show({ outcome: 'partial', coverage: { ...coverage(150, 60), ...more } }, names);

describe('the accounts of a sync', () => {
  const account = (displayName: string) => ({ objectId: displayName, displayName, userPrincipalName: 'x@y' });
  const problem = { happened: 'It is disabled.', remedy: 'Enable it.', who: 'An administrator' };
  const takeover = (capability: 'users' | 'groups', carriesOn: string | null) => ({
    ...{ capability, failed: account('Megan'), problem },
    carriesOn: carriesOn === 'nobody' ? null : { account: carriesOn === null ? null : account(carriesOn) },
  });
  const linesOf = ({ notes }: ReturnType<typeof show>) =>
    notes.find(({ title }) => title === 'Accounts')?.lines.map(unmarked);

  it('that failed are named, with why, what to do, who can, and who carried on', () => {
    const card = show({ takeovers: [takeover('users', 'Adele'), takeover('groups', null)] });
    assert.deepEqual(linesOf(card), [
      'The account of Megan does not work any more.',
      'It is disabled.',
      'What to do: Enable it.',
      'Who can do this: An administrator',
      'Adele carried on with users. Nothing was lost.',
      'The app itself carried on with groups. Nothing was lost.',
    ]);
    assert.ok(card.buttons.some(({ verb }) => verb === 'connect.show'));
  });

  it('are named by a sync that failed for them', () => {
    const details = { reason: 'noCredentialLeft', capability: 'users', happened: 'It is disabled.' };
    const error = { code: 'sign-in-failed', details } as const;
    const card = show({ outcome: 'failed', error, takeovers: [takeover('users', 'nobody')] });
    assert.match(linesOf(card)?.[0] ?? '', /account of Megan/);
    assert.match(linesOf(card)?.at(-1) ?? '', /Nobody is left to read users\. Nobody was made inactive/);
    assert.equal(JSON.stringify(card).split('It is disabled').length, 2);
  });

  it('are not spoken of where none failed', () => {
    assert.equal(linesOf(show({})), undefined);
    assert.ok(!show({}).buttons.some(({ verb }) => verb === 'connect.show'));
  });
});

describe('the numbers of a sync', () => {
  const counts = (users: Partial<Counts>): Partial<RunReport> => ({
    counts: { users: someCounts(users), groups: someCounts(), memberships: someCounts({ dormant: 4 }) },
  });
  const rowsOf = (report: Partial<RunReport>) =>
    Object.fromEntries(
      show(report).table.flatMap(({ rows }) => rows.map((row) => [row.label, [row.users, row.memberships]])),
    );

  it('tell how many of those added are inactive', () => {
    const rows = rowsOf(counts({ added: 1_000, addedInactive: 220 }));
    assert.deepEqual(rows['of these inactive'], ['220', '0']);
    assert.ok(!('of these inactive' in rowsOf(counts({ added: 1_000 }))));
  });

  it('tell those who left apart from what was not read', () => {
    const rows = rowsOf(counts({ dormant: 19 }));
    assert.deepEqual(rows['Left, kept for now'], ['19', '4']);
    assert.ok(!('Kept as before' in rows));
  });

  it('count new people who wait for what could not be read', () => {
    const { notes } = show(
      counts({ skipped: [{ reason: 'undecided', count: 2, examples: [parseObjectId('a')] }] }),
      { a: 'Adele Vance' },
    );
    assert.deepEqual(notes.find(({ title }) => title === 'Skipped')?.lines.map(unmarked), [
      '2 new people who wait until domains and lists could be read, such as Adele Vance',
    ]);
  });

  it('are in the singular for one', () => {
    const rule = { count: 1, examples: [], groupId: null };
    const { notes } = show({
      outcome: 'refused',
      verdict: {
        kind: 'refuse',
        reasons: [
          { ...rule, rule: 'emptySource', of: 1, limit: 0 },
          { ...rule, rule: 'usersInactive', of: 9, limit: 1 },
        ],
      },
    });
    assert.match(notes[0]?.lines[0] ?? '', /while 1 entry is active here/);
    assert.match(notes[0]?.lines[1] ?? '', /Up to 1 goes without approval/);
  });
});

describe('the result of a sync that was stopped', () => {
  const some = { users: someCounts({ added: 2 }), groups: someCounts(), memberships: someCounts() };
  const linesFor = (outcome: 'failed' | 'interrupted', counts = some) => {
    const error = outcome === 'failed' ? { code: 'unexpected' as const, details: {} } : null;
    const { lines, buttons } = show({ outcome, counts, error });
    return { line: lines.at(-1), canSee: buttons.some(({ title }) => title === 'See the changes') };
  };

  it('says what had been changed, though its progress was never told', () => {
    for (const outcome of ['failed', 'interrupted'] as const) {
      const { line, canSee } = linesFor(outcome);
      assert.equal(line, '2 changes were made and stay. The next sync makes the others.');
      assert.ok(canSee);
    }
    const one = { ...some, users: someCounts({ updated: 1 }) };
    assert.match(linesFor('failed', one).line ?? '', /^1 change was made and stays/);
  });

  it('says that nothing was changed only when nothing was', () => {
    const { line, canSee } = linesFor('interrupted', { ...some, users: someCounts() });
    assert.equal(line, 'Nothing was changed.');
    assert.ok(!canSee);
  });
});

describe('the result of a sync with gaps', () => {
  it('says why nobody was read and what to do about exactly that', () => {
    const { title, read, remedy } = showGaps({ users: partial(forbidden) });
    assert.equal(title, 'Sync incomplete: users were not read');
    assert.deepEqual(read, [
      'The users could not be read. Rollcall is not allowed to read this part of Microsoft 365.',
    ]);
    assert.deepEqual(remedy, [ERRORS['graph-forbidden'].remedy]);
  });

  it('does not call a sync complete that saw neither users nor groups', () => {
    const { title } = showGaps({ users: partial(forbidden), groups: partial(broken) });
    assert.equal(title, 'Sync incomplete: users and groups were not read');
  });

  it('says where a list broke off and why', () => {
    const { title, read, remedy } = showGaps({ users: partial(broken, 100) });
    assert.equal(title, 'Sync finished, with gaps');
    assert.deepEqual(read, [
      'The list of users broke off at page 3. Microsoft 365 has a fault at the moment.',
    ]);
    assert.deepEqual(remedy, [ERRORS['graph-unavailable'].remedy]);
  });

  it('asks for the permission when details are hidden, and once more when numbers disagree', () => {
    const hidden = showGaps({ users: partial({ kind: 'propertiesHidden', rows: 9 }, 150) });
    assert.deepEqual(hidden.remedy, [ERRORS['graph-forbidden'].remedy]);
    const counted = showGaps({ users: partial({ kind: 'countDisagrees', rows: 9, counted: 150 }, 9) });
    assert.deepEqual(counted.remedy, ['Sync again to fill the gaps.']);
  });

  it('names the groups whose members could not be read, by cause', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => parseObjectId(id));
    assert.ok(a && b && c);
    const notRead = [
      { objectId: a, coverage: partial(forbidden) },
      { objectId: b, coverage: partial(forbidden) },
      { objectId: c, coverage: partial({ kind: 'notRead', code: 'notAnswered' }) },
    ];
    const names = { a: 'Board', b: 'Sales' };
    const { read, remedy } = showGaps({ members: { groupsRead: 1, notRead } }, names);
    assert.deepEqual(read, [
      'The members of 2 groups could not be read to the end (Board and Sales). Rollcall is not allowed to read this part of Microsoft 365.',
      'The members of 1 group could not be read to the end.',
    ]);
    assert.deepEqual(remedy, [ERRORS['graph-forbidden'].remedy, 'Sync again to fill the gaps.']);
  });

  it('does not miss what is switched off', () => {
    const { title, read } = showGaps({ users: partial(switchedOff), groups: partial(broken, 3) });
    assert.equal(title, 'Sync finished, with gaps');
    assert.equal(read.length, 1);
  });
});

describe('a failed sync', () => {
  const error = {
    code: 'sign-in-failed',
    details: {
      aadsts: 7000222,
      happened: 'The client secret of Rollcall has expired.',
      remedy: 'Create a new secret.',
    },
  } as const;

  it('prefers what Microsoft said of the sign-in', () => {
    const { lines, remedy, facts } = show({ outcome: 'failed', coverage: null, error });
    assert.deepEqual(lines, ['The client secret of Rollcall has expired.', 'Nothing was changed.']);
    assert.deepEqual(remedy, ['Create a new secret.']);
    assert.ok(facts.some(({ value }) => value === 'AADSTS7000222'));
  });

  it('says the same in an answer', () => {
    const { data } = viewError(new AppError(error.code, error.details), reader);
    assert.equal(data.title, 'The client secret of Rollcall has expired');
  });

  for (const code of [
    'graph-unreachable',
    'graph-timeout',
    'graph-bad-answer',
    'database-unreachable',
  ] as const)
    it(`says once that nothing was changed: ${code}`, () => {
      const { lines, remedy } = show({ outcome: 'failed', coverage: null, error: { code, details: {} } });
      assert.doesNotMatch(remedy.join(' '), /changed|lost|used none/);
      assert.equal([...lines, ...remedy].join(' ').match(/changed/g)?.length, 1);
    });
});
