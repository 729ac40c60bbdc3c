// The notices of accounts that stop working, work again or end soon, as people meet them; part of the scenes of all cards.
import type { CardView } from '../../cards/index.ts';
import { viewServiceNotice } from '../../bot/views/service-notice.ts';
import type { Credential, ServiceNotice } from '../../services/index.ts';
import { HOSTILE, READER } from './card-facts.ts';
import { aCredential, failed, TENANT, theApp } from './connect-scenes.ts';

type Failure = Extract<ServiceNotice, { kind: 'failedOver' | 'lastFailed' }>;
type Takeover = Failure['takeovers'][number];
export const takeover = (capability: Takeover['capability'], carriesOn: Credential | null): Takeover => ({
  ...{ capability, carriesOn, wasReading: true },
});
export const failureOf = (failed: Credential, takeovers: readonly Takeover[]): Failure => ({
  kind: takeovers.some(({ carriesOn }) => carriesOn === null) ? 'lastFailed' : 'failedOver',
  ...{ key: 'k', tenantId: TENANT, people: [], failed, takeovers },
});

export const NOTICE_SCENES: Readonly<Record<string, CardView>> = {
  'notice.failedOver': viewServiceNotice(
    failureOf(aCredential('Megan Bowen', { health: failed }), [
      takeover('users', aCredential('Adele Vance')),
      takeover('groups', aCredential('Adele Vance')),
      takeover('domains', theApp),
    ]),
    READER,
  ),
  'notice.backupFailed': viewServiceNotice(
    failureOf(aCredential('Adele Vance', { health: failed, position: 1 }), [
      { ...takeover('users', aCredential('Megan Bowen')), wasReading: false },
    ]),
    READER,
  ),
  'notice.lastFailed': viewServiceNotice(
    failureOf(aCredential(HOSTILE.link, { health: failed }), [
      takeover('users', null),
      takeover('groups', null),
      takeover('domains', aCredential(HOSTILE.long)),
    ]),
    READER,
  ),
  'notice.recovered': viewServiceNotice(
    {
      kind: 'recovered',
      ...{ key: 'k', tenantId: TENANT, people: [], how: 'works' },
      credential: aCredential('Megan Bowen'),
      grants: ['users', 'groups', 'domains'],
    },
    READER,
  ),
  'notice.removed': viewServiceNotice(
    {
      kind: 'recovered',
      ...{ key: 'k', tenantId: TENANT, people: [], how: 'removed' },
      credential: aCredential('Megan Bowen'),
      grants: ['users'],
    },
    READER,
  ),
  'notice.expiring': viewServiceNotice(
    { kind: 'expiring', key: 'k', tenantId: TENANT, people: [], credential: theApp, daysLeft: 14 },
    READER,
  ),
};
