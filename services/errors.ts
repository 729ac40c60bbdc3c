// The one error class and the one table of error codes: what a person is told, what they can do, and what the
// software may do about it. Foreign errors (Graph, MSAL, MongoDB) are converted where they arrive.

/**
 * What to do with an error. Control flow reads this and nothing else.
 * - `user`: the person asked for something that cannot be; say how to ask for it.
 * - `forbidden`: this person may not.
 * - `transient`: it may work later without anybody doing anything.
 * - `denied`: Microsoft refuses; somebody must change something there.
 * - `conflict`: somebody else was faster; look again.
 * - `config`: an operator must change a setting.
 * - `bug`: ours.
 */
export type ErrorKind = 'user' | 'forbidden' | 'transient' | 'denied' | 'conflict' | 'config' | 'bug';

interface ErrorRow {
  readonly kind: ErrorKind;
  /** One sentence: what happened. Shown to people as it is. */
  readonly text: string;
  /** One sentence: what to do now. */
  readonly remedy: string;
}

export const ERRORS = {
  'graph-unreachable': {
    kind: 'transient',
    text: 'Microsoft 365 could not be reached.',
    remedy: 'Try again in a few minutes, and check the network if it goes on.',
  },
  'graph-timeout': {
    kind: 'transient',
    text: 'Microsoft 365 did not answer in time.',
    remedy: 'Try again in a few minutes.',
  },
  'graph-throttled': {
    kind: 'transient',
    text: 'Microsoft 365 asked Rollcall to slow down, for longer than a sync can wait.',
    remedy: 'Try again in half an hour.',
  },
  'graph-unavailable': {
    kind: 'transient',
    text: 'Microsoft 365 has a fault at the moment.',
    remedy: 'Try again in a few minutes; see the service health page of Microsoft 365 if it goes on.',
  },
  'graph-forbidden': {
    kind: 'denied',
    text: 'Rollcall is not allowed to read this part of Microsoft 365.',
    remedy:
      'A Global Administrator must grant Rollcall its permissions in Microsoft Entra; docs/permissions.md lists them.',
  },
  'graph-unauthorized': {
    kind: 'denied',
    text: 'Microsoft 365 no longer accepts the sign-in of Rollcall.',
    remedy: 'Check the app registration of Rollcall in Microsoft Entra, then sync again.',
  },
  'graph-not-found': {
    kind: 'denied',
    text: 'Microsoft 365 does not know what Rollcall asked for.',
    remedy: 'Sync again; if it stays, check the address of Microsoft Graph in the settings.',
  },
  'graph-bad-answer': {
    kind: 'transient',
    text: 'Microsoft 365 sent an answer that could not be read.',
    remedy: 'Try again in a few minutes.',
  },
  'graph-page-expired': {
    kind: 'transient',
    text: 'Microsoft 365 lost its place while Rollcall was reading a long list.',
    remedy: 'Sync again.',
  },
  'graph-resync-required': {
    kind: 'transient',
    text: 'Microsoft 365 asks for a full read.',
    remedy: 'Nothing to do: Rollcall reads everything at the next sync.',
  },
  'graph-bad-request': {
    kind: 'bug',
    text: 'Microsoft 365 did not understand a request of Rollcall.',
    remedy: 'Please report this with the time and the request id.',
  },
  'sign-in-failed': {
    kind: 'denied',
    text: 'Rollcall could not sign in to Microsoft 365.',
    remedy: 'Check the app registration of Rollcall in Microsoft Entra.',
  },
  'sign-in-unreachable': {
    kind: 'transient',
    text: 'The sign-in service of Microsoft could not be reached.',
    remedy: 'Try again in a few minutes.',
  },
  'not-connected': {
    kind: 'denied',
    text: 'Nobody has authorized Rollcall to read this from Microsoft 365.',
    remedy: 'Type "connect" and authorize an account, or the app itself.',
  },
  'database-unreachable': {
    kind: 'transient',
    text: 'The directory database cannot be reached.',
    remedy: 'Try again in a minute; tell the operator of Rollcall if it goes on.',
  },
  'database-refused': {
    kind: 'bug',
    text: 'The directory database refused a change.',
    remedy: 'Please report this with the time.',
  },
  'chat-unreachable': {
    kind: 'transient',
    text: 'Microsoft Teams could not be reached.',
    remedy: 'Try again in a minute.',
  },
  'chat-refused': {
    kind: 'denied',
    text: 'Microsoft Teams did not accept an answer of Rollcall.',
    remedy: 'Check that the app is still installed in this chat.',
  },
  'already-changed': {
    kind: 'conflict',
    text: 'Somebody else changed this in the meantime.',
    remedy: 'Look again, then repeat what you wanted.',
  },
  'lease-lost': {
    kind: 'conflict',
    text: 'Another process took over this sync.',
    remedy: 'Nothing to do: the other process finishes it.',
  },
  stopping: {
    kind: 'transient',
    text: 'Rollcall is being stopped or restarted.',
    remedy: 'Nothing was lost. Say it again in a minute.',
  },
  'tenant-not-allowed': {
    kind: 'forbidden',
    text: 'This organisation does not use this Rollcall.',
    remedy: 'Ask the operator of Rollcall to allow the tenant.',
  },
  'role-needed': {
    kind: 'forbidden',
    text: 'You may not do this.',
    remedy: 'Ask an administrator of Rollcall.',
  },
  'last-owner': {
    kind: 'user',
    text: 'This is the last owner of Rollcall here.',
    remedy: 'Make somebody else an owner first.',
  },
  'owner-not-met': {
    kind: 'user',
    text: 'The other owners have never talked to Rollcall.',
    remedy: 'Ask one of them to say “hi” to Rollcall in Teams, then try again.',
  },
  'guest-refused': {
    kind: 'forbidden',
    text: 'Guests cannot use Rollcall.',
    remedy: 'Only people of your own organisation can be added.',
  },
  'person-disabled': {
    kind: 'user',
    text: 'This account is disabled or deleted in Microsoft 365.',
    remedy: 'Pick somebody who can sign in.',
  },
  'person-unknown': {
    kind: 'user',
    text: 'Rollcall does not know this person.',
    remedy: 'Ask them to say “hi” to Rollcall in Teams, then add them again.',
  },
  'token-keys-missing': {
    kind: 'config',
    text: 'Rollcall has no key to keep sign-ins with.',
    remedy: 'The operator of Rollcall must set ROLLCALL_TOKEN_KEYS ("npm run keys -- new" makes a key).',
  },
  'token-key-unknown': {
    kind: 'config',
    text: 'A key that keeps sign-ins is missing from the settings.',
    remedy: 'The operator of Rollcall must put the key back into ROLLCALL_TOKEN_KEYS. Nothing is lost.',
  },
  'secret-unreadable': {
    kind: 'config',
    text: 'A kept sign-in cannot be decrypted with the key of its name.',
    remedy:
      'The operator of Rollcall must put the former key back into ROLLCALL_TOKEN_KEYS. Nothing is lost.',
  },
  'not-found': {
    kind: 'user',
    text: 'There is nothing here with that name.',
    remedy: 'Check the spelling, or search with "users" or "groups".',
  },
  'bad-input': {
    kind: 'user',
    text: 'Rollcall did not understand that.',
    remedy: 'Type "help" to see what you can say.',
  },
  'card-out-of-date': {
    kind: 'user',
    text: 'This card is out of date.',
    remedy: 'Type the command again to get a fresh one.',
  },
  'bad-settings': {
    kind: 'config',
    text: 'Settings are missing or wrong.',
    remedy: 'Correct the settings listed below and start again.',
  },
  unexpected: {
    kind: 'bug',
    text: 'Something went wrong in Rollcall.',
    remedy: 'Try again. If it stays, tell the operator of Rollcall the time and what you did.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether a text, from a database or a gap, names a row of the table. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** The only error class of Rollcall. `details` hold nothing personal: they are logged. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(ERRORS[code].text, { cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = ERRORS[code].kind;
    this.details = details;
  }
}

/** Any thrown value as an `AppError`; what is not one of ours is a bug. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('unexpected', {}, error);
}
