// Rows of the collections table for credentials, sign-ins, people, notices and what goes with them. Data only.
import { AUDIT_RESULTS } from '../directory/person.ts';
import {
  count,
  date,
  flag,
  id,
  key,
  list,
  map,
  object,
  oneOf,
  orNull,
  text,
  type CollectionRow,
} from './schema.ts';

const DAY_S = 86_400;
const sealed = {
  ...object({ v: count, keyId: key, iv: text, tag: text, data: text }),
  bsonType: ['object', 'null'],
};
const grant = oneOf('users', 'groups', 'domains', 'everything');
const kind = oneOf('application', 'delegated');

export const CONNECTION_COLLECTIONS = {
  // Secrets are envelopes of AES-256-GCM; nothing here can be used without the keys of the settings.
  credentials: {
    name: 'credentials',
    retention: 'until removed',
    indexes: [
      { name: 'holder', key: { tenantId: 1, grant: 1, kind: 1, holder: 1 }, unique: true },
      { name: 'key', key: { 'sealed.keyId': 1 } },
      { name: 'news', key: { news: 1 } },
    ],
    validator: object(
      {
        _id: id,
        tenantId: id,
        grant,
        kind,
        holder: id,
        rank: { bsonType: ['int', 'long', 'double'] },
        account: orNull('object'),
        authorizedBy: map,
        authorizedAt: date,
        lastUsedAt: orNull('date'),
        lastTestedAt: orNull('date'),
        expiresAt: orNull('date'),
        expiryOf: { enum: ['clientSecret', 'certificate', 'idleRefreshToken', 'signInFrequency', null] },
        health: object({ state: oneOf('untested', 'good', 'warning', 'failed'), problem: map, since: date }, [
          'problem',
          'since',
        ]),
        signInPeriodMs: { bsonType: ['int', 'long', 'double', 'null'] },
        healthRevision: count,
        failedSince: orNull('date'),
        news: { enum: ['failed', 'recovered', 'removed', null] },
        removed: flag,
        sealed,
        secretVersion: count,
        secretSeries: count,
        secretAt: date,
      },
      ['removed'],
    ),
  },
  signIns: {
    name: 'signIns',
    retention: 'one day',
    indexes: [
      { name: 'state', key: { stateHash: 1 }, unique: true },
      { name: 'taken', key: { state: 1, takenAt: 1 } },
      { name: 'untold', key: { untold: 1 }, partialFilterExpression: { untold: true } },
      { name: 'expiry', key: { createdAt: 1 }, expireAfterSeconds: DAY_S },
    ],
    validator: object(
      {
        _id: id,
        tenantId: id,
        stateHash: key,
        actor: map,
        grant,
        kind,
        backup: flag,
        conversationId: text,
        sealed,
        createdAt: date,
        expiresAt: date,
        state: oneOf('waiting', 'checking', 'done'),
        takenAt: orNull('date'),
        aliveAt: orNull('date'),
        purpose: oneOf('signIn', 'consent'),
        strangers: count,
        card: orNull('string'),
        result: orNull('object'),
        untold: flag,
        newsRevision: count,
        tellAt: date,
      },
      ['purpose', 'strangers'],
    ),
  },
  // All people of a tenant in one document: the rule about the last owner is about all of them.
  people: {
    name: 'people',
    retention: 'until taken out',
    indexes: [],
    validator: object({ _id: id, revision: count, people: list }),
  },
  chats: {
    name: 'chats',
    retention: 'for ever; the newest for each person',
    indexes: [],
    validator: object({ _id: key, tenantId: id, objectId: id, displayName: text, chat: text, at: date }, [
      'displayName',
    ]),
  },
  audit: {
    name: 'audit',
    retention: 'two years',
    indexes: [
      { name: 'newest', key: { tenantId: 1, at: 1, _id: 1 } },
      { name: 'expiry', key: { at: 1 }, expireAfterSeconds: 730 * DAY_S },
    ],
    validator: object(
      {
        _id: id,
        tenantId: id,
        at: date,
        actor: orNull('object'),
        action: key,
        target: orNull('string'),
        conversationId: orNull('string'),
        before: orNull('string'),
        after: orNull('string'),
        result: oneOf(...AUDIT_RESULTS),
        times: count,
      },
      ['times'],
    ),
  },
  // The _id is the hash of the text in the link: who reads the database cannot fetch the file.
  exports: {
    name: 'exports',
    retention: 'five minutes',
    indexes: [{ name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
    validator: object({ _id: id, tenantId: id, actor: map, conversationId: text, expiresAt: date }),
  },
  // One document for each notice and person; what was told stays, so that "resolved" can change it.
  notices: {
    name: 'notices',
    retention: 'half a year after its last change',
    indexes: [
      { name: 'due', key: { due: 1, retryAt: 1 }, partialFilterExpression: { due: true } },
      { name: 'key', key: { tenantId: 1, key: 1 } },
      { name: 'awaiting', key: { person: 1 }, partialFilterExpression: { awaitsChat: true } },
      { name: 'expiry', key: { changedAt: 1 }, expireAfterSeconds: 183 * DAY_S },
    ],
    validator: object(
      {
        _id: { bsonType: 'string', maxLength: 512 },
        tenantId: id,
        key,
        person: id,
        kind: oneOf('failedOver', 'lastFailed', 'recovered', 'expiring'),
        saying: text,
        notice: map,
        revision: count,
        taken: count,
        due: flag,
        retryAt: date,
        tries: count,
        awaitsChat: flag,
        card: orNull('string'),
        changedAt: date,
      },
      ['awaitsChat'],
    ),
  },
  claims: {
    name: 'claims',
    retention: 'until its end',
    indexes: [{ name: 'expiry', key: { until: 1 }, expireAfterSeconds: 0 }],
    validator: object({ _id: { bsonType: 'string' }, until: date }),
  },
} as const satisfies Readonly<Record<string, CollectionRow>>;
