// What the store relies on when it reads: long cursors over documents that change meanwhile, sorted pages, grouping
// and joining. Asked of whatever engine runs, through the official driver.
import assert from 'node:assert/strict';
import { MongoClient, MongoServerError, type Collection, type Db } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { rejectionOf } from './rejection.ts';

interface User {
  _id: number;
  status: string;
  group: number;
  at: number;
  name: string;
}

const USERS = 50_000;

describe('reads on the local database', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let client: MongoClient;
  let db: Db;
  let users: Collection<User>;

  before('fill', async () => {
    database = await openTestDatabase();
    client = await new MongoClient(database.uri).connect();
    db = client.db();
    users = db.collection<User>('users');
    await users.createIndexes([{ key: { status: 1 } }, { key: { group: 1, at: 1 } }]);
    const documents = Array.from({ length: USERS }, (_, _id) => ({
      _id,
      status: 'new',
      group: _id % 100,
      at: USERS - _id,
      name: `User ${_id}`,
    }));
    await users.insertMany(documents, { ordered: false });
  });
  after('drop', async () => {
    await client.close();
    await database.drop();
  });

  it('returns each of 50,000 documents once, though the query stops matching them while it is read', async () => {
    const seen = new Set<number>();
    let returned = 0;
    let changed: number[] = [];
    const change = async () => {
      await users.updateMany({ _id: { $in: changed } }, { $set: { status: 'done', name: 'x'.repeat(100) } });
      changed = [];
    };
    for await (const { _id } of users.find({ status: 'new' }, { batchSize: 1_000, projection: { _id: 1 } })) {
      returned++;
      seen.add(_id);
      changed.push(_id);
      if (changed.length === 1_000) await change();
      assert.ok(returned <= USERS, 'returned more documents than there are');
    }
    assert.deepEqual(
      [returned, seen.size, await users.countDocuments({ status: 'done' })],
      [USERS, USERS, USERS],
    );
  });

  it('returns each document once, though all of them grow while they are read', async () => {
    const growing = db.collection<User>('growing');
    await growing.createIndexes([{ key: { status: 1 } }, { key: { group: 1, at: 1 } }]);
    const documents = Array.from({ length: 5_000 }, (_, at) => ({
      _id: (at * 7_919) % 5_000,
      status: 'new',
      group: at % 50,
      at,
      name: 'x'.repeat(200),
    }));
    await growing.insertMany(documents);
    const seen = new Set<number>();
    let returned = 0;
    let read: number[] = [];
    for await (const { _id } of growing.find({ status: 'new' }, { batchSize: 100 })) {
      returned++;
      seen.add(_id);
      read.push(_id);
      if (read.length === 100) {
        await growing.updateMany({ _id: { $in: read } }, { $set: { name: 'x'.repeat(600) } });
        read = [];
      }
      assert.ok(returned <= documents.length, 'returned more documents than there are');
    }
    assert.deepEqual([returned, seen.size], [documents.length, documents.length]);
  });

  it('pages through a sorted query in order while its documents change', async () => {
    let last = 0;
    let returned = 0;
    for await (const { _id, at } of users.find({ group: 7 }, { batchSize: 50 }).sort({ at: 1 })) {
      assert.ok(at > last);
      last = at;
      returned++;
      if (returned % 10 === 0) await users.updateOne({ _id }, { $set: { name: 'y'.repeat(200) } });
    }
    assert.equal(returned, USERS / 100);
  });

  it('groups, counts and joins', async () => {
    const sums = await users
      .aggregate<{ _id: number; users: number }>([
        { $group: { _id: '$group', users: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    assert.equal(sums.length, 100);
    assert.ok(sums.every(({ users: count }, index) => sums[index]?._id === index && count === USERS / 100));

    await db.collection<{ _id: number; title: string }>('groups').insertMany([
      { _id: 1, title: 'One' },
      { _id: 2, title: 'Two' },
    ]);
    const joined = await users
      .aggregate<{ _id: number; title: string }>([
        { $match: { _id: { $in: [1, 2, 3] } } },
        { $lookup: { from: 'groups', localField: 'group', foreignField: '_id', as: 'found' } },
        { $unwind: '$found' },
        { $project: { title: '$found.title' } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    assert.deepEqual(joined, [
      { _id: 1, title: 'One' },
      { _id: 2, title: 'Two' },
    ]);
    assert.deepEqual((await users.distinct('group')).length, 100);
    assert.equal((await users.estimatedDocumentCount()) > 0, true);
  });

  it('finds names by prefix, whatever their case', async () => {
    const names = await users
      .find({ group: 3, name: /^user 4\d?3$/i })
      .map(({ name }) => name)
      .toArray();
    assert.deepEqual(
      names,
      await users
        .find({ group: 3 })
        .map(({ name }) => name)
        .toArray()
        .then((all) => all.filter((name) => /^user 4\d?3$/i.test(name))),
    );
  });

  it('keeps 200 cursors open at once and closes those that are told to', async () => {
    const cursors = Array.from({ length: 200 }, (_, group) =>
      users.find({ group: group % 100 }, { batchSize: 100 }).sort({ at: 1 }),
    );
    const first = await Promise.all(cursors.map((cursor) => cursor.next()));
    assert.ok(first.every((user) => user !== null));
    await Promise.all(cursors.slice(1).map((cursor) => cursor.close()));
    let rest = 0;
    for await (const user of cursors[0]!) rest += user.group === 0 ? 1 : 0;
    assert.equal(rest, USERS / 100 - 1);
  });

  it('says CursorNotFound for a cursor that is not there', async () => {
    const error = await rejectionOf(db.command({ getMore: 4_711n, collection: 'users' }));
    assert.ok(error instanceof MongoServerError && error.code === 43, String(error));
  });

  it('answers a command that it does not know with code 59', async () => {
    const error = await rejectionOf(db.command({ makeCoffee: 1 }));
    assert.ok(error instanceof MongoServerError && error.code === 59, String(error));
  });
});
