// Reads what the browser brought back from Microsoft (Entra docs: authorization code flow, error response). Pure.
import { z } from 'zod';
import { toSignInError } from './entra-client.ts';
import type { AppError } from '../errors.ts';

export type Redirect =
  | { readonly kind: 'code'; readonly state: string; readonly code: string }
  | { readonly kind: 'declined'; readonly state: string }
  | { readonly kind: 'refused'; readonly state: string; readonly error: AppError }
  /** Not an answer to any sign-in. */
  | { readonly kind: 'nothing' };

/** Longer than anything that Microsoft sends; beyond it somebody plays. */
const text = z.string().min(1).max(8192);

const querySchema = z.object({
  state: text,
  code: text.optional(),
  error: text.optional(),
  error_subcode: text.optional().catch(undefined),
  error_description: text.optional().catch(undefined),
  error_uri: text.optional().catch(undefined),
});

/** Cancel on the consent page (Entra docs: error codes). */
const DECLINED = 65004;

/** Never throws: the query is whatever somebody put into an address. */
export function parseRedirect(query: Readonly<Record<string, string | undefined>>): Redirect {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) return { kind: 'nothing' };
  const { state, code, error, error_subcode: subcode } = parsed.data;
  if (error === undefined) return code === undefined ? { kind: 'nothing' } : { kind: 'code', state, code };
  const aadsts = readCode(parsed.data);
  const cancelled = error === 'access_denied' && (subcode === 'cancel' || aadsts === undefined);
  if (cancelled || aadsts === DECLINED) return { kind: 'declined', state };
  return { kind: 'refused', state, error: toSignInError(error, aadsts, undefined) };
}

/** The number stands in no field of its own: in the address for help, and at the beginning of the description. */
function readCode(query: z.infer<typeof querySchema>): number | undefined {
  const [, inUri] = /[?&]code=(\d{4,8})(?:&|$)/.exec(query.error_uri ?? '') ?? [];
  const [, inText] = /^AADSTS(\d{4,8})\b/.exec(query.error_description ?? '') ?? [];
  const code = Number(inUri ?? inText);
  return Number.isInteger(code) ? code : undefined;
}
