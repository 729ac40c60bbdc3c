// Counts how often another account took over the requests of one capability, so that a reader can tell whether all that
// it was told came from the same one. Chooses no account.
import type { GraphTokens } from './renewals.ts';

export interface CountedTokens {
  readonly tokens: GraphTokens;
  /** Grows whenever a token is handed out that belongs to somebody else than the one before. */
  readonly changes: () => number;
}

/** The same tokens, counted. */
export function countSignInChanges(tokens: GraphTokens): CountedTokens {
  let changes = 0;
  let last: string | null = null;
  return {
    changes: () => changes,
    tokens: {
      ...tokens,
      accessToken: async (tenantId, signal) => {
        const token = await tokens.accessToken(tenantId, signal);
        const owner = tokens.ownerOf?.(token) ?? '';
        if (last !== null && owner !== last) changes++;
        last = owner;
        return token;
      },
    },
  };
}
