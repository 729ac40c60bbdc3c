// The tenant's clock: real time plus what somebody advanced it by. It decides the life of page tokens, delta
// tokens, Graph tokens and deleted objects; it never waits.

/** Milliseconds since 1970, movable forwards only. */
export interface TenantClock {
  nowMs(): number;
  advance(ms: number): void;
}

/** Creates a clock that shows real time until advanced. */
export function createTenantClock(): TenantClock {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    advance(ms) {
      offsetMs += ms;
    },
  };
}

/** Entra's time format: seconds, UTC, with a Z. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
