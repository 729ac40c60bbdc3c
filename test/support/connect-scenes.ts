// The cards of connections, people and the audit trail as people meet them, least to worst; part of the scenes of all
// cards.
import type { CardView } from '../../cards/index.ts';
import { viewAudit } from '../../bot/views/audit.ts';
import { viewConnect } from '../../bot/views/connect.ts';
import { viewManage, viewRemoveCredential } from '../../bot/views/manage.ts';
import { viewNotice } from '../../bot/views/notice.ts';
import { peopleBanner, viewPeople, viewPerson, viewRemovePerson } from '../../bot/views/people.ts';
import { viewOthersAccount, viewOwnAccount } from '../../bot/views/whose-account.ts';
import {
  resultBanner,
  viewChecking,
  viewConsentLink,
  viewEnded,
  viewSignIn,
} from '../../bot/views/sign-in.ts';
import {
  GRANTS,
  parseCredentialId,
  parseTenantId,
  type AuditEntry,
  type Connections,
  type Credential,
  type CredentialProblem,
  type Grant,
  type PersonEntry,
} from '../../services/index.ts';
import { HOSTILE, NOW, READER } from './card-facts.ts';

export const TENANT = parseTenantId('11111111-2222-4333-8444-555555555555');
const daysFromNow = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const person = (displayName: string) => ({ objectId: `object-${displayName.length}`, displayName });

export const DISABLED: CredentialProblem = {
  code: 'AADSTS50057',
  happened: 'The account is disabled.',
  remedy: 'Enable it in Microsoft Entra, or authorize another account.',
  who: 'An administrator of Microsoft Entra',
  correlationId: 'b5c1d0de-0b5e-4a68-9c4f-2f1f0a3c7d11',
  at: NOW,
};
const ROLE_MISSING: CredentialProblem = {
  code: 'role-missing',
  happened:
    'The account is neither Global Administrator, nor both Cloud Application Administrator and User Administrator.',
  remedy:
    'Reading works now. It may fail for groups with hidden members; give the account the roles, then test it again.',
  who: 'A Global Administrator',
  correlationId: null,
  at: NOW,
};
export const failed = { state: 'failed', problem: DISABLED, since: daysFromNow(-2) } as const;

export const aCredential = (name: string, more: Partial<Credential> = {}): Credential => ({
  id: parseCredentialId(`credential-${name.length}-${more.position ?? 0}`),
  tenantId: TENANT,
  grant: 'users',
  kind: 'delegated',
  position: 0,
  account: { ...person(name), userPrincipalName: 'megan.bowen@contoso.com' },
  authorizedBy: person(name),
  authorizedAt: daysFromNow(-40),
  lastUsedAt: daysFromNow(-1),
  lastTestedAt: daysFromNow(-3),
  expiresAt: daysFromNow(89),
  expiryOf: 'idleRefreshToken',
  signInPeriodMs: null,
  health: { state: 'good' },
  ...more,
});
export const theApp = aCredential('Megan Bowen', {
  grant: 'everything',
  kind: 'application',
  account: null,
  expiresAt: daysFromNow(14),
  expiryOf: 'clientSecret',
});

export const connectionsOf = (
  credentials: readonly Credential[],
  more: Partial<Connections> = {},
): Connections => ({
  grants: GRANTS.map((grant) => ({ grant, credentials: credentials.filter((one) => one.grant === grant) })),
  consent: null,
  egressAddresses: [],
  ...more,
});

const threeParts = (['users', 'groups', 'domains'] as const).map((grant) =>
  aCredential('Megan Bowen', { grant }),
);
const worstOf = (grant: Grant): Credential[] =>
  Object.values(HOSTILE)
    .slice(0, 4)
    .map((name, position) =>
      aCredential(name, {
        grant,
        position,
        account: { ...person(name), userPrincipalName: `${'x'.repeat(100)}@contoso.com` },
        health:
          position === 3
            ? { state: 'warning', problem: ROLE_MISSING }
            : { ...failed, problem: { ...DISABLED, happened: 'Something long happened. '.repeat(8) } },
      }),
    );
const worst = connectionsOf([...(['users', 'groups', 'domains'] as const).flatMap(worstOf), theApp], {
  egressAddresses: ['203.0.113.7', '203.0.113.8', '2001:db8::/48'],
});

const owner: PersonEntry = {
  ...person('Megan Bowen'),
  role: 'owner',
  since: daysFromNow(-40),
  addedBy: null,
};
const others: readonly PersonEntry[] = [
  { ...person('Adele Vance'), role: 'admin', since: daysFromNow(-3), addedBy: person('Megan Bowen') },
  { ...person('Isaiah Langer'), role: 'viewer', since: daysFromNow(-1), addedBy: person('Megan Bowen') },
  { ...person(''), role: 'viewer', since: daysFromNow(-1), addedBy: person('Megan Bowen') },
];

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  id: 'entry-1',
  tenantId: TENANT,
  at: NOW,
  actor: person('Megan Bowen'),
  action: 'sync.started',
  target: null,
  conversationId: 'a:1personal',
  before: null,
  after: null,
  result: 'done',
  ...more,
});
const entries: readonly AuditEntry[] = [
  entry({ target: '12' }),
  entry({ action: 'credential.authorized', target: 'users', conversationId: '19:x@thread.tacv2' }),
  entry({
    action: 'role.set',
    target: '48d31887-5fad-4d73-a9f5-3c356e68a038',
    before: 'viewer',
    after: 'admin',
  }),
  entry({ action: 'refused', target: 'connect.remove', actor: person(HOSTILE.link), result: 'refused' }),
  entry({
    action: 'credential.failed',
    target: 'groups',
    actor: null,
    conversationId: null,
    result: 'failed',
  }),
];
const page = (items: readonly AuditEntry[], total = items.length, number = 0) => ({
  items,
  total,
  page: number,
  pageSize: 10,
});

export const CONNECT_SCENES: Readonly<Record<string, CardView>> = {
  'connect.first': viewConnect(connectionsOf([]), READER, null, false),
  'connect.done': viewConnect(
    connectionsOf(threeParts),
    READER,
    resultBanner(
      { kind: 'connected', credential: aCredential('Megan Bowen', { grant: 'domains' }), becameOwner: true },
      READER,
    ),
  ),
  'connect.backup': viewConnect(
    connectionsOf([
      aCredential('Megan Bowen', { health: failed }),
      aCredential('Adele Vance', { position: 1 }),
      aCredential('Lee Gu', { grant: 'groups', health: { state: 'warning', problem: ROLE_MISSING } }),
      aCredential('Lee Gu', { grant: 'domains', health: failed }),
    ]),
    READER,
  ),
  'connect.app': viewConnect(connectionsOf([theApp]), READER),
  'connect.refused': viewConnect(
    connectionsOf(threeParts.slice(0, 1)),
    READER,
    resultBanner(
      {
        kind: 'refused',
        reason: 'otherPerson',
        problem: {
          ...DISABLED,
          happened: 'Another account was picked at Microsoft than the one that pressed the button in Teams.',
          remedy: 'Press the button again and pick your own account.',
          who: 'The person who authorized',
          correlationId: null,
        },
      },
      READER,
    ),
  ),
  'connect.worst': viewConnect(
    worst,
    READER,
    resultBanner({ kind: 'failed', problem: { ...DISABLED, code: HOSTILE.link } }, READER),
  ),
  'manage.users': viewManage(
    connectionsOf([
      aCredential('Megan Bowen', { health: failed }),
      aCredential('Adele Vance', { position: 1 }),
    ]),
    'users',
    READER,
  ),
  'manage.app': viewManage(
    connectionsOf([theApp], {
      consent: {
        granted: ['User.Read.All', 'Directory.Read.All'],
        missing: ['GroupMember.Read.All'],
        unneeded: ['Directory.Read.All'],
      },
      egressAddresses: ['203.0.113.7'],
    }),
    'everything',
    READER,
  ),
  'manage.empty': viewManage(connectionsOf([]), 'groups', READER),
  'manage.worst': viewManage(
    { ...worst, grants: [{ grant: 'users', credentials: [...worstOf('users'), ...worstOf('users')] }] },
    'users',
    READER,
  ),
  'signIn.users': viewSignIn({
    url: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize?client_id=1',
    grant: 'users',
    as: 'primary',
    person: 'Megan Bowen',
  }),
  'signIn.app': viewSignIn({
    url: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize?client_id=1',
    grant: 'everything',
    as: 'primary',
    person: HOSTILE.link,
  }),
  'signIn.consent': viewConsentLink(
    'https://login.microsoftonline.com/contoso/v2.0/adminconsent?client_id=1',
  ),
  'signIn.checking': viewChecking(),
  'signIn.ended': viewEnded(
    { kind: 'refused', reason: 'roleNeeded', problem: { ...DISABLED, happened: HOSTILE.link } },
    READER,
  ),
  'notice.othersAccount': viewOthersAccount(aCredential(HOSTILE.link, { health: failed })),
  'notice.ownAccount': viewOwnAccount(aCredential('Megan Bowen', { health: failed })),
  'connect.twoEach': viewConnect(
    connectionsOf(
      (['users', 'groups', 'domains'] as const).flatMap((grant) => [
        aCredential('Megan Bowen', { grant }),
        aCredential('Lee Gu', { grant, position: 1 }),
      ]),
    ),
    READER,
  ),
  'connect.consented': viewConnect(
    connectionsOf([]),
    READER,
    resultBanner({ kind: 'consented' }, READER),
    false,
  ),
  'people.owner': viewPeople([...others, owner], READER, {
    mayChange: true,
    banner: peopleBanner('Adele Vance', 'admin'),
  }),
  'people.viewer': viewPeople([owner, ...others], READER, { mayChange: false }),
  'people.worst': viewPeople(
    Array.from({ length: 40 }, (_, index) => ({
      ...others[0]!,
      displayName: Object.values(HOSTILE)[index % 6] ?? '',
      addedBy: person(HOSTILE.html),
    })),
    READER,
    { mayChange: true, banner: peopleBanner(HOSTILE.link, null) },
  ),
  'audit.typical': viewAudit(
    page(entries, 45, 1),
    { '48d31887-5fad-4d73-a9f5-3c356e68a038': 'Adele Vance' },
    READER,
  ),
  'audit.download': viewAudit(page(entries), {}, READER, 'https://rollcall.example.com/export/abc'),
  'audit.empty': viewAudit(page([]), {}, READER),
  'notice.person': viewPerson(others[0]!, READER),
  'notice.takeOut': viewRemovePerson({ ...others[0]!, displayName: HOSTILE.html }),
  'notice.removeAccount': viewRemoveCredential(aCredential(HOSTILE.link)),
  'notice.connectFirst': viewNotice({ kind: 'connectFirst' }),
  'notice.roleNeeded': viewNotice({ kind: 'roleNeeded', role: null, helpers: ['Megan Bowen', HOSTILE.link] }),
};
