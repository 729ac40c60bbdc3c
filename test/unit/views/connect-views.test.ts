// What the cards of connections and people say, case by case. How they look is in the goldens.
import assert from 'node:assert/strict';
import { viewConnect } from '../../../bot/views/connect.ts';
import { partState } from '../../../bot/views/connection-text.ts';
import { viewManage, viewRemoveCredential } from '../../../bot/views/manage.ts';
import { viewPeople, viewPerson } from '../../../bot/views/people.ts';
import { refusalText } from '../../../bot/views/refusal.ts';
import { viewServiceNotice } from '../../../bot/views/service-notice.ts';
import { resultBanner, viewSignIn } from '../../../bot/views/sign-in.ts';
import { viewSync } from '../../../bot/views/sync.ts';
import { viewWelcome } from '../../../bot/views/welcome.ts';
import { unmarked } from '../../../cards/plain-text.ts';
import { renderCard } from '../../../cards/render-card.ts';
import type { CardView } from '../../../cards/index.ts';
import type { Credential, PersonEntry } from '../../../services/index.ts';
import { aReport, aRun, NOW, READER } from '../../support/card-facts.ts';
import { aCredential, connectionsOf, DISABLED } from '../../support/connect-scenes.ts';
import { failureOf, takeover } from '../../support/notice-scenes.ts';

const failed: Credential['health'] = { state: 'failed', problem: DISABLED, since: NOW };
const app = aCredential('x', { grant: 'everything', kind: 'application', account: null });
const wordsOf = (view: CardView) => unmarked(JSON.stringify(renderCard(view.card, view.data)));

describe('partState', () => {
  const CASES: readonly (readonly [string, Credential[], string])[] = [
    ['nothing', [], 'Not connected'],
    ['a good account', [aCredential('a')], '✓ Connected'],
    ['a failed account', [aCredential('a', { health: failed })], '✗ Cannot be read'],
    [
      'a failed account with a good backup',
      [aCredential('a', { health: failed }), aCredential('b', { position: 1 })],
      'On a backup',
    ],
    ['only the app', [app], '✓ By the app itself'],
    ['a failed account and the app', [aCredential('a', { health: failed }), app], 'By the app itself'],
    [
      'a failed account and a failed app',
      [aCredential('a', { health: failed }), { ...app, health: failed }],
      '✗ Cannot be read',
    ],
  ];
  for (const [name, credentials, text] of CASES)
    it(`with ${name} is "${text}"`, () => {
      assert.equal(partState(connectionsOf(credentials), 'users').text, text);
    });

  it('follows the positions, not the order of the list', () => {
    const list = [aCredential('b', { position: 1 }), aCredential('a', { position: 0, health: failed })];
    assert.equal(partState(connectionsOf(list), 'users').text, 'On a backup');
  });
});

describe('viewConnect', () => {
  it('offers to sync once users and groups can be read, not before', () => {
    const groups = aCredential('a', { grant: 'groups' });
    assert.doesNotMatch(wordsOf(viewConnect(connectionsOf([aCredential('a')]), READER)), /sync\.start/);
    assert.match(wordsOf(viewConnect(connectionsOf([aCredential('a'), groups]), READER)), /sync\.start/);
    assert.match(wordsOf(viewConnect(connectionsOf([app]), READER)), /sync\.start/);
  });

  it('asks for a backup while there is one account and no app', () => {
    const words = (credentials: Credential[]) => wordsOf(viewConnect(connectionsOf(credentials), READER));
    assert.match(words([aCredential('a')]), /No backup yet/);
    assert.doesNotMatch(words([aCredential('a'), aCredential('b', { position: 1 })]), /No backup yet/);
    assert.doesNotMatch(words([aCredential('a'), app]), /No backup yet/);
  });

  it('recommends the app first, and says why', () => {
    const view = viewConnect(connectionsOf([]), READER);
    assert.ok(view.card === 'connect');
    const [first] = view.data.parts;
    assert.deepEqual([first?.title, first?.state], ['Everything, by the app itself', 'Recommended']);
    assert.match(first?.lines[0] ?? '', /nobody’s leaving can stop the sync/);
  });

  it('says once which parts have no backup', () => {
    const accounts = (['users', 'groups', 'domains'] as const).map((grant) => aCredential('a', { grant }));
    const words = wordsOf(viewConnect(connectionsOf(accounts), READER));
    assert.match(words, /No backup yet for users, groups and domains/);
    assert.equal(words.split('No backup yet').length, 2);
  });

  it('says once what is wrong with an account, and points there', () => {
    const accounts = (['users', 'groups'] as const).map((grant) =>
      aCredential('a', { grant, health: failed }),
    );
    const words = wordsOf(viewConnect(connectionsOf(accounts), READER));
    assert.equal(words.split(DISABLED.remedy).length, 2);
    assert.match(words, /✗ Does not work any more: see Users/);
    assert.doesNotMatch(words, /ends if unused/);
  });

  it('says the same dates of an account once', () => {
    const accounts = (['users', 'groups'] as const).map((grant) => aCredential('a', { grant }));
    const words = wordsOf(viewConnect(connectionsOf(accounts), READER));
    assert.equal(words.split('ends if unused').length, 2);
    assert.match(words, /Dates as under Users/);
  });

  it('says who may begin while nobody owns Rollcall, and not after', () => {
    const first = /a Global Administrator, or.*ask such an administrator/s;
    assert.match(wordsOf(viewConnect(connectionsOf([]), READER, null, false)), first);
    assert.doesNotMatch(wordsOf(viewConnect(connectionsOf([]), READER)), first);
  });

  it('lists the addresses that Conditional Access must allow', () => {
    const view = viewConnect(connectionsOf([], { egressAddresses: ['203.0.113.7'] }), READER);
    assert.match(wordsOf(view), /203\.0\.113\.7/);
  });
});

describe('viewManage', () => {
  it('offers only what makes sense for each account', () => {
    const view = viewManage(
      connectionsOf([aCredential('aa', { health: failed }), aCredential('b', { position: 1 })]),
      'users',
      READER,
    );
    assert.ok(view.card === 'manage');
    const verbs = view.data.accounts.map(({ buttons }) => buttons.map(({ verb }) => verb));
    assert.deepEqual(verbs, [
      ['connect.test', 'connect.begin', 'connect.askRemove'],
      ['connect.test', 'connect.makePrimary', 'connect.askRemove'],
    ]);
  });

  it('does not offer to make a failed account primary, and says who can authorize it again', () => {
    const accounts = [aCredential('aa'), aCredential('b', { position: 1, health: failed })];
    const words = wordsOf(viewManage(connectionsOf(accounts), 'users', READER));
    assert.doesNotMatch(words, /makePrimary/);
    assert.match(words, /Only b can authorize this account again/);
  });

  it('shows more than five accounts on pages', () => {
    const accounts = Array.from({ length: 12 }, (_, position) => aCredential(`n${position}.`, { position }));
    const shown = (page: number) => wordsOf(viewManage(connectionsOf(accounts), 'users', READER, { page }));
    assert.match(shown(0), /n4\..*1–5 of 12.*Next/s);
    assert.doesNotMatch(shown(0), /n5\.|Previous/);
    assert.match(shown(1), /n5\..*Backup 5.*Previous.*Next/s);
    assert.match(shown(9), /n11\..*11–12 of 12/s);
    assert.doesNotMatch(shown(9), /Next/);
  });

  it('says of the app what removing it means', () => {
    assert.doesNotMatch(wordsOf(viewRemoveCredential(app)), /this account|sign-in/);
    assert.match(wordsOf(viewRemoveCredential(aCredential('a'))), /Remove this account\?.*sign-in/s);
  });

  it('says what the app lacks and what it has too much, with the way to consent', () => {
    const consent = {
      granted: ['User.Read.All', 'Mail.Read'],
      missing: ['Domain.Read.All'],
      unneeded: ['Mail.Read'],
    };
    const words = wordsOf(viewManage(connectionsOf([app], { consent }), 'everything', READER));
    assert.match(words, /Missing: Domain\.Read\.All/);
    assert.match(words, /More than needed: Mail\.Read/);
    assert.match(words, /connect\.consent/);
  });
});

describe('consent', () => {
  const offered = (health: Credential['health']) =>
    wordsOf(viewManage(connectionsOf([{ ...app, health }]), 'everything', READER)).includes(
      'connect.consent',
    );

  it('is offered too where the app cannot even ask what it may read, and not where it works', () => {
    assert.equal(offered(failed), true);
    assert.equal(offered({ state: 'good' }), false);
  });

  it('that accounts of people lack is offered wherever they are shown, and where the sign-in was refused', () => {
    const health = { ...failed, problem: { ...DISABLED, code: 'AADSTS65001' } };
    const lacking = aCredential('a', { health });
    const connections = connectionsOf([lacking, app], {
      consent: { granted: ['Domain.Read.All'], missing: [], unneeded: [] },
    });
    const offers = (view: CardView) => wordsOf(view).includes('connect.consent');
    assert.ok(offers(viewConnect(connections, READER)));
    assert.ok(offers(viewManage(connections, 'users', READER)));
    assert.ok(!offers(viewManage(connections, 'everything', READER)));
    assert.ok(offers(viewManage(connections, 'everything', READER, { consentAsked: true })));
    assert.ok(offers(viewServiceNotice(failureOf(lacking, [takeover('users', app)]), READER)));
    assert.ok(!offers(viewConnect(connectionsOf([aCredential('a', { health: failed })]), READER)));
  });

  it('that was given leads to the sign-in of the first owner', () => {
    const { tone, lines } = resultBanner({ kind: 'consented' }, READER);
    assert.equal(tone, 'good');
    assert.match(lines.join(' '), /Authorize the app/);
  });
});

describe('a sync that failed', () => {
  const failedWith = (code: 'sign-in-failed' | 'database-unreachable') =>
    wordsOf(viewSync(aRun({ report: aReport({ outcome: 'failed', error: { code, details: {} } }) }), READER));

  it('says that no account is left, not only what is wrong with the last', () => {
    const details = { reason: 'noCredentialLeft', capability: 'groups', happened: 'It is disabled.' };
    const report = aReport({ outcome: 'failed', error: { code: 'sign-in-failed', details } });
    const words = wordsOf(viewSync(aRun({ report }), READER));
    assert.match(words, /No account is left that can read groups and their members\..*It is disabled\./s);
  });

  it('leads to the connections when Microsoft refused', () => {
    assert.match(failedWith('sign-in-failed'), /connect\.show/);
    assert.doesNotMatch(failedWith('database-unreachable'), /connect\.show/);
  });
});

describe('a sign-in', () => {
  it('names the one person whose link it is', () => {
    const view = viewSignIn({ url: 'https://login.example/a', grant: 'groups', as: 'backup', person: 'Ann' });
    assert.match(wordsOf(view), /authorize a backup for groups.*for Ann alone/s);
  });

  it('ends with the green check, or with a warning that says why', () => {
    const good = resultBanner(
      { kind: 'connected', credential: aCredential('a'), becameOwner: false },
      READER,
    );
    assert.equal(good.title, '✓ Account passes sync validation');
    assert.equal(good.tone, 'good');
    const credential = aCredential('a', { health: { state: 'warning', problem: DISABLED } });
    const warned = resultBanner({ kind: 'connected', credential, becameOwner: true }, READER);
    assert.equal(warned.tone, 'warning');
    assert.ok(warned.lines.includes(DISABLED.happened));
    assert.match(warned.lines.at(-1) ?? '', /owner/);
  });

  it('that failed says what, what to do, who can, that nothing was lost, and what to look for', () => {
    const { lines } = resultBanner({ kind: 'failed', problem: DISABLED }, READER);
    const text = unmarked(lines.join('\n'));
    for (const words of [
      DISABLED.happened,
      DISABLED.remedy,
      DISABLED.who,
      'Nothing was changed',
      'AADSTS50057',
    ])
      assert.ok(text.includes(words), words);
    assert.match(text, /correlation id b5c1d0de/);
  });
});

describe('people', () => {
  const megan: PersonEntry = {
    objectId: 'm',
    displayName: 'Megan',
    role: 'owner',
    since: NOW,
    addedBy: null,
  };

  it('can be changed on the card by owners only', () => {
    assert.match(wordsOf(viewPeople([megan], READER, { mayChange: true })), /people\.add/);
    const looking = wordsOf(viewPeople([megan], READER, { mayChange: false }));
    assert.doesNotMatch(looking, /people\.(add|person)/);
  });

  it('are offered the roles that they do not have', () => {
    const words = wordsOf(viewPerson(megan, READER));
    assert.doesNotMatch(words, /Make owner/);
    assert.match(words, /Make administrator.*Make viewer/s);
  });

  it('can all be reached, on pages', () => {
    const people = Array.from({ length: 16 }, (_, index) => ({
      ...megan,
      ...{ objectId: `o${index}.`, displayName: `P${String(index).padStart(2, '0')}` },
    }));
    const shown = (page: number) => wordsOf(viewPeople(people, READER, { mayChange: true, page }));
    assert.doesNotMatch(shown(0), /P15/);
    assert.match(shown(0), /1–15 of 16.*Next/s);
    assert.match(shown(1), /"people\.person".*"o15\."/s);
    assert.match(shown(7), /P15.*16–16 of 16.*Previous/s);
  });

  it('who are refused are told whom to ask', () => {
    assert.equal(
      refusalText(null, ['Megan', '', 'Ann']),
      'You may not use Rollcall yet. Ask one of these people: Megan and Ann.',
    );
    assert.equal(refusalText('viewer', []), 'A viewer may not do this. Ask an owner of Rollcall.');
  });
});

describe('viewServiceNotice', () => {
  const base = { key: 'k', tenantId: app.tenantId, people: [] };
  const megan = aCredential('Megan', { health: failed });
  const ann = aCredential('Ann');

  it('says which account failed, why, what to do, who can, and what carried on', () => {
    const words = wordsOf(viewServiceNotice(failureOf(megan, [takeover('users', ann)]), READER));
    for (const part of ['of Megan does not work any more', DISABLED.remedy, DISABLED.who, 'Ann carried on'])
      assert.ok(words.includes(part), part);
    assert.match(words, /connect\.test/);
  });

  it('is one for everything that the account was for, with who carries on with what', () => {
    const view = viewServiceNotice(
      failureOf(megan, [takeover('users', ann), takeover('groups', app), takeover('domains', ann)]),
      READER,
    );
    assert.equal(view.summary, 'A backup took over for users, groups and domains');
    const words = wordsOf(view);
    assert.match(words, /Ann carried on with users and domains\./);
    assert.match(words, /The app itself carried on with groups\./);
  });

  it('of the app says once that it does not work', () => {
    const notice = failureOf({ ...app, health: failed }, [{ ...takeover('users', ann), wasReading: false }]);
    const view = viewServiceNotice(notice, READER);
    assert.ok(view.card === 'notice');
    assert.equal([view.data.title, ...view.data.lines].join(' ').split('does not work any more').length, 2);
  });

  it('does not say that something took over when a backup failed that was not in use', () => {
    const notice = failureOf(megan, [{ ...takeover('users', ann), wasReading: false }]);
    const view = viewServiceNotice(notice, READER);
    assert.equal(view.summary, 'A backup does not work any more: users');
    assert.match(wordsOf(view), /Ann reads users as before/);
    assert.doesNotMatch(wordsOf(view), /took over|carried on/);
  });

  it('says what nobody can read any more, and that nobody was made inactive', () => {
    const view = viewServiceNotice(
      failureOf(megan, [takeover('users', null), takeover('groups', ann)]),
      READER,
    );
    assert.equal(view.summary, 'Rollcall can no longer read users');
    const words = wordsOf(view);
    assert.match(words, /Nobody is left to read users\. Nobody was made inactive/);
    assert.match(words, /Ann carried on with groups\./);
  });

  it('that is resolved says whether the account works again or is gone', () => {
    const end = { ...base, kind: 'recovered', credential: ann, grants: ['groups', 'users'] } as const;
    const words = (how: 'works' | 'removed') => wordsOf(viewServiceNotice({ ...end, how }, READER));
    assert.match(words('works'), /✓ Resolved: users and groups.*Ann works again/s);
    assert.match(words('removed'), /Ann was removed/);
    assert.doesNotMatch(words('removed'), /works again/);
  });

  it('of an end to come leads to the sign-in that prevents it', () => {
    const notice = { ...base, kind: 'expiring', credential: ann, daysLeft: 7 } as const;
    assert.match(wordsOf(viewServiceNotice(notice, READER)), /connect\.begin/);
    const ofApp = wordsOf(viewServiceNotice({ ...notice, credential: app }, READER));
    assert.doesNotMatch(ofApp, /connect\.begin/);
  });

  it('counts the days until something ends', () => {
    const titleOf = (daysLeft: number) =>
      viewServiceNotice({ ...base, kind: 'expiring', credential: app, daysLeft }, READER).summary;
    assert.equal(titleOf(1), 'A connection ends in 1 day');
    assert.equal(titleOf(30), 'A connection ends in 30 days');
  });
});

describe('viewWelcome', () => {
  it('offers to connect first, and nothing that could not work yet', () => {
    for (const place of ['personal', 'channel'] as const) {
      const words = wordsOf(viewWelcome(place, { connected: false }));
      assert.match(words, /connect\.show/);
      assert.doesNotMatch(words, /sync\.start|status\.show/);
    }
  });
});
