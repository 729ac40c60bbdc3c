// What a delta token says: which stream, what it tracks, and how far the reader is. Opaque to readers.
import { z } from 'zod';

const track = {
  /** Stream: `users`, `groups` or `directoryObjects`. */
  k: z.enum(['users', 'groups', 'directoryObjects']),
  /** Selected properties, or null for all. */
  s: z.array(z.string()).nullable(),
  /** Only these ids, or null for all. */
  f: z.array(z.string()).nullable(),
  /** Issue time. */
  t: z.number(),
};

/** A deltaLink's token: everything up to log position `p` is known to the reader. */
export const deltaToken = z.object({ ...track, p: z.number() });
export type DeltaToken = z.infer<typeof deltaToken>;

/** A nextLink's token inside a round that ends at log position `q`. */
export const skipToken = z.object({
  ...track,
  /** Log position where the round began; null is an initial round over everything. */
  p: z.number().nullable(),
  q: z.number(),
  /** Index of the next object, and of the next member link inside it. */
  i: z.number(),
  m: z.number(),
  /** Number of this page, from 2. */
  n: z.number(),
});
export type SkipToken = z.infer<typeof skipToken>;
