import { byKey } from '../shared/domain/order.ts';
import type { Tick } from '../shared/domain/signal.ts';

/** A detect partition further behind the newest than this does not hold the others up. */
const leftBehindMs = 120_000;

/** What one scope's time is made of; as stored. */
export interface ScopeClock {
  /** How many detect partitions there are. */
  partitions: number;
  /** The first tick of any of them: one that never ticked counts as having been there. */
  readonly firstMs: number;
  /** Newest tick of each detect partition that ticked. */
  readonly ticks: Map<number, number>;
  /** Those that have come to the end of their replay. */
  readonly ended: Set<number>;
  /** The scope's time; `undefined` until every partition ticked or was left behind. */
  timeMs?: number;
}

/** What a tick did to its scope's time. */
export type Advance = 'not newer' | 'waiting for others' | 'moved on';

/** Time as the alert stage knows it: per scope the minimum over detect's partitions, never going back. */
export class ScopeClocks {
  readonly #clocks: Map<string, ScopeClock>;

  constructor(clocks: Iterable<readonly [string, ScopeClock]> = []) {
    this.#clocks = new Map(clocks);
  }

  /** The scope's time, ms; `undefined` before it began. */
  now(scope: string): number | undefined {
    return this.#clocks.get(scope)?.timeMs;
  }

  /** The newest tick of one detect partition, ms; `undefined` if it never ticked. */
  tickOf(scope: string, detectPartition: number): number | undefined {
    return this.#clocks.get(scope)?.ticks.get(detectPartition);
  }

  has(scope: string): boolean {
    return this.#clocks.has(scope);
  }

  advance({ scope, timeMs, detectPartition = 0, detectPartitions = 1 }: Tick): Advance {
    const clock = this.#clockOf(scope, timeMs);
    if (timeMs <= (clock.ticks.get(detectPartition) ?? -1)) return 'not newer';
    clock.partitions = detectPartitions;
    clock.ticks.set(detectPartition, timeMs);
    clock.ended.delete(detectPartition);
    return moveOn(clock) ? 'moved on' : 'waiting for others';
  }

  /** One detect partition came to its replay's end. @returns whether all have */
  end({ scope, timeMs, detectPartition = 0, detectPartitions = 1 }: Tick): boolean {
    const clock = this.#clockOf(scope, timeMs);
    clock.partitions = detectPartitions;
    clock.ticks.set(detectPartition, Math.max(timeMs, clock.ticks.get(detectPartition) ?? 0));
    clock.ended.add(detectPartition);
    moveOn(clock);
    return clock.ended.size >= clock.partitions;
  }

  /** How many detect partitions of a scope are too far behind to be waited for. */
  leftBehind(scope: string): number {
    const clock = this.#clocks.get(scope);
    if (clock === undefined) return 0;
    return clock.partitions - clock.ended.size - waitedFor(clock).length - (awaitsFirst(clock) ? silent(clock) : 0);
  }

  forget(scope: string): void {
    this.#clocks.delete(scope);
  }

  /** In the order of their names, so that equal clocks are written alike. */
  entries(): [string, ScopeClock][] {
    return [...this.#clocks].sort(byKey);
  }

  #clockOf(scope: string, timeMs: number): ScopeClock {
    const known = this.#clocks.get(scope);
    if (known !== undefined) return known;
    const clock: ScopeClock = { partitions: 1, firstMs: timeMs, ticks: new Map(), ended: new Set() };
    this.#clocks.set(scope, clock);
    return clock;
  }
}

/** @returns whether the scope's time moved on */
function moveOn(clock: ScopeClock): boolean {
  const newestMs = newest(clock);
  if (awaitsFirst(clock)) return false;
  const timeMs = Math.min(newestMs, ...waitedFor(clock));
  if (timeMs <= (clock.timeMs ?? -1)) return false;
  clock.timeMs = timeMs;
  return true;
}

/** Whether a partition that never ticked may still do so in time. */
function awaitsFirst(clock: ScopeClock): boolean {
  return silent(clock) > 0 && newest(clock) - clock.firstMs <= leftBehindMs;
}

/** How many partitions never ticked. */
function silent({ partitions, ticks }: ScopeClock): number {
  return Math.max(0, partitions - ticks.size);
}

/** The ticks of partitions that neither ended nor are too far behind. */
function waitedFor(clock: ScopeClock): number[] {
  const sinceMs = newest(clock) - leftBehindMs;
  return [...clock.ticks]
    .filter(([partition, tickedMs]) => !clock.ended.has(partition) && tickedMs >= sinceMs)
    .map(([, tickedMs]) => tickedMs);
}

function newest(clock: ScopeClock): number {
  return Math.max(...clock.ticks.values());
}
