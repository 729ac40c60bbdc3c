// An encrypted secret as it is kept. Vocabulary only: who can open it is known in services/credentials alone.
import { z } from 'zod';

/** AES-256-GCM; binary parts in base64. Which tenant and credential it belongs to is bound by the cipher, not told here. */
export const sealedSecret = z.object({
  v: z.literal(1),
  /** The id of the key in ROLLCALL_TOKEN_KEYS. */
  keyId: z.string().min(1),
  iv: z.string(),
  tag: z.string(),
  data: z.string(),
});
export type SealedSecret = z.infer<typeof sealedSecret>;
