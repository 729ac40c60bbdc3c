// Counts a bot's calls per thread against Teams' published rates. Off until somebody switches it on.
// The rule itself is pure and stands with the other rules of Teams.
import { channelOf } from './conversations.ts';
import { decideRetryAfter } from './teams-rules.ts';

/** The rates of one chat. */
export interface ThreadRates {
  isOn: boolean;
  /** Seconds to wait; 0 when the call may go, which is then counted. */
  take(conversation: string, nowMs: number): number;
}

/** Starts switched off. */
export function createThreadRates(): ThreadRates {
  const calls = new Map<string, number[]>();
  return {
    isOn: false,
    take(conversation, nowMs) {
      if (!this.isOn || conversation === '') return 0;
      const thread = channelOf(conversation);
      const recent = (calls.get(thread) ?? []).filter((at) => at > nowMs - 3_600_000);
      calls.set(thread, recent);
      const waitSeconds = decideRetryAfter(recent, nowMs);
      if (waitSeconds === 0) recent.push(nowMs);
      return waitSeconds;
    },
  };
}
