// What the store relies on when it writes: bulk writes with conditions, unique keys, validators, leases. Asked of
// whatever engine runs, through the official driver.
import assert from 'node:assert/strict';
import { MongoBulkWriteError, MongoClient, MongoServerError, type Collection, type Db } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { rejectionOf } from './rejection.ts';

interface Thing {
  _id: string;
  key?: string;
  kind?: string;
  revision?: number;
  tags?: string[];
  holder?: string | null;
  until?: Date;
}

describe('writes on the local database', () => {
  let database: TestDatabase;
  let client: MongoClient;
  let db: Db;
  let count = 0;
  const fresh = (): Collection<Thing> => db.collection<Thing>(`things${count++}`);

  before('open', async function () {
    this.timeout(60_000);
    database = await openTestDatabase();
    client = await new MongoClient(database.uri).connect();
    db = client.db();
  });
  after('drop', async () => {
    await client.close();
    await database.drop();
  });

  it('inserts what it can of an unordered batch and names each refused document', async () => {
    const things = fresh();
    await things.createIndexes([{ key: { key: 1 }, unique: true }]);
    await things.insertOne({ _id: 'first', key: 'a' });
    const error = await rejectionOf(
      things.insertMany(
        [
          { _id: 'x', key: 'b' },
          { _id: 'first', key: 'c' },
          { _id: 'y', key: 'a' },
          { _id: 'z', key: 'd' },
        ],
        { ordered: false },
      ),
    );
    assert.ok(error instanceof MongoBulkWriteError);
    assert.equal(error.insertedCount, 2);
    const refused = [error.writeErrors].flat().map((one) => [one.index, one.code]);
    assert.deepEqual(refused, [
      [1, 11000],
      [2, 11000],
    ]);
    assert.deepEqual(
      (
        await things
          .find()
          .map((thing) => thing._id)
          .toArray()
      ).sort(),
      ['first', 'x', 'z'],
    );
  });

  it('applies conditioned bulk writes only where the condition still holds, and counts them', async () => {
    const things = fresh();
    await things.insertMany([
      { _id: 'a', revision: 1 },
      { _id: 'b', revision: 2 },
    ]);
    const result = await things.bulkWrite(
      [
        { updateOne: { filter: { _id: 'a', revision: 1 }, update: { $set: { revision: 2 } } } },
        { updateOne: { filter: { _id: 'b', revision: 1 }, update: { $set: { revision: 9 } } } },
        { updateOne: { filter: { _id: 'c' }, update: { $setOnInsert: { revision: 1 } }, upsert: true } },
        { deleteOne: { filter: { _id: 'nobody' } } },
        { insertOne: { document: { _id: 'd' } } },
      ],
      { ordered: false },
    );
    const { matchedCount, modifiedCount, upsertedCount, deletedCount, insertedCount } = result;
    assert.deepEqual(
      { matchedCount, modifiedCount, upsertedCount, deletedCount, insertedCount },
      { matchedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 0, insertedCount: 1 },
    );
    assert.deepEqual(result.upsertedIds, { 2: 'c' });
    assert.equal((await things.findOne({ _id: 'b' }))?.revision, 2);
  });

  it('counts an update that changes nothing as matched, not as modified', async () => {
    const things = fresh();
    await things.insertOne({ _id: 'a', kind: 'same' });
    const { matchedCount, modifiedCount } = await things.updateOne({ _id: 'a' }, { $set: { kind: 'same' } });
    assert.deepEqual([matchedCount, modifiedCount], [1, 0]);
  });

  it("runs MongoDB 8's bulkWrite over several collections", async () => {
    const [one, two] = [fresh(), fresh()];
    await one.insertOne({ _id: 'old' });
    const namespace = one.namespace;
    const result = await client.bulkWrite<Record<string, Thing>>(
      [
        { namespace, name: 'insertOne', document: { _id: 'new' } },
        { namespace, name: 'updateOne', filter: { _id: 'old' }, update: { $set: { kind: 'k' } } },
        {
          namespace: two.namespace,
          name: 'updateOne',
          filter: { _id: 'up' },
          update: { $set: { kind: 'k' } },
          upsert: true,
        },
        { namespace, name: 'deleteOne', filter: { _id: 'new' } },
      ],
      { verboseResults: true },
    );
    assert.deepEqual(
      [result.insertedCount, result.modifiedCount, result.upsertedCount, result.deletedCount],
      [1, 1, 1, 1],
    );
    assert.equal(result.updateResults?.get(2)?.upsertedId, 'up');
  });

  it('tells index, pattern and value of a duplicate key, for every way of writing', async () => {
    const things = fresh();
    await things.createIndexes([{ key: { kind: 1, key: 1 }, unique: true, name: 'kind_key' }]);
    await things.insertMany([
      { _id: 'a', kind: 'user', key: 'k' },
      { _id: 'b', kind: 'user', key: 'other' },
    ]);
    const ways = {
      insertOne: () => things.insertOne({ _id: 'c', kind: 'user', key: 'k' }),
      updateOne: () => things.updateOne({ _id: 'b' }, { $set: { kind: 'user', key: 'k' } }),
      findOneAndUpdate: () => things.findOneAndUpdate({ _id: 'b' }, { $set: { kind: 'user', key: 'k' } }),
    };
    for (const [way, write] of Object.entries(ways)) {
      const error = await rejectionOf(write());
      assert.ok(error instanceof MongoServerError, way);
      assert.equal(error.code, 11000, way);
      assert.match(
        error.message,
        /E11000 duplicate key error collection: \S+\.things\d+ index: kind_key dup key: \{ kind: "user", key: "k" \}/,
        way,
      );
      assert.deepEqual(error.keyPattern, { kind: 1, key: 1 }, way);
      assert.deepEqual(error.keyValue, { kind: 'user', key: 'k' }, way);
    }
  });

  it('keeps a partial unique index to the documents that it is about', async () => {
    const things = fresh();
    await things.createIndexes([
      { key: { key: 1 }, unique: true, partialFilterExpression: { kind: 'active' } },
    ]);
    await things.insertMany([
      { _id: 'a', key: 'k', kind: 'active' },
      { _id: 'b', key: 'k', kind: 'inactive' },
    ]);
    const error = await rejectionOf(things.updateOne({ _id: 'b' }, { $set: { kind: 'active' } }));
    assert.ok(error instanceof MongoServerError && error.code === 11000);
  });

  it('accepts the same indexes again and refuses the same name for another', async () => {
    const things = fresh();
    const indexes = [
      { key: { key: 1 }, unique: true },
      { key: { kind: 1, revision: 1 } },
      { key: { until: 1 }, expireAfterSeconds: 60 },
    ] as const;
    await things.createIndexes([...indexes]);
    await things.createIndexes([...indexes]);
    const listed: { name?: string; expireAfterSeconds?: number }[] = await things.listIndexes().toArray();
    assert.deepEqual(listed.map(({ name }) => name).sort(), [
      '_id_',
      'key_1',
      'kind_1_revision_1',
      'until_1',
    ]);
    assert.equal(listed.find(({ name }) => name === 'until_1')?.expireAfterSeconds, 60);
    const error = await rejectionOf(things.createIndexes([{ key: { revision: 1 }, name: 'key_1' }]));
    assert.ok(error instanceof MongoServerError && [85, 86].includes(Number(error.code)));
  });

  it('says which key stands in the way of a unique index', async () => {
    const things = fresh();
    await things.insertMany([
      { _id: 'a', key: 'same' },
      { _id: 'b', key: 'same' },
    ]);
    const error = await rejectionOf(things.createIndexes([{ key: { key: 1 }, unique: true }]));
    assert.ok(error instanceof MongoServerError);
    assert.equal(error.code, 11000);
    assert.deepEqual(error.keyPattern, { key: 1 });
    assert.deepEqual((await things.listIndexes().toArray()).length, 1);
  });

  it('refuses what the validator of a collection refuses, with code 121', async () => {
    const name = `validated${count++}`;
    const $jsonSchema = {
      bsonType: 'object',
      required: ['kind'],
      properties: { kind: { enum: ['user', 'group'] }, revision: { bsonType: 'int', minimum: 1 } },
    };
    const things = await db.createCollection<Thing>(name, { validator: { $jsonSchema } });
    await things.insertOne({ _id: 'good', kind: 'user', revision: 1 });
    const attempts = [
      () => things.insertOne({ _id: 'bad', kind: 'robot' }),
      () => things.updateOne({ _id: 'good' }, { $set: { revision: 0 } }),
      () => things.findOneAndUpdate({ _id: 'good' }, { $unset: { kind: '' } }),
      () =>
        things.bulkWrite([{ replaceOne: { filter: { _id: 'good' }, replacement: { kind: 'robot' } } }], {
          ordered: false,
        }),
    ];
    for (const attempt of attempts) {
      const error = await rejectionOf(attempt());
      assert.ok(error instanceof MongoServerError && error.code === 121, String(error));
    }
    await db.command({
      collMod: name,
      validator: { $jsonSchema: { bsonType: 'object', required: ['key'] } },
    });
    assert.equal(
      await rejectionOf(things.insertOne({ _id: 'later', kind: 'user' })).then(
        (error) => error instanceof MongoServerError && error.code,
      ),
      121,
    );
  });

  it('gives a lease to exactly one of 20 clients that want it', async () => {
    const leases = fresh();
    await leases.insertOne({ _id: 'sync', holder: null, until: new Date(0), revision: 0 });
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => new MongoClient(database.uri).connect()),
    );
    try {
      for (let round = 1; round <= 5; round++) {
        const now = new Date(round * 1_000);
        const won = await Promise.all(
          clients.map((one, index) =>
            one
              .db()
              .collection<Thing>(leases.collectionName)
              .findOneAndUpdate(
                { _id: 'sync', until: { $lt: now } },
                { $set: { holder: `client ${index}`, until: now }, $inc: { revision: 1 } },
                { returnDocument: 'after' },
              ),
          ),
        );
        const winners = won.filter((lease) => lease !== null);
        assert.equal(winners.length, 1, `round ${round}`);
        assert.equal(winners[0]?.revision, round);
      }
    } finally {
      await Promise.all(clients.map((one) => one.close()));
    }
  });

  it('lets 20 racing upserts of one unique key all succeed on one document', async () => {
    const things = fresh();
    await things.createIndexes([{ key: { key: 1 }, unique: true }]);
    for (const [index, write] of [
      (key: string, id: string) =>
        things.updateOne({ key }, { $inc: { revision: 1 }, $setOnInsert: { _id: id } }, { upsert: true }),
      (key: string, id: string) =>
        things.findOneAndUpdate(
          { key },
          { $inc: { revision: 1 }, $setOnInsert: { _id: id } },
          { upsert: true },
        ),
    ].entries()) {
      const key = `key ${index}`;
      await Promise.all(Array.from({ length: 20 }, (_, number) => write(key, `${key} ${number}`)));
      assert.deepEqual(
        await things
          .find({ key })
          .map(({ revision }) => revision)
          .toArray(),
        [20],
      );
    }
  });
});
