// Where errors of the database driver become ours. Nobody else looks at a MongoDB error; nothing here reads
// message text.
import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb';
import { AppError } from '../errors.ts';

/** MongoDB docs: error codes. */
const DUPLICATE_KEY = 11000;

/** The server answers, but cannot serve now: stepping down, shutting down, starting. MongoDB docs: error codes. */
const AWAY_CODES = new Set([6, 7, 89, 91, 112, 134, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const AWAY_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'ResetPool'];

/** True when an insert found its key taken. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/** True when every write that failed found its key taken; the others were done (unordered). */
export function isDuplicatesOnly(error: unknown): error is MongoBulkWriteError {
  if (!(error instanceof MongoBulkWriteError)) return false;
  const errors = [error.writeErrors].flat();
  return errors.length > 0 && errors.every((one) => one.code === DUPLICATE_KEY);
}

/** A driver error as an `AppError`: away (may work later) or refused (our fault); anything else as it came. */
export function convertStoreError(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const code = typeof error.code === 'number' ? error.code : undefined;
  // An error without a code did not come from the server: network, selection, time-outs, closed pools. A bulk write
  // that the network ended has the class of a server error all the same.
  const away =
    (code === undefined && !(error instanceof MongoInvalidArgumentError)) ||
    (code !== undefined && AWAY_CODES.has(code)) ||
    AWAY_LABELS.some((label) => error.hasErrorLabel(label));
  return new AppError(away ? 'database-unreachable' : 'database-refused', { databaseCode: code }, error);
}

/** Longer than the driver's own limits for one operation. They do not hold when a connection breaks at a bad moment. */
const OPERATION_WITHIN_MS = 75_000;

/** Runs a database operation; its errors come out as ours, and one that never ends fails as `database-unreachable`. */
export async function converted<T>(operation: () => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(OPERATION_WITHIN_MS);
  const tooLate = new Promise<never>((_resolve, reject) => {
    deadline.onabort = () => reject(new AppError('database-unreachable', { reason: 'noAnswer' }));
  });
  try {
    return await Promise.race([operation(), tooLate]);
  } catch (error) {
    throw convertStoreError(error);
  } finally {
    deadline.onabort = null;
  }
}
