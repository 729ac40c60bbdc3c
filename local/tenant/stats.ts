// Counts what readers asked for: tests and measurements read it, nothing decides by it.

export interface Stats {
  /** HTTP requests to Graph and Entra; the parts of a batch are not requests of their own here. */
  requests: number;
  resourceUnits: number;
  /** By method and path pattern; here the parts of a batch count too. */
  requestsByPath: Record<string, number>;
}

export interface StatsKeeper {
  read(): Readonly<Stats>;
  countRequest(): void;
  countPath(path: string, resourceUnits: number): void;
  reset(): void;
}

export function createStats(): StatsKeeper {
  let stats: Stats = { requests: 0, resourceUnits: 0, requestsByPath: {} };
  return {
    read: () => stats,
    countRequest() {
      stats.requests += 1;
    },
    countPath(path, resourceUnits) {
      stats.resourceUnits += resourceUnits;
      stats.requestsByPath[path] = (stats.requestsByPath[path] ?? 0) + 1;
    },
    reset() {
      stats = { requests: 0, resourceUnits: 0, requestsByPath: {} };
    },
  };
}
