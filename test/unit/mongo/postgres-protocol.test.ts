// PostgreSQL's protocol as bytes: rows, errors, statements.
import assert from 'node:assert/strict';
import {
  executeStatement,
  parseErrorFields,
  parseRow,
  parseStatement,
  startupMessage,
} from '../../../local/mongo/postgres/protocol.ts';
import { isServerGone, PostgresError } from '../../../local/mongo/postgres/postgres-error.ts';

describe('PostgreSQL protocol', () => {
  it('reads rows with values, empty values and nulls', () => {
    const bytes = Buffer.from([0, 3, 0, 0, 0, 2, 7, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    assert.deepEqual(parseRow(bytes), [Buffer.from([7, 8]), null, Buffer.alloc(0)]);
  });

  it('reads errors with their fields', () => {
    const error = new PostgresError(
      parseErrorFields(Buffer.from('SFEHLER\0VFATAL\0C57P01\0Mgoing down\0Dnow\0nunique_x\0\0')),
    );
    const { message, sqlState, detail, constraint, isFatal } = error;
    assert.deepEqual(
      { message, sqlState, detail, constraint, isFatal },
      { message: 'going down', sqlState: '57P01', detail: 'now', constraint: 'unique_x', isFatal: true },
    );
    assert.ok(isServerGone(error));
    assert.ok(!isServerGone(new PostgresError(new Map([['C', '23505']]))));
  });

  it('states the length of every message that it writes', () => {
    const statements = [
      ...parseStatement('s1', 'SELECT $1'),
      ...executeStatement('s1', ['text', Buffer.from([1, 2]), null]),
    ];
    const bytes = Buffer.concat(statements);
    const types: string[] = [];
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1))
      types.push(bytes.toString('latin1', at, at + 1));
    assert.deepEqual(types, ['P', 'B', 'E', 'S']);
    const startup = startupMessage({ user: 'postgres' });
    assert.equal(startup.readInt32BE(0), startup.length);
  });
});
