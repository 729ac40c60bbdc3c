// The pages that a person meets: pick an account, consent, administrator's consent, errors.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntraParts } from './token-endpoint.ts';

/** Serves an interactive path; false when it is none. */
export async function serveInteractive(
  _parts: EntraParts,
  _tenant: string,
  _path: string,
  _url: URL,
  _request: IncomingMessage,
  _response: ServerResponse,
): Promise<boolean> {
  return Promise.resolve(false);
}
