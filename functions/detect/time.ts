/** The time of each scope: live, and every replay that has not ended. Only ticks move it. */
export class ScopeTimes {
  readonly #times: Map<string, number>;

  constructor(times: Iterable<readonly [string, number]> = []) {
    this.#times = new Map(times);
  }

  /** The newest tick's time, ms; `undefined` before the first. */
  get(scope: string): number | undefined {
    return this.#times.get(scope);
  }

  /** @returns whether the tick counts: one that is not newer is dropped */
  advance(scope: string, timeMs: number): boolean {
    const before = this.#times.get(scope);
    if (before !== undefined && timeMs <= before) return false;
    this.#times.set(scope, timeMs);
    return true;
  }

  forget(scope: string): void {
    this.#times.delete(scope);
  }

  /** In the order of their names, so that equal times are written alike. */
  entries(): [string, number][] {
    return [...this.#times].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
