// What Teams accepts from a bot: size, attachments, card version, rates.
// Pure; the numbers are those of the Teams docs and of measurements on real tenants.
import { isCard, objectOrEmpty, textOrEmpty } from './json.ts';
import type { BotActivity, JsonObject } from './json.ts';

/** Teams docs, format your bot messages: about 100 KB, counted in UTF-16. */
export const messageSizeLimitBytes = 100 * 1024;
/** Teams docs: at most ten attachments in one message. */
export const attachmentLimit = 10;
/** Teams docs: bot-sent cards are supported up to this version. */
export const newestCardVersion = [1, 5] as const;

/** Why the Connector answers with something other than 2xx. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Whether Teams takes the message at all. `undefined` means yes. */
export function decideRefusal(activity: BotActivity): Refusal | undefined {
  if (Buffer.byteLength(JSON.stringify(activity), 'utf16le') > messageSizeLimitBytes) {
    return { status: 413, code: 'MessageSizeTooBig', message: 'Message size too large.' };
  }
  if (activity.attachments.length > attachmentLimit) {
    return {
      status: 400,
      code: 'BadArgument',
      message: `A message has at most ${attachmentLimit} attachments.`,
    };
  }
  return undefined;
}

/** Whether the version is one that Teams draws. A missing or odd version is drawn too. */
export function isSupportedVersion(version: unknown): boolean {
  const [major, minor] = /^(\d+)\.(\d+)/.exec(textOrEmpty(version))?.slice(1).map(Number) ?? [];
  if (major === undefined || minor === undefined) return true;
  const [newestMajor, newestMinor] = newestCardVersion;
  return major < newestMajor || (major === newestMajor && minor <= newestMinor);
}

/** The text that Teams shows instead of a card whose version is too new; undefined when the card is drawn. */
export function fallbackTextOf(card: JsonObject): string | undefined {
  if (isSupportedVersion(card.version)) return undefined;
  return textOrEmpty(card.fallbackText) || "This card can't be displayed.";
}

/** The versions of the cards of a message that Teams does not draw. */
export const unsupportedVersions = (activity: BotActivity): readonly string[] =>
  activity.attachments
    .filter(isCard)
    .map((attachment) => objectOrEmpty(attachment.content).version)
    .filter((version) => !isSupportedVersion(version))
    .map(textOrEmpty);

/** Teams docs, rate limit: calls of one bot in one thread, as [seconds, calls]. */
const threadLimits = [
  [1, 7],
  [2, 8],
  [30, 60],
  [3600, 1800],
] as const;

/**
 * Seconds to wait when one more call in this thread is too many; 0 when it may go.
 * `calls` are the times of earlier calls in milliseconds, oldest first.
 */
export function decideRetryAfter(calls: readonly number[], nowMs: number): number {
  let waitMs = 0;
  for (const [seconds, limit] of threadLimits) {
    const inWindow = calls.filter((at) => at > nowMs - seconds * 1000);
    const oldestOfLimit = inWindow.at(-limit);
    if (oldestOfLimit !== undefined) waitMs = Math.max(waitMs, oldestOfLimit + seconds * 1000 - nowMs);
  }
  return Math.ceil(waitMs / 1000);
}

/** Teams docs, user-specific views: at most this many people get an automatic refresh. */
export const refreshUserLimit = 60;
const refreshPauseMs = 60_000;

/** Whether the client refreshes a card by itself when somebody sees it. */
export function decideRefresh(facts: {
  readonly card: JsonObject;
  readonly userMri: string;
  readonly memberCount: number;
  readonly lastRefreshMs: number | undefined;
  readonly nowMs: number;
}): boolean {
  const refresh = objectOrEmpty(facts.card.refresh);
  if (!refresh.action) return false;
  const { lastRefreshMs } = facts;
  if (lastRefreshMs !== undefined && facts.nowMs - lastRefreshMs < refreshPauseMs) return false;
  const userIds = refresh.userIds;
  if (!Array.isArray(userIds)) return facts.memberCount <= refreshUserLimit;
  return userIds.slice(0, refreshUserLimit).includes(facts.userMri);
}
