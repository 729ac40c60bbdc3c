// What people are told of a failed account: all that it was for, and who carries on with each part.
import assert from 'node:assert/strict';
import { grantsOf, incidentOf, openIncidents } from '../../../services/credentials/incident.ts';
import type { Credential } from '../../../services/directory/credential.ts';
import { sayingOf, type ServiceNotice } from '../../../services/directory/notice.ts';
import { aCredential, FAILED, SOME_TIME } from '../../support/a-credential.ts';

const account = (who: string) => ({ objectId: who, displayName: who, userPrincipalName: who });
const of = (who: string, grant: Credential['grant'], more: Partial<Credential> = {}) =>
  aCredential(`${who}-${grant}`, grant, { account: account(who), ...more });
const later = { ...FAILED, since: new Date(SOME_TIME.getTime() + 1000) } as Credential['health'];
const says = (failed: Credential, all: readonly Credential[]) =>
  incidentOf(failed, all).takeovers.map(
    ({ capability, carriesOn, wasReading }) =>
      `${capability} ${wasReading ? 'to' : 'stays with'} ${carriesOn?.id ?? 'nobody'}`,
  );

describe('credentials: an incident', () => {
  const backups = (['users', 'groups'] as const).map((grant) => of('ann', grant, { position: 1 }));

  it('names everything that the account was for, each with who carries on', () => {
    const users = of('meg', 'users', { health: FAILED });
    const groups = of('meg', 'groups', { health: later });
    const all = [users, groups, of('meg', 'domains'), ...backups];
    const expected = ['users to ann-users', 'groups to ann-groups'];
    assert.deepEqual(says(users, all), expected);
    assert.deepEqual(says(groups, all), expected);
    assert.equal(incidentOf(groups, all).key, incidentOf(users, all).key, 'one incident');
    assert.deepEqual(grantsOf(users, all), ['users', 'groups', 'domains']);
  });

  it('says which part is left to nobody', () => {
    const app = aCredential('app', 'everything', { health: FAILED });
    assert.deepEqual(says(app, [app, of('meg', 'users')]), [
      'users stays with meg-users',
      'groups to nobody',
      'domains to meg-users',
    ]);
  });

  it('knows an account in reserve from one that was reading', () => {
    const backup = of('ann', 'users', { position: 1, health: FAILED });
    assert.deepEqual(says(backup, [of('meg', 'users'), backup]), ['users stays with meg-users']);
    const primary = of('meg', 'users', { health: FAILED });
    assert.deepEqual(says(backup, [primary, backup]), ['users to nobody'], 'it had taken over');
  });

  it('is one for each account', () => {
    const all = [
      of('meg', 'users', { health: FAILED }),
      of('meg', 'groups', { health: FAILED }),
      of('ann', 'users', { position: 1, health: FAILED }),
      of('ann', 'groups'),
    ];
    assert.deepEqual(
      openIncidents(all).map(({ failed, takeovers }) => [failed.account?.objectId, takeovers.length]),
      [
        ['meg', 2],
        ['ann', 1],
      ],
    );
  });

  it('is told again when it says something else, not when the same accounts have other dates', () => {
    const failed = of('meg', 'users', { health: FAILED });
    const notice = (all: readonly Credential[]): ServiceNotice => ({
      kind: 'failedOver',
      ...{ ...incidentOf(failed, all), tenantId: failed.tenantId, people: [] },
    });
    const [ann] = backups;
    assert.ok(ann);
    const first = sayingOf(notice([failed, ann]));
    assert.equal(sayingOf(notice([failed, { ...ann, lastUsedAt: SOME_TIME }])), first);
    assert.notEqual(sayingOf(notice([failed, of('lee', 'users', { position: 1 }), ann])), first);
    assert.notEqual(sayingOf(notice([failed, of('meg', 'groups', { health: FAILED }), ann])), first);
  });
});
