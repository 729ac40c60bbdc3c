// The process of one part. Its parent sends the options, it answers `ready` or `failed`, and stops when told or
// when the parent is gone.
import { STARTS, type PartName, type Parts } from './parts.ts';

/** What crosses between the two processes. */
export type ToPart =
  | { readonly kind: 'start'; readonly part: PartName; readonly options: Parts[PartName]['options'] }
  | { readonly kind: 'stop' };
export type FromPart =
  | { readonly kind: 'ready'; readonly ready: Parts[PartName]['ready'] }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'line'; readonly text: string };

/** A part that is told to stop while it starts (a download, perhaps) is given this long to come to an orderly end. */
const SETTLE_WITHIN_MS = 5_000;

let stopPart: () => Promise<void> = () => Promise.resolve();
let starting: Promise<void> = Promise.resolve();

const tell = (message: FromPart) => process.send?.(message);

async function start(part: PartName, options: Parts[PartName]['options']): Promise<void> {
  try {
    // The pair of name and options was typed where it was sent; here the union cannot be told apart any more.
    const begin = STARTS[part] as (
      options: unknown,
      say: (text: string) => void,
    ) => Promise<Parts[PartName]['ready'] & { readonly stop: () => Promise<void> }>;
    const { stop: end, ...ready } = await begin(options, (text) => tell({ kind: 'line', text }));
    stopPart = end;
    tell({ kind: 'ready', ready });
  } catch (error) {
    tell({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) });
  }
}

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, SETTLE_WITHIN_MS))]);
  await stopPart();
  process.exit(0);
}

process.on('message', (message: ToPart) => {
  if (message.kind === 'start') starting = start(message.part, message.options);
  else void stop();
});
process.on('disconnect', () => void stop());
// A terminal sends Ctrl-C, or its own end, to every process of the group: the parent decides the order in which things stop.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('SIGTERM', () => void stop());
