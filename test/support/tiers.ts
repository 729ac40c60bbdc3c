// THE table of test tiers: where they are, what they need, in the order in which they run.

export type Need = 'database' | 'chromium';

export interface Tier {
  readonly name: 'unit' | 'contract' | 'integration' | 'e2e';
  /** Every `.test.ts` file below it. */
  readonly folder: string;
  readonly needs: readonly Need[];
  /** For one test, milliseconds. */
  readonly timeoutMs: number;
}

export const TIERS: readonly Tier[] = [
  { name: 'unit', folder: 'test/unit', needs: [], timeoutMs: 10_000 },
  { name: 'contract', folder: 'test/contract', needs: [], timeoutMs: 20_000 },
  {
    name: 'integration',
    folder: 'test/integration',
    needs: ['database', 'chromium'],
    timeoutMs: 60_000,
  },
  { name: 'e2e', folder: 'test/e2e', needs: ['database', 'chromium'], timeoutMs: 180_000 },
];
