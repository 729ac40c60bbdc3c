// Opaque tokens that carry state: page tokens, delta tokens, refresh tokens. Whoever holds one cannot read or
// change it by accident; it stays good across restarts, because the key comes from the seed.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';

export interface Seal {
  close(value: object): string;
  /** The value, or undefined when the token was not made here or does not have this shape. */
  open<T>(token: string, shape: z.ZodType<T>): T | undefined;
}

const macBytes = 12;

/** `prefix` is what tokens of this kind start with at Microsoft. */
export function createSeal(key: string, prefix: string): Seal {
  const mac = (text: Buffer): Buffer => createHmac('sha256', key).update(text).digest().subarray(0, macBytes);
  return {
    close(value) {
      const text = Buffer.from(JSON.stringify(value));
      return prefix + Buffer.concat([mac(text), text]).toString('base64url');
    },
    open(token, shape) {
      if (!token.startsWith(prefix)) return undefined;
      const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
      if (bytes.length <= macBytes) return undefined;
      const text = bytes.subarray(macBytes);
      if (!timingSafeEqual(mac(text), bytes.subarray(0, macBytes))) return undefined;
      const parsed = shape.safeParse(JSON.parse(text.toString()));
      return parsed.success ? parsed.data : undefined;
    },
  };
}
