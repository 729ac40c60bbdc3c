// What the cards of sign-ins are to show, for whoever edits them; ends what a process that is gone left behind. Takes no
// answers of Microsoft itself.
import type { Clock } from '../ambient.ts';
import type { AuditTrail } from '../audit-trail.ts';
import type { CredentialStore } from '../directory/credential-store.ts';
import type { InterruptedSignIn, SignInNews, SignInResult, SignInStore } from '../directory/sign-in.ts';
import type { Log } from '../log.ts';
import { signInEnd, signInLine } from './audit-lines.ts';
import { PROBLEMS } from './problems.ts';

/** A process that checks an account says so this often. */
const BEAT_MS = 3_000;
/**
 * Nobody who waits for a card waits longer for a process that is gone. By the clocks of the processes: where they are
 * apart, one that lives is taken for gone, and corrects the card when it is done.
 */
const GONE_AFTER_MS = 10_000;

export interface SignInNewsBoard {
  /** The cards that are due. Each comes again after some seconds unless `markTold` says that it shows this. */
  take(): Promise<readonly SignInNews[]>;
  markTold(news: Pick<SignInNews, 'signInId' | 'revision'>): Promise<void>;
}

interface Options {
  readonly store: SignInStore;
  readonly credentials: Pick<CredentialStore, 'findHolder'>;
  readonly people: Pick<AuditTrail, 'audited'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** The board of this process. */
export function createSignInNewsBoard({ store, credentials, people, clock, log }: Options): SignInNewsBoard {
  /** The process may have kept the authorization before it ended. */
  async function resultOf(signIn: InterruptedSignIn): Promise<SignInResult | null> {
    const { tenantId, grant, kind, actor, takenAt } = signIn;
    const holder = kind === 'application' ? null : actor.objectId;
    const credential = await credentials.findHolder(tenantId, grant, kind, holder);
    if (credential !== null && credential.authorizedAt >= takenAt)
      return { kind: 'connected', credential, becameOwner: false };
    // Microsoft's answer is still good: the page in the browser may be loaded again.
    if (!signIn.proven) return null;
    return { kind: 'failed', problem: PROBLEMS.interrupted(clock.now()) };
  }

  return {
    take: async () => {
      const gone = new Date(clock.now().getTime() - GONE_AFTER_MS);
      for (const signIn of await store.listInterrupted(gone)) {
        const result = await resultOf(signIn);
        // That it is kept is true whoever comes back; of everything else only the process itself may know the end.
        if (result?.kind === 'connected')
          await people.audited(
            { ...signInLine(signIn), id: signIn.id },
            () => Promise.resolve(result),
            signInEnd,
          );
        if (await store.endInterrupted(signIn.id, gone, result))
          log.warn('sign-in.interrupted', { signInId: signIn.id, result: result?.kind ?? 'reopened' });
      }
      const taken: SignInNews[] = [];
      for (;;) {
        const next = await store.takeNews(clock.now());
        if (next === null) return taken;
        taken.push(next);
      }
    },
    markTold: ({ signInId, revision }) => store.markTold(signInId, revision),
  };
}

/** Does the work and says all the while that this process is at it. */
export async function whileAlive<T>(
  {
    store,
    clock,
    log,
  }: Pick<Options, 'log'> & {
    readonly store: Pick<SignInStore, 'keepAlive'>;
    readonly clock: Pick<Clock, 'now' | 'every'>;
  },
  signInId: string,
  work: () => Promise<T>,
): Promise<T> {
  const stop = clock.every(BEAT_MS, () => {
    store
      .keepAlive(signInId, clock.now())
      .catch((error: unknown) => log.warn('sign-in.beat-missed', { signInId }, error));
  });
  try {
    return await work();
  } finally {
    stop();
  }
}
