// Where a run is: collects what the stages report and tells it a few times a second, however fast they are.
import type { Clock } from '../ambient.ts';
import { STAGES, type Progress, type Stage } from '../directory/run.ts';

const TELL_MS = 300;
const SAVE_MS = 1_500;

export const NO_PROGRESS: Progress = {
  stage: 'starting',
  read: { users: 0, groups: 0, memberships: 0 },
  expected: { users: null, groups: null },
  members: { groupsRead: 0, groupsToRead: null },
  applied: 0,
  toApply: null,
};

export interface ProgressTracker {
  enter(stage: Stage): void;
  change(next: (now: Progress) => Partial<Progress>): void;
  now(): Progress;
  /** Milliseconds by stage; the present one counts until now. */
  stageMs(): Readonly<Partial<Record<Stage, number>>>;
  /** Nothing is told after this. */
  stop(): void;
}

interface Options {
  readonly clock: Clock;
  /** Called on each change of stage and at most a few times a second; must not throw. */
  readonly tell: (progress: Progress) => void;
  /** Called on each change of stage and otherwise rarely; must not throw. */
  readonly save: (progress: Progress) => void;
}

/** Starts at stage `starting`. */
export function trackProgress({ clock, tell, save }: Options): ProgressTracker {
  let progress = NO_PROGRESS;
  const enteredMs = new Map<Stage, number>([['starting', clock.now().getTime()]]);
  let told = progress;
  let saved = progress;
  const tellNow = () => {
    if (told === progress) return;
    told = progress;
    tell(progress);
  };
  const saveNow = () => {
    if (saved === progress) return;
    saved = progress;
    save(progress);
  };
  const stops = [clock.every(TELL_MS, tellNow), clock.every(SAVE_MS, saveNow)];
  return {
    enter: (stage) => {
      enteredMs.set(stage, clock.now().getTime());
      progress = { ...progress, stage };
      tellNow();
      saveNow();
    },
    change: (next) => {
      progress = { ...progress, ...next(progress) };
    },
    now: () => progress,
    stageMs: () => durations(enteredMs, clock.now().getTime()),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

function durations(enteredMs: ReadonlyMap<Stage, number>, nowMs: number): Partial<Record<Stage, number>> {
  const lengths: Partial<Record<Stage, number>> = {};
  let endMs = nowMs;
  for (const stage of STAGES.toReversed()) {
    const startMs = enteredMs.get(stage);
    if (startMs === undefined) continue;
    if (stage !== 'done') lengths[stage] = endMs - startMs;
    endMs = startMs;
  }
  return lengths;
}
