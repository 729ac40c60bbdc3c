// The refresh token that Microsoft handed to MSAL: it is in no result, only in the cache (MSAL docs: token cache).
import type { ConfidentialClientApplication } from '@azure/msal-node';
import { z } from 'zod';

const cacheSchema = z.object({
  RefreshToken: z.record(z.string(), z.object({ secret: z.string().min(1) })).default({}),
});

/** Of a client that has got tokens of one account once; null when Microsoft gave none. */
export function readRefreshToken(client: ConfidentialClientApplication): string | null {
  const cache = cacheSchema.parse(JSON.parse(client.getTokenCache().serialize()));
  return Object.values(cache.RefreshToken)[0]?.secret ?? null;
}
