// What views say, case by case: numbers, times, reasons, outcomes, buttons. How it looks is in the goldens.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CARDS } from '../../../cards/index.ts';
import { renderCard } from '../../../cards/render-card.ts';
import { unmarked } from '../../../cards/plain-text.ts';
import { changeLines, actionText } from '../../../bot/views/change-text.ts';
import { viewError } from '../../../bot/views/error.ts';
import { createFormat, durationText, listText } from '../../../bot/views/format.ts';
import { viewGroup } from '../../../bot/views/group.ts';
import { viewGroups } from '../../../bot/views/groups.ts';
import { viewHelp } from '../../../bot/views/help.ts';
import { viewNotice } from '../../../bot/views/notice.ts';
import { pagerText } from '../../../bot/views/pager-text.ts';
import { reasonText } from '../../../bot/views/reason-text.ts';
import { viewRun } from '../../../bot/views/run.ts';
import { viewStatus } from '../../../bot/views/status.ts';
import { viewSync } from '../../../bot/views/sync.ts';
import { viewUser } from '../../../bot/views/user.ts';
import { viewUserMatches } from '../../../bot/views/user-matches.ts';
import { viewUsers } from '../../../bot/views/users.ts';
import {
  AppError,
  ERRORS,
  REASON_ORDER,
  toAppError,
  type Outcome,
  type Reason,
} from '../../../services/index.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import {
  aGroup,
  aReport,
  aRun,
  aUser,
  inactive,
  NOW,
  policy,
  running,
  someCounts,
  userChange,
} from '../../support/card-facts.ts';

const reader = { locale: 'en-GB', timeZone: 'UTC', now: NOW };
const format = createFormat(reader);
const denied = parseObjectId('denied');
const nested = parseObjectId('nested');

describe('format', () => {
  it('follows locale and time zone', () => {
    const german = createFormat({ locale: 'de-DE', timeZone: 'Europe/Berlin', now: NOW });
    assert.equal(german.number(20_000), '20.000');
    assert.equal(german.when(NOW), '23.11.2026, 15:05');
    assert.equal(format.when(NOW), '23 Nov 2026, 14:05');
  });

  it('falls back for a locale or time zone that nobody knows', () => {
    for (const strange of ['', 'not a locale', 'xx-x-x-x-', '\u202e']) {
      const fallback = createFormat({ locale: strange, timeZone: strange, now: NOW });
      assert.equal(fallback.when(NOW), '23 Nov 2026, 14:05');
      assert.equal(fallback.number(1234), '1,234');
    }
  });

  it('counts one and many', () => {
    assert.equal(format.count(1, 'user', 'users'), '1 user');
    assert.equal(format.count(0, 'user', 'users'), '0 users');
    assert.equal(format.count(19_998, 'user', 'users'), '19,998 users');
  });

  it('says durations in the two largest units', () => {
    assert.equal(durationText(300), 'less than a second');
    assert.equal(durationText(1000), '1 second');
    assert.equal(durationText(185_000), '3 minutes 5 seconds');
    assert.equal(durationText(7_800_000), '2 hours 10 minutes');
  });

  it('joins lists', () => {
    assert.equal(listText([]), '');
    assert.equal(listText(['a']), 'a');
    assert.equal(listText(['a', 'b', 'c']), 'a, b and c');
  });
});

describe('reasonText', () => {
  const reasons: Readonly<Record<(typeof REASON_ORDER)[number], Reason>> = {
    disabled: { kind: 'disabled' },
    deleted: { kind: 'deleted' },
    domainNotIncluded: { kind: 'domainNotIncluded', domain: 'old.example' },
    guest: { kind: 'guest' },
    memberOfDeniedGroup: { kind: 'memberOfDeniedGroup', groupId: denied, path: [nested, denied] },
    memberOfNoAllowedGroup: { kind: 'memberOfNoAllowedGroup' },
    noMail: { kind: 'noMail' },
    prefixNotIncluded: { kind: 'prefixNotIncluded' },
  };

  for (const kind of REASON_ORDER) {
    it(`says ${kind} and what would have to change`, () => {
      const { text, remedy } = reasonText(reasons[kind], 'user');
      assert.match(text, /^[A-Z].*[^.]$/);
      assert.match(remedy, /^[A-Z].*\.$/);
      assert.doesNotMatch(text + remedy, /denied$|nested|undefined/);
    });
  }

  it('names the denied group and the way to it', () => {
    const said = reasonText(reasons.memberOfDeniedGroup, 'user', {
      denied: 'Contractors',
      nested: 'Vendors',
    });
    assert.equal(unmarked(said.text), 'Member of the denied group Contractors, through Vendors');
    assert.equal(
      unmarked(said.remedy),
      'Remove the account from Vendors in Microsoft 365, or take Contractors off the denied groups.',
    );
  });
});

describe('viewSync', () => {
  const titleOf = (outcome: Outcome) => viewSync(aRun({ report: aReport({ outcome }) }), reader).data.title;

  it('answers at once with the words that people know', () => {
    assert.equal(viewSync(running({}), reader).data.title, 'Sync initiated successfully');
  });

  it('names every outcome differently', () => {
    const outcomes: Outcome[] = [
      'changed',
      'unchanged',
      'partial',
      'held',
      'refused',
      'failed',
      'interrupted',
    ];
    assert.equal(new Set(outcomes.map(titleOf)).size, outcomes.length);
    assert.match(titleOf('unchanged'), /nothing changed/);
  });

  it('says how complete the read was', () => {
    const view = viewSync(aRun(), reader);
    assert.ok(view.card === 'sync');
    assert.equal(view.data.facts[0]?.value, '1,000 of 1,000 users and 60 of 60 groups');
  });

  it('binds the approval to the plan that was seen', () => {
    const view = viewSync(aRun({ report: aReport({ outcome: 'held', digest: 'abc' }) }), reader);
    const [main] = view.data.buttons;
    assert.deepEqual(main, {
      title: 'Apply these changes',
      style: 'destructive',
      verb: 'sync.approve',
      data: { v: 1, runId: 'run-12', digest: 'abc' },
    });
  });

  it('tells an interrupted run without a report from a failed one', () => {
    assert.equal(viewSync(aRun({ report: null }), reader).data.title, 'Sync interrupted');
  });

  it('adds every kind of thing in its table, and rare rows only when they happened', () => {
    const counts = {
      users: someCounts({ added: 1000, reactivated: 2 }),
      groups: someCounts(),
      memberships: someCounts(),
    };
    const view = viewSync(aRun({ report: aReport({ counts }) }), reader);
    assert.ok(view.card === 'sync');
    const labels = view.data.table[0]?.rows.map((row) => row.label);
    assert.deepEqual(labels, ['Added', 'Updated', 'Active again', 'Made inactive', 'Unchanged', 'Skipped']);
    assert.equal(view.data.table[0]?.rows[0]?.users, '1,000');
  });

  it('draws whatever progress a run may report', () => {
    const count = fc.nat(2_000_000);
    const maybe = fc.option(count);
    const stages = ['starting', 'reading', 'planning', 'checking', 'applying', 'done'] as const;
    const progress = fc.record({
      stage: fc.constantFrom(...stages),
      read: fc.record({ users: count, groups: count, memberships: count }),
      expected: fc.record({ users: maybe, groups: maybe }),
      members: fc.record({ groupsRead: count, groupsToRead: maybe }),
      applied: count,
      toApply: maybe,
    });
    fc.assert(
      fc.property(progress, (value) => {
        const view = viewSync(running(value), reader);
        assert.ok(view.card === 'sync');
        const [bar] = view.data.bar;
        assert.equal((bar?.done.length ?? 0) + (bar?.rest.length ?? 0), 24);
        renderCard(view.card, view.data);
      }),
      { numRuns: 25 },
    );
  });
});

describe('changes in words', () => {
  const before = aUser('Megan Bowen');

  it('says what was and what is', () => {
    const after = aUser('Megan Smith', {}, { mail: null, userPrincipalName: before.facts.userPrincipalName });
    assert.deepEqual(changeLines(userChange(before, after, 'update'), format).map(unmarked), [
      'Name: Megan Bowen → Megan Smith',
      'E-mail: megan.bowen@contoso.com → none',
    ]);
  });

  it('says why somebody became inactive, and why somebody is active again', () => {
    const gone = { ...before, ...inactive([{ kind: 'deleted' }]) };
    assert.deepEqual(changeLines(userChange(before, gone, 'inactivate'), format), [
      'Deleted in Microsoft 365',
    ]);
    assert.deepEqual(changeLines(userChange(gone, before, 'reactivate'), format), [
      'No longer: Deleted in Microsoft 365',
    ]);
  });

  it('does not call the end of a user the end of its reasons', () => {
    const gone = { ...before, ...inactive([{ kind: 'deleted' }]) };
    const purge = userChange(gone, null, 'purge');
    assert.deepEqual(changeLines(purge, format), []);
    assert.equal(actionText(purge).text, 'Removed for good');
  });
});

describe('lists', () => {
  const people = [aUser('Megan Bowen'), aUser('Adele Vance')];
  const titles = (view: ReturnType<typeof viewUsers>) => view.data.buttons.map((one) => one.title);
  const page = (number: number, total = 40) => ({ items: people, total, page: number, pageSize: 2 });
  const query = { text: '', page: 0, pageSize: 2 };

  it('say where they are', () => {
    assert.deepEqual(pagerText(page(0), format), ['1–2 of 40']);
    assert.deepEqual(pagerText(page(19), format), ['39–40 of 40']);
    assert.deepEqual(pagerText(page(0, 2), format), []);
  });

  it('go back and forth only where there is something', () => {
    assert.deepEqual(titles(viewUsers(page(0), query, reader)).slice(0, 1), ['Next']);
    assert.deepEqual(titles(viewUsers(page(1), query, reader)).slice(0, 2), ['Previous', 'Next']);
    assert.deepEqual(titles(viewUsers(page(19), query, reader)).slice(0, 1), ['Previous']);
    assert.ok(!titles(viewUsers(page(0, 2), query, reader)).includes('Next'));
  });

  it('keep text and status from page to page', () => {
    const view = viewUsers(page(0), { ...query, text: 'meg', status: 'inactive' }, reader);
    assert.deepEqual(view.data.buttons[0]?.data, { v: 1, text: 'meg', page: 1, status: 'inactive' });
  });

  it('say so when a page has become empty', () => {
    const view = viewUsers({ items: [], total: 3, page: 9, pageSize: 10 }, query, reader);
    assert.ok(view.card === 'users');
    assert.equal(view.data.empty[0], 'There is nobody on this page any more.');
  });

  it('offer the way back to the result of a run', () => {
    const view = viewRun(aRun(), { items: [], total: 0, page: 0, pageSize: 10 }, reader);
    assert.equal(view.data.buttons.at(-1)?.verb, 'run.refresh');
  });
});

describe('one user', () => {
  it('is called by her sign-in name when she has no other', () => {
    const user = aUser('x', {}, { displayName: null, userPrincipalName: 'meg@contoso.com' });
    const view = viewUser({ user, groups: [], groupTotal: 0, reasonGroups: {}, history: [] }, reader);
    assert.equal(unmarked(view.data.title), 'meg@contoso.com');
  });

  it('is offered by the nearest names when nobody is found', () => {
    const view = viewUserMatches({ kind: 'none', similar: [aUser('Megan Bowen')] }, 'megam', reader);
    assert.deepEqual(
      view.data.buttons.map((one) => [one.title, one.verb]),
      [
        ['Megan Bowen', 'user.show'],
        ['Show users', 'users.show'],
      ],
    );
  });
});

describe('status', () => {
  const status = {
    runs: [],
    running: null,
    lastComplete: null,
    totals: { users: { active: 0, inactive: 0 }, groups: { active: 0, inactive: 0 }, memberships: 0 },
    policy,
  };

  it('says what to do first', () => {
    const view = viewStatus(status, reader);
    assert.ok(view.card === 'status');
    assert.deepEqual(view.data.lines, ['Nothing has been synced yet.']);
    assert.equal(view.data.buttons[0]?.verb, 'sync.start');
  });

  it('leads to the sync that waits', () => {
    const held = aRun({ report: aReport({ outcome: 'held' }) });
    const view = viewStatus({ ...status, runs: [held] }, reader);
    assert.equal(view.data.buttons[0]?.verb, 'run.refresh');
    assert.ok(view.card === 'status');
    assert.match(view.data.remedy.join(), /approval/);
  });

  it('says what is switched off', () => {
    const off = { ...policy, groups: { ...policy.groups, enabled: false } };
    const view = viewStatus({ ...status, policy: off }, reader);
    assert.ok(view.card === 'status');
    assert.ok(view.data.lines.includes('Sync of groups is switched off.'));
  });
});

describe('cards of the longest names', () => {
  // Three bytes a character: the most that UTF-8 needs for a UTF-16 unit.
  const long = '漢字'.repeat(128);
  const reasons: Reason[] = [
    { kind: 'disabled' },
    { kind: 'deleted' },
    { kind: 'domainNotIncluded', domain: long },
    { kind: 'guest' },
    {
      kind: 'memberOfDeniedGroup',
      groupId: denied,
      path: [...Array<typeof nested>(30).fill(nested), denied],
    },
    { kind: 'memberOfNoAllowedGroup' },
  ];
  const user = aUser(long, inactive(reasons), { mail: long, userPrincipalName: long, givenName: long });
  const before = aUser(long.slice(1), {}, { mail: long.slice(1), givenName: long.slice(1) });
  const change = userChange(before, user, 'inactivate');
  const ten = <Item>(item: Item) => ({
    items: Array<Item>(10).fill(item),
    total: 900,
    page: 3,
    pageSize: 10,
  });
  const names = { denied: long, nested: long };
  const history = Array.from({ length: 10 }, () => ({ runId: aRun().id, runNumber: 1, at: NOW, change }));
  const group = aGroup(long, 9000, 90, inactive([{ kind: 'noMail' }, { kind: 'prefixNotIncluded' }]));
  const guard = { rule: 'groupMembersRemoved', count: 900, of: 999, limit: 9, groupId: denied } as const;
  const verdict = {
    kind: 'hold',
    reasons: Array(6).fill({ ...guard, examples: Array(5).fill(nested) }),
  } as const;
  const some = Array.from({ length: 50 }, () => ({
    id: user.id,
    displayName: long,
    status: 'inactive' as const,
  }));

  for (const [name, view] of Object.entries({
    run: viewRun(aRun(), ten({ change, displayName: long, id: user.id }), reader),
    users: viewUsers(ten(user), { text: long, page: 3, pageSize: 10, status: 'inactive' }, reader),
    user: viewUser({ user, groups: some, groupTotal: 900, reasonGroups: names, history }, reader),
    groups: viewGroups(ten(group), { text: long, page: 3, pageSize: 10 }, reader),
    group: viewGroup({ group, members: some.map((one) => ({ ...one, kind: 'group' })), history }, reader),
    held: viewSync(aRun({ report: aReport({ outcome: 'held', verdict }) }), reader, { names }),
    none: viewUserMatches({ kind: 'none', similar: [user, user, user] }, long, reader),
  })) {
    it(`stay small: ${name}`, () => assert.ok(renderCard(view.card, view.data)));
  }
});

describe('notices', () => {
  for (const [code, row] of Object.entries(ERRORS)) {
    it(`show ${code} with what to do`, () => {
      const error = Object.keys(ERRORS).includes(code)
        ? new AppError(code as keyof typeof ERRORS)
        : toAppError(0);
      const view = viewError(error, reader);
      renderCard(view.card, view.data);
      assert.equal(view.summary, row.text);
      assert.ok(view.card === 'notice');
      assert.deepEqual(view.data.remedy, [row.remedy]);
    });
  }

  it('survive any text that somebody typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const view of [
          viewNotice({ kind: 'unknownCommand', text, nearest: text === '' ? null : text }),
          viewNotice({ kind: 'userNotFound', text, similar: [aUser(text)] }),
          viewUsers(
            { items: [aUser(text)], total: 1, page: 0, pageSize: 10 },
            { text, page: 0, pageSize: 10 },
            reader,
          ),
        ]) {
          assert.ok(view.card in CARDS);
          renderCard(view.card, view.data);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('do not promise that old syncs go: they are kept', () =>
    assert.doesNotMatch(JSON.stringify(viewNotice({ kind: 'runNotFound' })), /cleared|after a while/));

  it('say the command to press', () => {
    const view = viewNotice({ kind: 'unknownCommand', text: 'snyc', nearest: 'sync now' });
    assert.deepEqual(view.data.buttons[0]?.data, { v: 1, text: 'sync now' });
  });

  it('open from help only what needs no more words', () => {
    const view = viewHelp(
      [
        { usage: 'status', does: 'Shows it.', say: 'status' },
        { usage: 'user <name>', does: 'Shows one.', say: null },
      ],
      'personal',
    );
    assert.ok(view.card === 'help');
    assert.deepEqual(
      view.data.commands.map((command) => command.open.length),
      [1, 0],
    );
  });
});
