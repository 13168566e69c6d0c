import type { Anomaly } from '../shared/domain/anomaly.ts';
import type { EntityRecord } from '../shared/domain/edge.ts';
import { compareText } from '../shared/domain/order.ts';
import { seriesText } from '../shared/domain/series-text.ts';

/** An anomaly, and the detect partition that reported it. */
export interface Reported {
  readonly anomaly: Anomaly;
  readonly detectPartition: number;
}

/** The anomalies and the places of entities that wait under one tick of their scope until every detect partition has passed it. */
export interface HeldTick {
  readonly scope: string;
  readonly tickMs: number;
  readonly anomalies: Reported[];
  /** The places of entities, which are applied before the anomalies, so that a new entity is connected when its first anomaly is correlated. */
  readonly entities: EntityRecord[];
}

/** The most anomalies, and places of entities, that wait in a partition of `signals`; beyond that the oldest tick is applied before its time. */
export const heldMax = 20_000;

/**
 * The anomalies that wait for their tick, by scope and tick. They are released in one order, whichever partition
 * reported them and whenever: so the alerts are the same with any number of partitions.
 */
export class Held {
  readonly #ticks = new Map<string, HeldTick>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Returns the name of the block that stores the anomalies of one tick. */
  static blockOf(scope: string, tickMs: number): string {
    return `held/${String(tickMs).padStart(16, '0')}/${scope}`;
  }

  add(scope: string, tickMs: number, reported: Reported): void {
    this.#tickAt(scope, tickMs).anomalies.push(reported);
  }

  /** Adds the place of an entity. */
  addEntity(scope: string, tickMs: number, record: EntityRecord): void {
    this.#tickAt(scope, tickMs).entities.push(record);
  }

  #tickAt(scope: string, tickMs: number): HeldTick {
    const name = Held.blockOf(scope, tickMs);
    const tick = this.#ticks.get(name) ?? { scope, tickMs, anomalies: [], entities: [] };
    this.#ticks.set(name, tick);
    this.#count += 1;
    return tick;
  }

  /** Adds a tick that was read from storage. */
  restore(tick: HeldTick): void {
    this.#ticks.set(Held.blockOf(tick.scope, tick.tickMs), tick);
    this.#count += tick.anomalies.length + tick.entities.length;
  }

  get(name: string): HeldTick | undefined {
    return this.#ticks.get(name);
  }

  /**
   * Removes and returns the anomalies that wait in a scope under ticks before `untilMs`.
   * @returns the oldest tick first, each with its anomalies by onset, series and revision
   */
  releaseBefore(scope: string, untilMs: number): HeldTick[] {
    const due = [...this.#ticks].filter(([, tick]) => tick.scope === scope && tick.tickMs < untilMs);
    return due.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name]) => this.#release(name));
  }

  /** Removes and returns the oldest tick of all scopes; `undefined` where nothing waits. */
  releaseOldest(): HeldTick | undefined {
    const [oldest] = [...this.#ticks.keys()].sort();
    return oldest === undefined ? undefined : this.#release(oldest);
  }

  #release(name: string): HeldTick {
    const tick = this.#ticks.get(name)!;
    this.#ticks.delete(name);
    this.#count -= tick.anomalies.length + tick.entities.length;
    return { ...tick, anomalies: tick.anomalies.sort(byOnset), entities: tick.entities.sort(byEntity) };
  }
}

/** Compares places by their entities. Records of one entity keep their order: one detect partition reports all of them. */
function byEntity({ entity: a }: EntityRecord, { entity: b }: EntityRecord): number {
  return compareText(a.cluster, b.cluster) || compareText(a.kind, b.kind) || compareText(a.name, b.name);
}

/**
 * Compares anomalies by onset, series, id and revision, so that content alone decides the order (ONE-ORDER). Anomalies
 * with one onset are grouped by entity, so that the others find the alert that the first one of the entity joined. In
 * another order one incident may open several alerts, which then stay apart.
 */
function byOnset({ anomaly: a }: Reported, { anomaly: b }: Reported): number {
  return (
    a.startsAtMs - b.startsAtMs ||
    compareText(seriesText(a.series), seriesText(b.series)) ||
    compareText(a.id, b.id) ||
    a.revision - b.revision
  );
}
