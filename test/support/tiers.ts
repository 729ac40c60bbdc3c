// THE table of test tiers: where they are, what they need, in the order in which they run.

export type Need = 'database' | 'chromium';

export interface Tier {
  readonly name: 'unit' | 'contract' | 'integration' | 'e2e';
  readonly files: string;
  readonly needs: readonly Need[];
  /** For one test, milliseconds. */
  readonly timeoutMs: number;
}

export const TIERS: readonly Tier[] = [
  { name: 'unit', files: 'test/unit/**/*.test.ts', needs: [], timeoutMs: 10_000 },
  { name: 'contract', files: 'test/contract/**/*.test.ts', needs: [], timeoutMs: 20_000 },
  {
    name: 'integration',
    files: 'test/integration/**/*.test.ts',
    needs: ['database', 'chromium'],
    timeoutMs: 60_000,
  },
  { name: 'e2e', files: 'test/e2e/**/*.test.ts', needs: ['database', 'chromium'], timeoutMs: 180_000 },
];
