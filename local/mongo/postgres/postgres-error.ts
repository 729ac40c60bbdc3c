// What can go wrong between the gateway and PostgreSQL. Turning it into MongoDB's errors is not done here.
import type { ErrorFields } from './protocol.ts';

/** An error that the server reported (PostgreSQL docs: "Error and Notice Message Fields"). */
export class PostgresError extends Error {
  readonly sqlState: string;
  /** DETAIL, empty when there is none. */
  readonly detail: string;
  /** The violated constraint, empty when there is none. */
  readonly constraint: string;
  /** The server ends the connection after this error. */
  readonly isFatal: boolean;

  constructor(fields: ErrorFields) {
    super(fields.get('M') ?? 'PostgreSQL gave no message');
    this.name = 'PostgresError';
    this.sqlState = fields.get('C') ?? 'XX000';
    this.detail = fields.get('D') ?? '';
    this.constraint = fields.get('n') ?? '';
    this.isFatal = ['FATAL', 'PANIC'].includes(fields.get('V') ?? fields.get('S') ?? '');
  }
}

/** The connection ended, or could not be made; what was asked may or may not have been done. */
export class PostgresUnreachableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PostgresUnreachableError';
  }
}

/** Whether the server may be back in a moment: the connection broke, or it is starting, stopping or recovering. */
export const isServerGone = (error: unknown): boolean =>
  error instanceof PostgresUnreachableError ||
  (error instanceof PostgresError && /^(57P0|08)/.test(error.sqlState));
