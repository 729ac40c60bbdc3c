// Carries an activity to the bot and brings its answer back.
// One attempt, one deadline; what the answer means is decided elsewhere.
import type { ChannelTokens, TokenKind } from './channel-tokens.ts';
import { parseJson } from './json.ts';

/** Teams gives up on a bot after this long (Teams docs: invoke time-out of 10 to 15 s). */
export const botTimeoutMs = 15_000;

/** The bot's answer. `status` is 0 when there was none in time. */
export interface BotAnswer {
  readonly status: number;
  /** Parsed JSON, or the text where it is not JSON. */
  readonly body: unknown;
}

/** Sends to the bot. */
export interface BotLine {
  send(activity: unknown, token?: TokenKind): Promise<BotAnswer>;
  /** Sends text as it is, well-formed or not. */
  sendText(body: string, token?: TokenKind): Promise<BotAnswer>;
  stop(): void;
}

/** `serviceUrl` is asked late, because the port is known late. */
export function createBotLine(options: {
  readonly botEndpoint: string;
  readonly tokens: ChannelTokens;
  readonly timeoutMs?: number;
  serviceUrl(): string;
}): BotLine {
  const stopping = new AbortController();
  const sendText = async (body: string, token: TokenKind = 'good'): Promise<BotAnswer> => {
    const authorization = await options.tokens.authorization(token, options.serviceUrl());
    const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
    if (authorization !== undefined) headers.authorization = authorization;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(options.timeoutMs ?? botTimeoutMs)]);
    try {
      const response = await fetch(options.botEndpoint, { method: 'POST', headers, body, signal });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (parseJson(text) ?? text) };
    } catch (error) {
      return { status: 0, body: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    sendText,
    send: (activity, token) => sendText(JSON.stringify(activity), token),
    stop: () => stopping.abort(),
  };
}
