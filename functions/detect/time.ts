import { byKey } from '../shared/domain/order.ts';

/** A longer step between two ticks is a pause of our own, which is nobody's silence. */
const pauseMs = 120_000;

/** One scope: its newest tick, and the first one after its latest pause. Ms. */
export interface ScopeTime {
  readonly timeMs: number;
  readonly sinceMs: number;
}

/** The time of each scope: live, and every replay that has not ended. Only ticks move it. */
export class ScopeTimes {
  readonly #times: Map<string, ScopeTime>;

  constructor(times: Iterable<readonly [string, ScopeTime]> = []) {
    this.#times = new Map(times);
  }

  /** The newest tick's time, ms; `undefined` before the first. */
  get(scope: string): number | undefined {
    return this.#times.get(scope)?.timeMs;
  }

  /** How long a scope has been silent about what was last seen at a moment, ms: our own pauses do not count. */
  silenceMs(scope: string, lastSeenMs: number): number {
    const { timeMs, sinceMs } = this.#times.get(scope) ?? { timeMs: 0, sinceMs: 0 };
    return Math.max(0, timeMs - Math.max(lastSeenMs, sinceMs));
  }

  /** @returns whether the tick counts: one that is not newer is dropped */
  advance(scope: string, timeMs: number): boolean {
    const before = this.#times.get(scope);
    if (before !== undefined && timeMs <= before.timeMs) return false;
    const paused = before === undefined || timeMs - before.timeMs > pauseMs;
    this.#times.set(scope, { timeMs, sinceMs: paused ? timeMs : before.sinceMs });
    return true;
  }

  forget(scope: string): void {
    this.#times.delete(scope);
  }

  /** In the order of their names, so that equal times are written alike. */
  entries(): [string, ScopeTime][] {
    return [...this.#times].sort(byKey);
  }
}
