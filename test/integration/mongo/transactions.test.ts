// Transactions and retryable writes, as the driver uses them by default: nothing half done, nothing done twice.
import assert from 'node:assert/strict';
import { MongoClient, MongoServerError, type ClientSession, type Collection } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { rejectionOf } from './rejection.ts';

interface Account {
  _id: string;
  balance: number;
}

describe('transactions on the local database', () => {
  let database: TestDatabase;
  let client: MongoClient;
  let accounts: Collection<Account>;

  before('open', async function () {
    this.timeout(60_000);
    database = await openTestDatabase();
    client = await new MongoClient(database.uri).connect();
    accounts = client.db().collection<Account>('accounts');
  });
  beforeEach('refill', async () => {
    await accounts.deleteMany({});
    await accounts.insertMany([
      { _id: 'a', balance: 100 },
      { _id: 'b', balance: 100 },
    ]);
  });
  after('drop', async () => {
    await client.close();
    await database.drop();
  });

  const balances = async () =>
    Object.fromEntries(
      await accounts
        .find()
        .map(({ _id, balance }): [string, number] => [_id, balance])
        .toArray(),
    );

  async function inSession(work: (session: ClientSession) => Promise<void>): Promise<void> {
    const session = client.startSession();
    try {
      await work(session);
    } finally {
      await session.endSession();
    }
  }

  it('shows a transaction to itself at once, to others when it is committed', () =>
    inSession(async (session) => {
      session.startTransaction();
      await accounts.updateOne({ _id: 'a' }, { $inc: { balance: -10 } }, { session });
      await client.db().collection('log').insertOne({ what: 'transfer' }, { session });
      assert.equal((await accounts.findOne({ _id: 'a' }, { session }))?.balance, 90);
      assert.deepEqual(await balances(), { a: 100, b: 100 });
      await session.commitTransaction();
      await session.commitTransaction();
      assert.deepEqual(await balances(), { a: 90, b: 100 });
    }));

  it('undoes an aborted transaction and one whose session ends', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      await accounts.deleteMany({}, { session });
      await session.abortTransaction();
    });
    await inSession(async (session) => {
      session.startTransaction();
      await accounts.updateOne({ _id: 'a' }, { $set: { balance: 0 } }, { session });
    });
    assert.deepEqual(await balances(), { a: 100, b: 100 });
  });

  it('tells the second of two writers to try its transaction again', () =>
    inSession((first) =>
      inSession(async (second) => {
        first.startTransaction();
        second.startTransaction();
        await accounts.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session: first });
        const error = await rejectionOf(
          accounts.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session: second }),
        );
        assert.ok(error instanceof MongoServerError);
        assert.equal(error.code, 112);
        assert.ok(error.hasErrorLabel('TransientTransactionError'));
        await first.commitTransaction();
        assert.deepEqual(await balances(), { a: 101, b: 100 });
      }),
    ));

  it('ends a transaction with its first error', () =>
    inSession(async (session) => {
      session.startTransaction();
      await accounts.insertOne({ _id: 'c', balance: 1 }, { session });
      const error = await rejectionOf(accounts.insertOne({ _id: 'a', balance: 1 }, { session }));
      assert.ok(error instanceof MongoServerError && error.code === 11000);
      await session.abortTransaction();
      assert.deepEqual(await balances(), { a: 100, b: 100 });
    }));

  it('loses no money to 10 clients that transfer at once', async function () {
    this.timeout(30_000);
    const move = (from: string, to: string) =>
      inSession((session) =>
        session.withTransaction(async () => {
          const source = await accounts.findOne({ _id: from }, { session });
          await accounts.updateOne(
            { _id: from },
            { $set: { balance: (source?.balance ?? 0) - 1 } },
            { session },
          );
          await accounts.updateOne({ _id: to }, { $inc: { balance: 1 } }, { session });
        }),
      );
    const transfers = async (index: number) => {
      for (let round = 0; round < 5; round++)
        await move(index % 3 === 0 ? 'a' : 'b', index % 3 === 0 ? 'b' : 'a');
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => transfers(index)));
    // Clients 0, 3, 6 and 9 moved 20 from a to b, the other six moved 30 back.
    assert.deepEqual(await balances(), { a: 110, b: 90 });
  });

  it('does a retryable write once when its answer is lost', async function () {
    this.timeout(30_000);
    const proxy = await startCuttingProxy(database.uri);
    const retrying = await new MongoClient(proxy.uri).connect();
    try {
      const through = retrying.db().collection<Account>('accounts');
      const ways = {
        insert: () =>
          through.insertMany([
            { _id: 'x', balance: 0 },
            { _id: 'y', balance: 0 },
          ]),
        update: () => through.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }),
        findAndModify: () =>
          through.findOneAndUpdate({ _id: 'b' }, { $inc: { balance: 1 } }, { returnDocument: 'after' }),
        delete: () => through.deleteOne({ _id: 'x' }),
      };
      for (const [command, write] of Object.entries(ways)) {
        proxy.cutAfter(command);
        const result = await write();
        assert.equal(proxy.cuts(), 1, command);
        if (command === 'delete') assert.deepEqual(result, { acknowledged: true, deletedCount: 1 });
      }
      assert.deepEqual(await balances(), { a: 101, b: 101, y: 0 });
    } finally {
      await retrying.close();
      await proxy.stop();
    }
  });
});
