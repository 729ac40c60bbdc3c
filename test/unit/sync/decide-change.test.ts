// The decision table of a sync, cell by cell, as the design has it.
import assert from 'node:assert/strict';
import { decideChange, type StoredStatus, type Told } from '../../../services/sync/decide-change.ts';
import { complete, DAY_MS, NOW } from './worlds.ts';

const proof = complete();
assert.ok(proof.kind === 'complete');
const GRACE = { now: NOW, days: 30 };
const before = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

const STORED: Record<string, StoredStatus | null> = {
  none: null,
  active: { status: 'active', fingerprint: 'old', leftAt: null },
  'inactive, still there': { status: 'inactive', fingerprint: 'old', leftAt: null },
  'inactive, left 29 days ago': { status: 'inactive', fingerprint: 'old', leftAt: before(29) },
  'inactive, left 30 days ago': { status: 'inactive', fingerprint: 'old', leftAt: before(30) },
};

const TOLD = {
  'in scope, same': { kind: 'inScope', fingerprint: 'old' },
  'in scope, new': { kind: 'inScope', fingerprint: 'new' },
  'user out, same': { kind: 'outOfScope', fingerprint: 'old', keepNew: true },
  'user out, new': { kind: 'outOfScope', fingerprint: 'new', keepNew: true },
  'group out, new': { kind: 'outOfScope', fingerprint: 'new', keepNew: false },
  malformed: { kind: 'malformed', problem: 'mail' },
  'removed for now': { kind: 'removed', reason: 'changed' },
  'removed for good': { kind: 'removed', reason: 'deleted' },
  absent: { kind: 'absent', proof },
  'not told': { kind: 'notTold' },
} as const satisfies Record<string, Told>;

type Row = Record<keyof typeof TOLD, string>;

const SEEN_WHILE_INACTIVE = {
  'in scope, same': 'reactivate seen',
  'in scope, new': 'reactivate seen',
  'user out, same': 'unchanged',
  'user out, new': 'update seen',
  'group out, new': 'update seen',
  malformed: 'kept',
  'not told': 'kept',
};

const EXPECTED: Record<string, Row> = {
  none: {
    'in scope, same': 'create seen',
    'in scope, new': 'create seen',
    'user out, same': 'create seen',
    'user out, new': 'create seen',
    'group out, new': 'nothing',
    malformed: 'nothing',
    'removed for now': 'nothing',
    'removed for good': 'nothing',
    absent: 'nothing',
    'not told': 'nothing',
  },
  active: {
    'in scope, same': 'unchanged',
    'in scope, new': 'update seen',
    'user out, same': 'inactivate seen',
    'user out, new': 'inactivate seen',
    'group out, new': 'inactivate seen',
    malformed: 'kept',
    'removed for now': 'inactivate removed',
    'removed for good': 'inactivate removed',
    absent: 'inactivate absent',
    'not told': 'kept',
  },
  // The grace period begins when it is learned that the object left.
  'inactive, still there': {
    ...SEEN_WHILE_INACTIVE,
    'removed for now': 'update removed',
    'removed for good': 'update removed',
    absent: 'update absent',
  },
  'inactive, left 29 days ago': {
    ...SEEN_WHILE_INACTIVE,
    'removed for now': 'dormant',
    'removed for good': 'dormant',
    absent: 'dormant',
  },
  'inactive, left 30 days ago': {
    ...SEEN_WHILE_INACTIVE,
    'removed for now': 'purge removed',
    'removed for good': 'purge removed',
    absent: 'purge absent',
  },
};

describe('decideChange', () => {
  for (const [storedName, stored] of Object.entries(STORED)) {
    for (const [toldName, told] of Object.entries(TOLD)) {
      const expected = EXPECTED[storedName]?.[toldName as keyof typeof TOLD];
      it(`${storedName} × ${toldName} → ${expected ?? '?'}`, () => {
        const decision = decideChange(stored, told, GRACE);
        const text = decision.kind === 'change' ? `${decision.action} ${decision.cause}` : decision.kind;
        assert.equal(text, expected);
      });
    }
  }
});
