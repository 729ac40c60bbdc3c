// Repeatable chance: the same seed gives the same numbers and ids on every machine. Not for secrets.
import { createHash } from 'node:crypto';

/** A stream of repeatable choices. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** A GUID with the version and variant bits of a random one. */
  guid(): string;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Starts the stream that belongs to `seed` (sfc32, seeded by SHA-256). */
export function createChance(seed: string): Chance {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;

  function uint32(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }

  function hex(word: number): string {
    return (
      (hexPairs[word >>> 24] ?? '') +
      (hexPairs[(word >>> 16) & 255] ?? '') +
      (hexPairs[(word >>> 8) & 255] ?? '') +
      (hexPairs[word & 255] ?? '')
    );
  }

  for (let warmUp = 0; warmUp < 12; warmUp += 1) uint32();
  const next = (): number => uint32() / 4294967296;
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('Expected a list with items, got an empty one');
      return item;
    },
    guid() {
      const first = hex(uint32());
      const second = hex((uint32() & 0xffff0fff) | 0x4000);
      const third = hex((uint32() & 0x3fffffff) | 0x80000000);
      return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex(uint32())}`;
    },
  };
}

/** A GUID that depends on nothing but `text`. */
export function guidOf(text: string): string {
  return createChance(text).guid();
}
