import type { Anomaly } from '../shared/domain/anomaly.ts';
import { compareText } from '../shared/domain/order.ts';
import { seriesText } from '../shared/domain/series.ts';

/** An anomaly as one detect partition reported it. */
export interface Reported {
  readonly anomaly: Anomaly;
  readonly detectPartition: number;
}

/** Anomalies that wait under one tick of their scope until every detect partition has passed it. */
export interface HeldTick {
  readonly scope: string;
  readonly tickMs: number;
  readonly anomalies: Reported[];
}

/** More wait in no partition of `signals`: beyond that the oldest tick is applied before its time. */
export const heldMax = 20_000;

/**
 * Anomalies that wait for their tick, by scope and tick. Applying them in one order, whatever partition they came from
 * and when, is what makes the alerts of any number of partitions the same.
 */
export class Held {
  readonly #ticks = new Map<string, HeldTick>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The names of the blocks that hold them, one for each tick. */
  static blockOf(scope: string, tickMs: number): string {
    return `held/${String(tickMs).padStart(16, '0')}/${scope}`;
  }

  add(scope: string, tickMs: number, reported: Reported): void {
    const name = Held.blockOf(scope, tickMs);
    const tick = this.#ticks.get(name) ?? { scope, tickMs, anomalies: [] };
    tick.anomalies.push(reported);
    this.#ticks.set(name, tick);
    this.#count += 1;
  }

  /** Takes a tick as it was stored. */
  restore(tick: HeldTick): void {
    this.#ticks.set(Held.blockOf(tick.scope, tick.tickMs), tick);
    this.#count += tick.anomalies.length;
  }

  get(name: string): HeldTick | undefined {
    return this.#ticks.get(name);
  }

  /** Takes out what waits in a scope under ticks before `untilMs`, the oldest tick first, each in its order. */
  takeBefore(scope: string, untilMs: number): HeldTick[] {
    const due = [...this.#ticks].filter(([, tick]) => tick.scope === scope && tick.tickMs < untilMs);
    return due.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name]) => this.#takeOut(name));
  }

  /** Takes out the oldest tick of all scopes; `undefined` where nothing waits. */
  takeOldest(): HeldTick | undefined {
    const [oldest] = [...this.#ticks.keys()].sort();
    return oldest === undefined ? undefined : this.#takeOut(oldest);
  }

  #takeOut(name: string): HeldTick {
    const tick = this.#ticks.get(name)!;
    this.#ticks.delete(name);
    this.#count -= tick.anomalies.length;
    return { ...tick, anomalies: tick.anomalies.sort(byOnset) };
  }
}

/**
 * By onset, series and revision: an order that nothing but content decides. Those of one thing come one after the other,
 * so that what its first anomaly belongs to is what the others find; in any other order one incident may open several
 * alerts, which then stay apart.
 */
function byOnset({ anomaly: a }: Reported, { anomaly: b }: Reported): number {
  return (
    a.startsAtMs - b.startsAtMs ||
    compareText(seriesText(a.series), seriesText(b.series)) ||
    compareText(a.id, b.id) ||
    a.revision - b.revision
  );
}
