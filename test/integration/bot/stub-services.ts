// The port to the directory, scripted: each test says what its calls answer. What is not scripted fails the test.
import { DEFAULT_POLICY } from '../../../services/directory/policy.ts';
import {
  GRANTS,
  parseRunId,
  parseTenantId,
  type Progress,
  type Run,
  type Services,
} from '../../../services/index.ts';
import { PERSON, TENANT_ID } from '../../unit/bot/activities.ts';

export const PROGRESS: Progress = {
  stage: 'starting',
  read: { users: 0, groups: 0, memberships: 0 },
  expected: { users: null, groups: null },
  members: { groupsRead: 0, groupsToRead: null },
  applied: 0,
  toApply: null,
};

export const makeRun = (over: Partial<Run> = {}): Run => ({
  id: parseRunId('run1'),
  tenantId: parseTenantId(TENANT_ID),
  number: 1,
  status: 'running',
  startedBy: { objectId: PERSON.aadObjectId, displayName: PERSON.name },
  approvedBy: null,
  startedAt: new Date('2026-03-01T09:30:00Z'),
  endedAt: null,
  progress: PROGRESS,
  report: null,
  ...over,
});

const NOTHING = {
  added: 0,
  addedInactive: 0,
  updated: 0,
  inactivated: 0,
  reactivated: 0,
  purged: 0,
  unchanged: 0,
  kept: 0,
  dormant: 0,
  skipped: [],
};

export const makeEndedRun = (over: Partial<Run> = {}): Run =>
  makeRun({
    status: 'ended',
    endedAt: new Date('2026-03-01T09:30:20Z'),
    progress: { ...PROGRESS, stage: 'done' },
    report: {
      outcome: 'unchanged',
      counts: { users: NOTHING, groups: NOTHING, memberships: NOTHING },
      coverage: null,
      stored: null,
      verdict: { kind: 'allow' },
      digest: 'd1',
      costs: { requests: 0, resourceUnits: 0, throttled: 0, retried: 0 },
      takeovers: [],
      stageMs: {},
      error: null,
    },
    ...over,
  });

/** Services that answer what is harmless, and throw for everything else that is not scripted. */
export function stubServices(script: Partial<Services> = {}): Services {
  const unexpected = (name: string) => () => Promise.reject(new TypeError(`Unscripted call of ${name}`));
  return {
    startSync: unexpected('startSync'),
    getStatus: () =>
      Promise.resolve({
        runs: [],
        running: null,
        lastComplete: null,
        totals: { users: { active: 0, inactive: 0 }, groups: { active: 0, inactive: 0 }, memberships: 0 },
        policy: DEFAULT_POLICY,
      }),
    getRun: unexpected('getRun'),
    listRunChanges: unexpected('listRunChanges'),
    listUsers: ({}, { page, pageSize }) => Promise.resolve({ items: [], total: 0, page, pageSize }),
    listGroups: ({}, { page, pageSize }) => Promise.resolve({ items: [], total: 0, page, pageSize }),
    findUser: () => Promise.resolve({ kind: 'none', similar: [] }),
    getUser: () => Promise.resolve(null),
    getGroup: () => Promise.resolve(null),
    namesOf: () => Promise.resolve({}),
    attachCard: () => Promise.resolve(),
    claimTurn: () => Promise.resolve(true),
    listInterruptedRuns: () => Promise.resolve([]),
    markTold: unexpected('markTold'),
    checkHealth: () => Promise.resolve({ ok: true, checks: [{ name: 'database', ok: true, problem: null }] }),
    close: () => Promise.resolve(),
    getConnections: () =>
      Promise.resolve({
        grants: GRANTS.map((grant) => ({ grant, credentials: [] })),
        consent: null,
        egressAddresses: [],
      }),
    beginSignIn: unexpected('beginSignIn'),
    beginConsent: unexpected('beginConsent'),
    finishSignIn: unexpected('finishSignIn'),
    connectApp: unexpected('connectApp'),
    testCredential: unexpected('testCredential'),
    makePrimary: unexpected('makePrimary'),
    removeCredential: unexpected('removeCredential'),
    attachConnectCard: () => Promise.resolve(),
    takeFinishedSignIns: () => Promise.resolve([]),
    markSignInTold: () => Promise.resolve(),
    roleOf: () => Promise.resolve('owner'),
    hasOwner: () => Promise.resolve(true),
    findOwners: () => Promise.resolve({ kind: 'here' }),
    listPeople: () => Promise.resolve([]),
    findPerson: () => Promise.resolve({ kind: 'unknown' }),
    recallPerson: (_tenant, objectId) =>
      Promise.resolve({
        kind: 'known',
        person: { objectId, displayName: PERSON.name, isGuest: false, isEnabled: true },
      }),
    setRole: unexpected('setRole'),
    listAudit: ({}, { page, pageSize }) => Promise.resolve({ items: [], total: 0, page, pageSize }),
    recordAudit: () => Promise.resolve(),
    audited: async (_line, work) => work(),
    offerAuditExport: unexpected('offerAuditExport'),
    isAuditExportOpen: () => Promise.resolve(false),
    redeemAuditExport: () => Promise.resolve(null),
    rememberChat: () => Promise.resolve(),
    findChat: () => Promise.resolve(null),
    takeNotices: () => Promise.resolve([]),
    placeNotice: () => Promise.resolve(),
    awaitChat: () => Promise.resolve(),
    ...script,
  };
}
