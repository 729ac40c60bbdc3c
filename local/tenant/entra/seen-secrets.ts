// Remembers what must be secret of the sign-ins of this run: codes, verifiers, tokens. A real Entra shows them to nobody;
// here tests look for them in places where they may not be.

export interface SeenSecret {
  readonly kind: string;
  readonly value: string;
}

export interface SeenSecrets {
  /** Gives the value back. Too short to be told from other text, it is not noted. */
  note(kind: string, value: string): string;
  list(): readonly SeenSecret[];
}

const SHORTEST = 16;
/** A demo runs for days; the oldest are forgotten. */
const MOST = 5_000;

export function createSeenSecrets(): SeenSecrets {
  const seen = new Map<string, string>();
  return {
    note(kind, value) {
      if (value.length >= SHORTEST) seen.set(value, kind);
      const [oldest] = seen.keys();
      if (seen.size > MOST && oldest !== undefined) seen.delete(oldest);
      return value;
    },
    list: () => [...seen].map(([value, kind]) => ({ kind, value })),
  };
}
