// THE table of collections: what is kept, how it is found, what the database itself refuses and when it is
// forgotten. Data only; prepare.ts makes a database look like it.
import { CONNECTION_COLLECTIONS } from './connection-collections.ts';
import {
  text,
  id,
  key,
  count,
  date,
  flag,
  list,
  map,
  orNull,
  oneOf,
  object,
  type CollectionRow,
  type IndexRow,
  type Schema,
} from './schema.ts';

const entry = (facts: Schema): Schema =>
  object({
    _id: id,
    tenantId: id,
    objectId: id,
    revision: count,
    fingerprint: key,
    status: oneOf('active', 'inactive'),
    reasons: { bsonType: 'array', items: { bsonType: 'object', required: ['kind'] } },
    facts,
    search: { bsonType: 'string', maxLength: 2000 },
    createdAt: date,
    changedAt: date,
    inactiveSince: orNull('date'),
    leftAt: orNull('date'),
    changedBy: id,
  });

const entryIndexes: readonly IndexRow[] = [
  { name: 'objectId', key: { tenantId: 1, objectId: 1 }, unique: true },
  { name: 'search', key: { tenantId: 1, search: 1 } },
  { name: 'statusSearch', key: { tenantId: 1, status: 1, search: 1 } },
];

const changeRecord = object(
  {
    _id: key,
    tenantId: id,
    objectId: id,
    type: oneOf('user', 'group', 'memberships'),
    batch: count,
    at: date,
    action: oneOf('create', 'update', 'reactivate', 'inactivate', 'purge'),
    cause: oneOf('seen', 'removed', 'absent'),
    base: orNull('object'),
    before: orNull('object'),
    after: orNull('object'),
    added: list,
    removed: list,
  },
  ['action', 'cause', 'base', 'before', 'after', 'added', 'removed'],
);

export const COLLECTIONS = {
  tenants: {
    name: 'tenants',
    retention: 'for ever',
    indexes: [],
    validator: object({
      _id: id,
      revision: count,
      runCounter: count,
      fence: count,
      lease: { bsonType: ['object', 'null'], required: ['owner', 'fence', 'expiresAt'] },
      deltaTokens: { bsonType: ['object', 'null'], required: ['users', 'groups'] },
    }),
  },
  policies: {
    name: 'policies',
    retention: 'for ever; a version is never changed',
    indexes: [{ name: 'version', key: { tenantId: 1, version: 1 }, unique: true }],
    validator: object({ _id: key, tenantId: id, version: count, policy: map, createdAt: date }),
  },
  users: {
    name: 'users',
    retention: 'until purged: the grace period after leaving Microsoft 365',
    indexes: entryIndexes,
    validator: entry(
      object({
        userPrincipalName: text,
        displayName: orNull('string'),
        givenName: orNull('string'),
        surname: orNull('string'),
        mail: orNull('string'),
        accountEnabled: flag,
        userType: oneOf('Member', 'Guest'),
      }),
    ),
  },
  groups: {
    name: 'groups',
    retention: 'until purged: the grace period after leaving Microsoft 365',
    indexes: entryIndexes,
    validator: entry(
      object({
        displayName: text,
        description: orNull('string'),
        mail: orNull('string'),
        kind: oneOf('microsoft365', 'security', 'mailEnabledSecurity', 'distribution'),
        dynamic: flag,
        hiddenMembership: flag,
      }),
    ),
  },
  // One document per edge; the _id says all of it ("tenant/group/u|g/member"), so that inserting twice is
  // harmless, and a group's members are one range of the index that every collection has anyway.
  memberships: {
    name: 'memberships',
    retention: 'until the membership ends, or its group or member is purged',
    indexes: [{ name: 'member', key: { tenantId: 1, memberObjectId: 1 } }],
    validator: object({ _id: key, tenantId: id, memberObjectId: id, changedBy: id }),
  },
  runs: {
    name: 'runs',
    retention: 'for ever',
    indexes: [
      { name: 'number', key: { tenantId: 1, number: 1 }, unique: true },
      { name: 'state', key: { state: 1, tenantId: 1 } },
      { name: 'untold', key: { untold: 1 }, partialFilterExpression: { untold: true } },
    ],
    validator: object(
      {
        _id: id,
        tenantId: id,
        number: count,
        fence: count,
        state: oneOf('running', 'recovering', 'ended'),
        startedBy: map,
        approvedBy: orNull('object'),
        startedAt: date,
        endedAt: orNull('date'),
        progress: map,
        report: orNull('object'),
        card: orNull('string'),
        pending: list,
        untold: flag,
      },
      ['untold'],
    ),
  },
  // The _id is "run/number of the change, eight digits": the changes of a run are one range, in order.
  changes: {
    name: 'changes',
    retention: 'for ever',
    indexes: [{ name: 'history', key: { tenantId: 1, objectId: 1, _id: 1 } }],
    validator: changeRecord,
  },
  // What a held run would change: for the people who approve it, and for nobody else.
  plannedChanges: {
    name: 'plannedChanges',
    retention: 'seven days',
    indexes: [{ name: 'expiry', key: { at: 1 }, expireAfterSeconds: 604_800 }],
    validator: changeRecord,
  },
  turns: {
    name: 'turns',
    retention: 'one day',
    indexes: [{ name: 'expiry', key: { at: 1 }, expireAfterSeconds: 86_400 }],
    validator: object({ _id: { bsonType: 'string' }, at: date }),
  },
  ...CONNECTION_COLLECTIONS,
} as const satisfies Readonly<Record<string, CollectionRow>>;

export type CollectionName = keyof typeof COLLECTIONS;
