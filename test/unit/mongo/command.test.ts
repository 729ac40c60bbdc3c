// Commands as they come, errors as they go: parsing, MongoDB's codes from PostgreSQL's, who may try again.
import assert from 'node:assert/strict';
import { Binary, Long, serialize } from 'bson';
import { commandDocuments, parseCommand } from '../../../local/mongo/gateway/command.ts';
import {
  CommandError,
  errorDocument,
  labelled,
  mongoCode,
  toCommandError,
  unpackSqlState,
} from '../../../local/mongo/gateway/command-error.ts';
import { duplicateKeyError, duplicateOf } from '../../../local/mongo/gateway/duplicate-key.ts';
import { valueAt } from '../../../local/mongo/gateway/fields.ts';
import { lostRace } from '../../../local/mongo/gateway/writes.ts';
import { PostgresError, PostgresUnreachableError } from '../../../local/mongo/postgres/postgres-error.ts';

const parse = (document: Record<string, unknown>) =>
  parseCommand({
    requestId: 1,
    isLegacy: false,
    wantsReply: true,
    command: Buffer.from(serialize(document)),
    sequences: new Map(),
  });

const postgresError = (sqlState: string, message = 'no') =>
  new PostgresError(
    new Map([
      ['C', sqlState],
      ['M', message],
    ]),
  );

describe('commands', () => {
  it('are known by name, target, database and session', () => {
    const lsid = { id: new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4) };
    const command = parse({
      update: 'users',
      $db: 'rollcall',
      lsid,
      txnNumber: Long.fromNumber(7),
      autocommit: false,
      startTransaction: true,
    });
    const { name, collection, database, session, txnNumber, isInTransaction, startsTransaction } = command;
    assert.deepEqual(
      { name, collection, database, session, txnNumber, isInTransaction, startsTransaction },
      {
        name: 'update',
        collection: 'users',
        database: 'rollcall',
        session: '00112233445566778899aabbccddeeff',
        txnNumber: 7n,
        isInTransaction: true,
        startsTransaction: true,
      },
    );
  });

  it('without a session or collection are plain', () => {
    const { collection, database, session, isInTransaction } = parse({ ping: 1 });
    assert.deepEqual(
      { collection, database, session, isInTransaction },
      { collection: '', database: 'admin', session: undefined, isInTransaction: false },
    );
  });

  it('with an envelope of other types are refused', () => {
    assert.throws(() => parse({ ping: 1, $db: 5 }));
    assert.throws(() => parse({ ping: 1, lsid: { id: 'text' } }));
  });

  it('give their documents from the section or from inside', () => {
    const inside = parse({ insert: 'c', documents: [{ _id: 1 }, { _id: 2 }] });
    assert.equal(commandDocuments(inside, 'documents').length, 2);
    const section = {
      ...inside,
      sequences: new Map([['documents', Buffer.concat([serialize({ _id: 3 })])]]),
    };
    assert.equal(commandDocuments(section, 'documents').length, 1);
    assert.deepEqual(commandDocuments(inside, 'updates'), []);
  });
});

describe('errors of commands', () => {
  it('have the codes that drivers know', () => {
    const expected: [string, number][] = [
      ['23505', 11000],
      ['23P01', 11000],
      ['M001C', 11000],
      ['M00CO', 121],
      ['40001', 112],
      ['40P01', 112],
      ['55P03', 112],
      ['57014', 50],
      ['M000E', 43],
      ['XX000', 1],
    ];
    for (const [sqlState, code] of expected)
      assert.equal(toCommandError(postgresError(sqlState)).code, code, sqlState);
    assert.match(toCommandError(postgresError('XX000', 'broken')).message, /broken \(SQLSTATE XX000\)/);
  });

  it('unpack the SQLSTATE of a write error', () => {
    const pack = (sqlState: string) =>
      Array.from(sqlState).reduce(
        (packed, character, index) => packed | (((character.charCodeAt(0) - 48) & 63) << (6 * index)),
        0,
      );
    for (const sqlState of ['M001C', 'M00CO', '23505', '23P01'])
      assert.equal(unpackSqlState(pack(sqlState)), sqlState);
    assert.deepEqual(mongoCode('M00CO'), [121, 'DocumentValidationFailure']);
  });

  it('ask the driver to try again when the server is gone, and only then', () => {
    for (const gone of [
      new PostgresUnreachableError('closed'),
      postgresError('57P01'),
      postgresError('57P03'),
      postgresError('08006'),
    ]) {
      const { code, labels } = toCommandError(gone);
      assert.deepEqual([code, labels], [11600, ['RetryableWriteError']]);
    }
    assert.deepEqual(toCommandError(postgresError('23505')).labels, []);
    assert.deepEqual(toCommandError(new Error('a bug')).labels, []);
  });

  it('take two transactions that create one collection for a conflict', () => {
    assert.equal(
      toCommandError(postgresError('M0000', 'Unable to create the specified collection x')).code,
      112,
    );
  });

  it('become documents with their labels and details', () => {
    const error = labelled(
      new CommandError(112, 'WriteConflict', 'later', [], { more: 1 }),
      'TransientTransactionError',
    );
    assert.deepEqual(errorDocument(error), {
      ok: 0,
      errmsg: 'later',
      code: 112,
      codeName: 'WriteConflict',
      more: 1,
      errorLabels: ['TransientTransactionError'],
    });
    assert.ok(!('errorLabels' in errorDocument(new CommandError(2, 'BadValue', 'bad'))));
  });
});

describe('duplicate keys', () => {
  it('name the index and its values, also nested and missing ones', () => {
    const index = { namespace: 'd.c', index: 'i', keyPattern: { 'a.b': 1, c: 1, d: -1 } };
    const error = duplicateKeyError(duplicateOf(index, { a: { b: 5 }, c: 'x' }));
    assert.equal(
      error.message,
      'E11000 duplicate key error collection: d.c index: i dup key: { a.b: 5, c: "x", d: null }',
    );
    assert.deepEqual(error.details, {
      keyPattern: index.keyPattern,
      keyValue: { 'a.b': 5, c: 'x', d: null },
    });
  });

  it('find values by path, and those whose name holds a dot', () => {
    assert.equal(valueAt({ 'a.b': 1, a: { b: 2 } }, 'a.b'), 1);
    assert.equal(valueAt({ a: { b: 2 } }, 'a.b'), 2);
    assert.equal(valueAt({ a: null }, 'a.b'), undefined);
  });

  it('are a lost race only for an upsert that looks for exactly that key', () => {
    assert.equal(lostRace(true, { key: 'a' }, { key: 1 }), true);
    assert.equal(lostRace(true, { key: 'a', other: 1 }, { key: 1 }), true);
    assert.equal(lostRace(false, { key: 'a' }, { key: 1 }), false);
    assert.equal(lostRace(true, { key: { $gt: 'a' } }, { key: 1 }), false);
    assert.equal(lostRace(true, { other: 'a' }, { key: 1 }), false);
    assert.equal(lostRace(true, { key: 'a' }, {}), false);
  });
});
