// What happens to the sign-in of one request that Graph does not accept: each gets one fresh token before it is given
// up, the one that takes over as well. Sends nothing.
import type { TenantId } from '../directory/ids.ts';
import type { AppError } from '../errors.ts';

export interface GraphTokens {
  accessToken(tenantId: TenantId, signal: AbortSignal): Promise<string>;
  /** The next token is fetched anew; `accessToken` is the one that Graph did not take. */
  invalidate(tenantId: TenantId, accessToken?: string): void;
  /** Whose token it is, when there are several; tokens of one owner follow each other. */
  ownerOf?(accessToken: string): string;
  /** Graph answered a request with this token. */
  accepted?(accessToken: string): Promise<void>;
  /** Graph refused this token for good. True when the same request is to be sent again with the next token. */
  reject?(accessToken: string, error: AppError): Promise<boolean>;
}

/** Of one request, through all its tries. */
export interface Renewals {
  /** After a 401: true when the request is to be sent again. Throws what `reject` throws. */
  next(accessToken: string, error: AppError): Promise<boolean>;
}

export function startRenewals(tokens: GraphTokens, tenantId: TenantId): Renewals {
  const renewed = new Set<string>();
  return {
    next: async (accessToken, error) => {
      const owner = tokens.ownerOf?.(accessToken) ?? '';
      if (renewed.has(owner)) return (await tokens.reject?.(accessToken, error)) ?? false;
      // The token may have been revoked before its time; a fresh one decides.
      renewed.add(owner);
      tokens.invalidate(tenantId, accessToken);
      return true;
    },
  };
}
