/** One figure of a benchmark, beside the budget it is held against. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** At least this much of `unit`, or at most where `unit` is of a size. */
  readonly budget?: number;
  /** How it was measured, and the peer it compares with. */
  readonly note?: string;
}

/** What a run did a second, at best of `rounds`: the quickest round is the one least disturbed by others. */
export function bestPerSecond(operations: number, rounds: number, run: () => void): number {
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    run();
    best = Math.max(best, (operations * 1000) / (performance.now() - startedMs));
  }
  return best;
}
