// Errors as MongoDB's drivers expect them, made from PostgreSQL's. Duplicate keys get their index and values elsewhere.
import { isServerGone, PostgresError } from '../postgres/postgres-error.ts';
import type { Fields } from './fields.ts';

/** An error that the client is told: code, name and labels as a MongoDB server would give them. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly labels: readonly string[];
  /** Further fields of the answer, such as keyPattern. */
  readonly details: Fields;

  constructor(
    code: number,
    codeName: string,
    message: string,
    labels: readonly string[] = [],
    details: Fields = {},
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.codeName = codeName;
    this.labels = labels;
    this.details = details;
  }
}

export const DUPLICATE_KEY = 11000;
export const WRITE_CONFLICT = 112;
export const INTERRUPTED_AT_SHUTDOWN = 11600;

/**
 * SQLSTATE to MongoDB's code and name. DocumentDB raises "M" and a number of its own; these were found by provoking
 * them. Whatever is not listed becomes InternalError with the SQLSTATE in its message.
 */
const CODES = new Map<string, readonly [code: number, codeName: string]>([
  ['M0001', [2, 'BadValue']],
  ['M0003', [9, 'FailedToParse']],
  ['M0004', [14, 'TypeMismatch']],
  ['M0008', [26, 'NamespaceNotFound']],
  ['M0009', [27, 'IndexNotFound']],
  ['M000A', [28, 'PathNotViable']],
  ['M000D', [40, 'ConflictingUpdateOperators']],
  ['M000E', [43, 'CursorNotFound']],
  ['M000F', [48, 'NamespaceExists']],
  ['M000J', [56, 'EmptyFieldName']],
  ['M000M', [66, 'ImmutableField']],
  ['M000N', [67, 'CannotCreateIndex']],
  ['M000Q', [73, 'InvalidNamespace']],
  ['M000R', [85, 'IndexOptionsConflict']],
  ['M000S', [86, 'IndexKeySpecsConflict']],
  ['M000U', [115, 'CommandNotSupported']],
  ['M000Z', [166, 'CommandNotSupportedOnView']],
  ['M0015', [241, 'ConversionFailure']],
  ['M0016', [263, 'OperationNotSupportedInTransaction']],
  ['M001C', [DUPLICATE_KEY, 'DuplicateKey']],
  ['M001H', [13113, 'MergeStageNoMatchingDocument']],
  ['M001I', [13297, 'DatabaseDifferCase']],
  ['M0034', [17124, 'Location17124']],
  ['M0056', [31249, 'Location31249']],
  ['M0059', [31254, 'Location31254']],
  ['M007U', [40324, 'Location40324']],
  ['M00CO', [121, 'DocumentValidationFailure']],
  // PostgreSQL's own (PostgreSQL docs: "Error Codes"): unique and exclusion constraints ...
  ['23505', [DUPLICATE_KEY, 'DuplicateKey']],
  ['23P01', [DUPLICATE_KEY, 'DuplicateKey']],
  // ... serialization failure, deadlock and lock timeout ...
  ['40001', [WRITE_CONFLICT, 'WriteConflict']],
  ['40P01', [WRITE_CONFLICT, 'WriteConflict']],
  ['55P03', [WRITE_CONFLICT, 'WriteConflict']],
  // ... and the rest that a client can cause.
  ['57014', [50, 'MaxTimeMSExpired']],
  ['42P01', [26, 'NamespaceNotFound']],
  ['0A000', [115, 'CommandNotSupported']],
  ['22023', [2, 'BadValue']],
  ['22P02', [2, 'BadValue']],
  ['53100', [14031, 'OutOfDiskSpace']],
]);

export const mongoCode = (sqlState: string): readonly [code: number, codeName: string] =>
  CODES.get(sqlState) ?? [1, 'InternalError'];

/** writeErrors carry the SQLSTATE packed into a number: six bits for each of its five characters, counted from "0". */
export const unpackSqlState = (packed: number): string =>
  String.fromCharCode(...[0, 6, 12, 18, 24].map((shift) => ((packed >> shift) & 63) + 48));

/** The error document of an answer. */
export const errorDocument = (error: CommandError): Fields => ({
  ok: 0,
  errmsg: error.message,
  code: error.code,
  codeName: error.codeName,
  ...error.details,
  ...(error.labels.length > 0 && { errorLabels: error.labels }),
});

/** The same error with a further label. */
export const labelled = (error: CommandError, label: string): CommandError =>
  new CommandError(error.code, error.codeName, error.message, [...error.labels, label], error.details);

export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // As after a failover: the driver asks once more, by the same transaction number.
  if (isServerGone(error))
    return new CommandError(INTERRUPTED_AT_SHUTDOWN, 'InterruptedAtShutdown', message, [
      'RetryableWriteError',
    ]);
  if (!(error instanceof PostgresError)) return new CommandError(1, 'InternalError', message);
  // Two transactions create the same collection: the snapshot of the later one is too old to see it. The extension
  // reports it under a code that it uses for other things too, so its words have to decide.
  if (message.includes('Unable to create the specified collection'))
    return new CommandError(WRITE_CONFLICT, 'WriteConflict', message);
  const [code, codeName] = mongoCode(error.sqlState);
  return new CommandError(code, codeName, code === 1 ? `${message} (SQLSTATE ${error.sqlState})` : message);
}
