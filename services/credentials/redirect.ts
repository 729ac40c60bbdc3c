// Reads what the browser brought back from Microsoft (Entra docs: authorization code flow, error response, admin
// consent). Pure.
import { z } from 'zod';
import { toSignInError } from './entra-client.ts';
import type { AppError } from '../errors.ts';

export type Redirect =
  | { readonly kind: 'code'; readonly state: string; readonly code: string }
  | { readonly kind: 'declined'; readonly state: string }
  /** An administrator consented for the organisation. Anybody can write this: only calls that work prove it. */
  | { readonly kind: 'consented'; readonly state: string; readonly tenant: string }
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
  admin_consent: text.optional().catch(undefined),
  tenant: text.optional().catch(undefined),
});

/** Cancel on the consent page (Entra docs: error codes). */
const DECLINED = 65004;

/** Never throws: the query is whatever somebody put into an address. */
export function parseRedirect(query: Readonly<Record<string, string | undefined>>): Redirect {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) return { kind: 'nothing' };
  const { state, code, error, error_subcode: subcode, admin_consent: consent, tenant } = parsed.data;
  if (error === undefined) {
    if (code !== undefined) return { kind: 'code', state, code };
    const consented = consent?.toLowerCase() === 'true' && tenant !== undefined;
    return consented ? { kind: 'consented', state, tenant } : { kind: 'nothing' };
  }
  const aadsts = readCode(parsed.data);
  const cancelled = error === 'access_denied' && (subcode === 'cancel' || aadsts === undefined);
  if (cancelled || aadsts === DECLINED) return { kind: 'declined', state };
  return { kind: 'refused', state, error: toSignInError(error, aadsts, readCorrelationId(parsed.data)) };
}

/** The number stands in no field of its own: in the address for help, and at the beginning of the description. */
function readCode(query: z.infer<typeof querySchema>): number | undefined {
  const [, inUri] = /[?&]code=(\d{4,8})(?:&|$)/.exec(query.error_uri ?? '') ?? [];
  const [, inText] = /^AADSTS(\d{4,8})\b/.exec(query.error_description ?? '') ?? [];
  const code = Number(inUri ?? inText);
  return Number.isInteger(code) ? code : undefined;
}

/** By it an administrator finds the sign-in in the log of Microsoft Entra. It, too, has no field of its own. */
function readCorrelationId(query: z.infer<typeof querySchema>): string | undefined {
  const [, id] = /\bCorrelation ID: ([0-9a-f-]{36})\b/i.exec(query.error_description ?? '') ?? [];
  return id;
}
