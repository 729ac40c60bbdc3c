// What proves that the answer of Microsoft belongs to a sign-in of ours, as text to be encrypted. Format only.
import { z } from 'zod';
import { createSecret, type Secret } from '../secret.ts';

export interface SignInProof {
  /** PKCE code verifier (RFC 7636). */
  readonly verifier: Secret;
  readonly nonce: string;
}

const proofSchema = z.object({ verifier: z.string().min(43), nonce: z.string().min(1) });

export const writeProof = ({ verifier, nonce }: SignInProof): Secret =>
  createSecret(JSON.stringify({ verifier: verifier.reveal(), nonce }));

export function parseProof(text: Secret): SignInProof {
  const { verifier, nonce } = proofSchema.parse(JSON.parse(text.reveal()));
  return { verifier: createSecret(verifier), nonce };
}
