// The cards of running syncs: while a run works its cards are edited, and at its end they show the result. Knows runs
// and views, not activities. Cards of runs that another process left behind are corrected here too.
import type { Ambient, CardAddress, Log, Progress, Run, RunId, Services } from '../services/index.ts';
import { parseCardAddress } from './card-address.ts';
import { keepLooking, type Looking } from './keep-looking.ts';
import { readNamesInRun } from './names-in-run.ts';
import type { Notify } from './notify.ts';
import { viewSync } from './views/sync.ts';

/** Teams docs, "Optimize your bot with rate limiting": a bot may call 1,800 times an hour in one chat. */
const EDIT_EVERY_MS = 1_500;
const EDIT_EVERY_MS_LATER = 4_000;
const LATER_AFTER_MS = 60_000;
const RESULT_AGAIN_AFTER_MS = [2_000, 5_000, 15_000, 60_000];
const LOOK_FOR_INTERRUPTED_EVERY_MS = 15_000;
const CORRECT_FOR_MS = 24 * 60 * 60 * 1000;

/** One run of this process. */
export interface LiveRun {
  /** To be given to the run. Never throws. */
  readonly onProgress: (progress: Progress) => void;
  /** Says which run it is; from now on its cards are edited. */
  follow(run: Run, finished: Promise<Run>): void;
  /** Adds a card, and says what it shows. */
  place(address: CardAddress, shown: Run): void;
}

export interface RunCards {
  begin(): LiveRun;
  /** The live run with this id, when it is one of this process. */
  find(runId: RunId): LiveRun | undefined;
  /** Corrects the cards of runs whose process is gone, now and from time to time. */
  startCorrecting(): Looking;
  /** Resolves when no card is being edited any more. */
  settle(): Promise<void>;
}

export interface RunCardsOptions {
  readonly services: Services;
  readonly notify: Notify;
  readonly ambient: Ambient;
  readonly log: Log;
}

export function createRunCards(options: RunCardsOptions): RunCards {
  const { services, ambient, log } = options;
  const live = new Map<RunId, LiveRun>();
  const working = new Set<Promise<unknown>>();
  /** Aborted when the process ends: results are shown at once or not at all. */
  const closing = new AbortController();

  const track = (work: Promise<unknown>) => {
    const tracked: Promise<unknown> = work
      .catch((error: unknown) => log.error('run-card', {}, error))
      .finally(() => working.delete(tracked));
    working.add(tracked);
  };

  const edit: Edit = (address, run) => editCard(options, address, run);
  const pause: Pause = (ms) =>
    ms > 0 && !closing.signal.aborted
      ? ambient.clock.sleep(ms, closing.signal).catch(() => undefined)
      : Promise.resolve();
  const editing: Editing = { edit, pause, closing: closing.signal, ambient };

  return {
    begin: () => {
      const state: LiveState = {
        run: null,
        progress: null,
        ended: false,
        cards: new Map(),
        wake: () => undefined,
      };
      const self: LiveRun = {
        onProgress: (progress) => {
          // A run may tell where it is before the start of it has been answered.
          state.progress = progress;
          if (state.run && !state.ended) state.run = { ...state.run, progress };
          state.wake();
        },
        follow: (run, finished) => {
          state.run = { ...run, progress: state.progress ?? run.progress };
          live.set(run.id, self);
          track(keepEditing(state, finished, editing).finally(() => live.delete(run.id)));
        },
        place: (address, shown) => {
          const { run } = state;
          if (!run || state.cards.has(address)) return;
          if (state.cards.size === 0) track(services.attachCard(run.tenantId, run.id, address));
          const card = {
            shown: JSON.stringify(shown.progress),
            atMs: ambient.clock.now().getTime(),
            isEdited: false,
          };
          state.cards.set(address, card);
          state.wake();
          if (state.ended) track(showResult(state, address, card, editing));
        },
      };
      return self;
    },
    find: (runId) => live.get(runId),
    startCorrecting: () =>
      keepLooking(
        { clock: ambient.clock, log, what: 'interrupted-runs' },
        LOOK_FOR_INTERRUPTED_EVERY_MS,
        () => correctInterrupted(options, edit),
      ),
    settle: async () => {
      closing.abort();
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

interface LiveState {
  run: Run | null;
  /** The newest that was told. */
  progress: Progress | null;
  ended: boolean;
  readonly cards: Map<CardAddress, ShownCard>;
  /** To be called when there is something new to look at. */
  wake: () => void;
}

interface ShownCard {
  /** The progress that the card shows, as JSON. */
  shown: string;
  /** When it was posted or edited. */
  atMs: number;
  isEdited: boolean;
}

type Edit = (address: CardAddress, run: Run) => Promise<'edited' | 'gone' | 'failed'>;
/** Waits, or returns early when the process ends. */
type Pause = (ms: number) => Promise<void>;

interface Editing {
  readonly edit: Edit;
  readonly pause: Pause;
  /** Aborted when the process ends. */
  readonly closing: AbortSignal;
  readonly ambient: Ambient;
}

/** Progress at most so often and only when there is some; at the end the result, on every card. */
async function keepEditing(state: LiveState, finished: Promise<Run>, editing: Editing): Promise<void> {
  const { edit, pause, closing, ambient } = editing;
  const startedMs = ambient.clock.now().getTime();
  const result = finished.then((run) => {
    state.run = run;
    state.ended = true;
  });
  while (!state.ended && !closing.aborted) {
    await showProgress(state, edit, ambient);
    const elapsedMs = ambient.clock.now().getTime() - startedMs;
    await Promise.race([
      result,
      firstNews(state),
      pause(elapsedMs > LATER_AFTER_MS ? EDIT_EVERY_MS_LATER : EDIT_EVERY_MS),
    ]);
  }
  await result;
  await Promise.all([...state.cards].map(([address, card]) => showResult(state, address, card, editing)));
}

/** Resolves when a card that was never edited has something to show: small syncs end before the first pause does. */
function firstNews(state: LiveState): Promise<void> {
  return new Promise((resolve) => {
    state.wake = () => {
      const { run } = state;
      if (run && [...state.cards.values()].some((card) => isFirstNews(card, run.progress))) resolve();
    };
    state.wake();
  });
}

/** Something was counted, or the reading is over. */
function isFirstNews(card: ShownCard, progress: Progress): boolean {
  const { stage, read } = progress;
  const isCounted = (stage !== 'starting' && stage !== 'reading') || read.users + read.groups > 0;
  return isCounted && !card.isEdited && card.shown !== JSON.stringify(progress);
}

async function showProgress(state: LiveState, edit: Edit, { clock }: Ambient): Promise<void> {
  for (const [address, card] of state.cards) {
    const { run } = state;
    if (!run || state.ended) return;
    const progress = JSON.stringify(run.progress);
    const isTooSoon = clock.now().getTime() - card.atMs < EDIT_EVERY_MS && !isFirstNews(card, run.progress);
    if (progress === card.shown || isTooSoon) continue;
    card.shown = progress;
    card.isEdited = true;
    if ((await edit(address, run)) === 'gone') state.cards.delete(address);
    card.atMs = clock.now().getTime();
  }
}

/** What people wait for, so a chat that is away is tried again for a while. */
async function showResult(
  state: LiveState,
  address: CardAddress,
  card: ShownCard,
  { edit, pause, ambient: { clock } }: Editing,
): Promise<void> {
  await pause(card.atMs + EDIT_EVERY_MS - clock.now().getTime());
  for (const nextMs of RESULT_AGAIN_AFTER_MS) {
    if (state.run && (await edit(address, state.run)) !== 'failed') return;
    await pause(nextMs);
  }
}

async function editCard(
  { services, notify, ambient, log }: RunCardsOptions,
  address: CardAddress,
  run: Run,
): Promise<'edited' | 'gone' | 'failed'> {
  const card = parseCardAddress(address);
  if (card === null) return 'gone';
  try {
    const reader = { locale: card.locale, timeZone: card.timeZone, now: ambient.clock.now() };
    const names = await readNamesInRun(services, log, run);
    return await notify.edit(card, viewSync(run, reader, { names }));
  } catch (error) {
    log.warn('run-card-not-edited', { runId: run.id }, error);
    return 'failed';
  }
}

/** A card that could not be edited is tried again at the next look, for a day. */
async function correctInterrupted({ services, ambient, log }: RunCardsOptions, edit: Edit) {
  for (const { run, card } of await services.listInterruptedRuns()) {
    const result = card === null ? 'gone' : await edit(card, run);
    const sinceMs = ambient.clock.now().getTime() - (run.endedAt ?? run.startedAt).getTime();
    if (result === 'failed' && sinceMs < CORRECT_FOR_MS) continue;
    // Told first and marked then: a process that ends in between has the same card edited once more.
    await services.markTold(run.id);
    log.warn('run-interrupted', { runId: run.id, card: result });
  }
}
