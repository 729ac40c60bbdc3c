// A sign-in at Microsoft that somebody began in chat: what is kept of it until it has ended, how it may end, and the
// port through which it is kept.
import type { Credential, CredentialProblem, Grant } from './credential.ts';
import type { TenantId } from './ids.ts';
import type { Actor } from './run.ts';
import type { SealedSecret } from './sealed-secret.ts';

/** Where a card stands, so that another process can edit it; opaque to the services. */
export type CardAddress = string;

export const SIGN_IN_REFUSALS = [
  'declined',
  'consentNeeded',
  'otherTenant',
  'otherPerson',
  'late',
  'unknownState',
  'roleNeeded',
  'signInError',
] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

/** How a sign-in ended, for the page in the browser and for the card in Teams. */
export type SignInResult =
  | { readonly kind: 'connected'; readonly credential: Credential; readonly becameOwner: boolean }
  /** The permissions are granted; somebody has to sign in still, because nobody owns Rollcall yet. */
  | { readonly kind: 'consented' }
  /** `problem` is for people; nothing is stored. */
  | { readonly kind: 'refused'; readonly reason: SignInRefusal; readonly problem: CredentialProblem }
  /** The card is told in addition that nothing was lost. */
  | { readonly kind: 'failed'; readonly problem: CredentialProblem };

/** What the browser is told: the result, or that it is not known yet because the answer came before. */
export type SignInAnswer = SignInResult | { readonly kind: 'checking' };

/** Between the button and the answer of Microsoft. */
export const SIGN_IN_VALID_MS = 10 * 60_000;

export interface PendingSignIn {
  readonly id: string;
  /** `consent`: only the page on which an administrator consents for the organisation answers it. */
  readonly purpose: 'signIn' | 'consent';
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly grant: Grant;
  /** `delegated`: the account becomes the credential; `application`: it only proves who asks, the app becomes it. */
  readonly kind: Credential['kind'];
  readonly backup: boolean;
  readonly conversationId: string;
  readonly createdAt: Date;
  /** Answers after this are late. */
  readonly expiresAt: Date;
}

/** With PKCE verifier and nonce, encrypted; they are forgotten when the person who pressed has come back. */
export interface OpenSignIn extends PendingSignIn {
  readonly sealed: SealedSecret;
}

export type TakenSignIn =
  | { readonly kind: 'taken'; readonly signIn: OpenSignIn }
  | { readonly kind: 'late'; readonly signIn: PendingSignIn }
  /** Answered before: how it ended, or null while that is still being found out. */
  | { readonly kind: 'alreadyUsed'; readonly signIn: PendingSignIn; readonly result: SignInResult | null }
  /** No sign-in ever had this state, or it is longer ago than a day. */
  | { readonly kind: 'unknown' };

/** A sign-in whose process is gone. */
export interface InterruptedSignIn extends PendingSignIn {
  readonly takenAt: Date;
  /** Whether the person who pressed had come back, so that Microsoft's answer is used up. */
  readonly proven: boolean;
}

/** A card that is to show another state than it does. */
export interface SignInNews {
  /** Tells this news from what comes after it. */
  readonly revision: number;
  readonly tenantId: TenantId;
  /** Whose card it is. */
  readonly actor: Actor;
  readonly signInId: string;
  readonly card: CardAddress;
  readonly state: 'checking' | 'done';
  /** Null while checking. */
  readonly result: SignInResult | null;
}

/** All methods throw `database-unreachable` and `database-refused`. */
export interface SignInStore {
  /** `stateHash` is all that is kept of OAuth's `state`. */
  insert(signIn: OpenSignIn, stateHash: string): Promise<void>;
  /**
   * An answer takes the sign-in, whatever the number of processes: nobody else gets it until it is reopened. A late one
   * takes it as well, so that it is used up.
   */
  take(stateHash: string, now: Date): Promise<TakenSignIn>;
  /** The answer is of the person who pressed the button: verifier and nonce are forgotten, the card is due as `checking`. */
  markProven(id: string): Promise<void>;
  /**
   * The answer proved nothing: waits on for the right one, unless it was the last of `most` such answers; false then.
   * Null is not counted. The card is due with `shown`, when it is given.
   */
  reopen(
    id: string,
    waits: { readonly most: number | null; readonly shown: SignInResult | null },
  ): Promise<boolean>;
  /** The end; its card is then due as `done`. Also for one that was thought to be interrupted. */
  finish(id: string, result: SignInResult): Promise<void>;
  /** The process that took it lives. */
  keepAlive(id: string, now: Date): Promise<void>;
  /** What was taken and not ended, and of whose process nothing was heard since `aliveBefore`. */
  listInterrupted(aliveBefore: Date): Promise<readonly InterruptedSignIn[]>;
  /**
   * Does it for a process that is gone: ends with `result`, or waits on for the answer to come again when it is null.
   * False when the process came back, or somebody else was faster.
   */
  endInterrupted(id: string, aliveBefore: Date, result: SignInResult | null): Promise<boolean>;
  attachCard(tenantId: TenantId, id: string, card: CardAddress): Promise<void>;
  /**
   * One card that is due; null when there is none. It comes again after some seconds unless `markTold` says that it
   * shows this: rather twice than never, whatever answer or process is lost.
   */
  takeNews(now: Date): Promise<SignInNews | null>;
  markTold(signInId: string, revision: number): Promise<void>;
}
