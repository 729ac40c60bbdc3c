// Does the same work for many items, a few at a time. Nothing about Graph.

/** At most `workers` at once. After the first failure no further item is begun; it is thrown once all have stopped. */
export async function inParallel<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let stopped = false;
  const results = await Promise.allSettled(
    Array.from({ length: Math.min(workers, items.length) }, async () => {
      for (const item of queue) {
        if (stopped) return;
        try {
          await work(item);
        } catch (error) {
          stopped = true;
          throw error;
        }
      }
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The items in order, in slices of at most `size`. */
export function inSlices<Item>(items: readonly Item[], size: number): Item[][] {
  const slices: Item[][] = [];
  for (let from = 0; from < items.length; from += size) slices.push(items.slice(from, from + size));
  return slices;
}
