import { hourMs, secondMs } from '../shared/domain/durations.ts';
import { Capacity, type Full, type SeriesLimits, seriesLimits, settledShareAnHour, stateBytesMax } from './capacity.ts';
import { EntityCapacities } from './entity-capacities.ts';
import { addMetric, type Group, type GroupIdentity, keepMetrics, type Metric, newGroup } from './group.ts';
import { sizesOf } from './size.ts';

/** A block takes new groups until it weighs this much, so that with growth it stays well below 256 KB. */
const blockBytesFull = 96 * 1024;
const hourS = hourMs / secondMs;

interface Block {
  readonly groups: Set<Group>;
  bytes: number;
}

/** The number of series that were settled within an hour, by its number since 1970. */
export interface Settled {
  readonly hour: number;
  readonly series: number;
}

/**
 * All groups of a partition and the blocks they are stored in. A group keeps its block for life; a new one goes to the
 * first block with room. So the blocks depend on what was seen, not on when the state was stored or opened.
 */
export class SeriesTable {
  readonly #limits: SeriesLimits;
  readonly #groups = new Map<string, Group>();
  readonly #blocks = new Map<number, Block>();
  readonly #entities: EntityCapacities;
  readonly #changed = new Set<number>();
  /** Groups that every tick concerns: with an open episode, or seen in several lanes. */
  readonly #restless = new Set<Group>();
  readonly #series: Capacity;
  readonly #bytes = new Capacity(stateBytesMax);
  #settled: Settled;

  constructor(limits: SeriesLimits = seriesLimits, settled: Settled = { hour: 0, series: 0 }) {
    this.#limits = limits;
    this.#entities = new EntityCapacities(limits.perEntity);
    this.#series = new Capacity(limits.perPartition);
    this.#settled = settled;
  }

  get seriesCount(): number {
    return this.#series.taken;
  }

  get settled(): Settled {
    return this.#settled;
  }

  find(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  /** A group for `identity` in the first block with room; it is known from its first metric on. */
  prepare(key: string, identity: GroupIdentity, lane: number, atS: number): Group {
    return newGroup(key, identity, this.#blockWithRoom(), lane, atS);
  }

  /** Returns the room that keeps one more series of an entity from being known; `undefined` where there is room. */
  fullFor(identity: GroupIdentity, isJudged: boolean): Full | undefined {
    const ofEntity = this.#entities.find(identity)?.fullFor(isJudged);
    if (ofEntity !== undefined) return { of: 'entity', shownOnly: ofEntity !== 'full' };
    const found = [this.#series.fullFor(isJudged), this.#bytes.fullFor(isJudged)];
    if (found.every((full) => full === undefined)) return undefined;
    return { of: 'partition', shownOnly: !found.includes('full') };
  }

  /**
   * Adds a metric to a group. One that is settled stays so if the hour and the room allow.
   * @returns the new metric's index
   */
  add(group: Group, metric: Metric, atS: number): number {
    const wasSettled = group.isSettled;
    this.#adopt(group);
    this.#release(group);
    group.isSettled = false;
    const index = addMetric(group, metric);
    this.#take(group);
    if (wasSettled) this.#settle(group, 1, atS);
    return index;
  }

  /** Lets a group keep its place for good, if the hour and the room allow. */
  settle(group: Group, atS: number): void {
    this.#settle(group, group.metrics.length, atS);
  }

  /** @param count of the series that were not settled yet */
  #settle(group: Group, count: number, atS: number): void {
    const hour = Math.floor(atS / hourS);
    const before = this.#settled.hour === hour ? this.#settled.series : 0;
    if (before + count > settledShareAnHour * this.#limits.perPartition) return;
    const { series, bytes } = sizesOf(group);
    const mayBe =
      this.#entities.find(group.identity)!.maySettle(series) &&
      this.#series.maySettle(series) &&
      this.#bytes.maySettle(bytes);
    if (!mayBe) return;
    this.#release(group);
    group.isSettled = true;
    this.#take(group);
    this.#settled = { hour, series: before + count };
  }

  /** Takes a group as it was stored, its metrics counted. */
  restore(group: Group): void {
    this.#adopt(group);
    this.#take(group);
    this.#noteRestless(group);
  }

  #adopt(group: Group): void {
    if (this.#groups.has(group.key)) return;
    this.#groups.set(group.key, group);
    let block = this.#blocks.get(group.block);
    if (block === undefined) {
      block = { groups: new Set(), bytes: 0 };
      this.#blocks.set(group.block, block);
    }
    block.groups.add(group);
    this.#entities.add(group);
  }

  /** Forgets the metrics that `keep` does not say, and the group with its last one. */
  retain(group: Group, keep: (index: number) => boolean): void {
    if (group.metrics.every((_, index) => keep(index))) return;
    this.#release(group);
    keepMetrics(group, keep);
    this.#take(group);
    this.markChanged(group);
    if (group.metrics.length > 0) return;
    const block = this.#blocks.get(group.block)!;
    this.#groups.delete(group.key);
    block.groups.delete(group);
    this.#entities.remove(group);
    if (block.groups.size === 0) this.#blocks.delete(group.block);
  }

  /** Notes that a group of the table has changed. */
  markChanged(group: Group): void {
    this.#changed.add(group.block);
    this.#noteRestless(group);
  }

  #noteRestless(group: Group): void {
    const isRestless = group.metrics.length > 0 && (group.episodes.size > 0 || typeof group.lanes !== 'number');
    if (isRestless) this.#restless.add(group);
    else this.#restless.delete(group);
  }

  /** Every group, in the order in which they are stored. */
  all(): Group[] {
    return this.#numbers().flatMap((number) => [...this.#blocks.get(number)!.groups]);
  }

  /** Every group of an entity, in no particular order. */
  ofEntity(identity: GroupIdentity): Iterable<Group> {
    return this.#entities.groupsOf(identity);
  }

  /** Groups that every tick concerns, in the order of their keys: the same whenever the state was opened. */
  restless(): Group[] {
    return [...this.#restless].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Numbers of the blocks that changed since the last call with what they hold; nothing in one that is no more. */
  takeChanged(): Map<number, readonly Group[]> {
    const numbers = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    return new Map(numbers.map((number) => [number, [...(this.#blocks.get(number)?.groups ?? [])]]));
  }

  /** The lowest number of a block with room, or the next one. */
  #blockWithRoom(): number {
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (const [number, { bytes }] of this.#blocks) {
      if (bytes < blockBytesFull) first = Math.min(first, number);
      last = Math.max(last, number);
    }
    return first === Number.POSITIVE_INFINITY ? last + 1 : first;
  }

  #numbers(): number[] {
    return [...this.#blocks.keys()].sort((a, b) => a - b);
  }

  /** Counts what a group takes. */
  #take(group: Group): void {
    const { series, bytes } = sizesOf(group);
    if (series.all === 0) return;
    this.#series.add(series, group.isSettled);
    this.#bytes.add(bytes, group.isSettled);
    this.#entities.find(group.identity)!.add(series, group.isSettled);
    this.#blocks.get(group.block)!.bytes += bytes.all;
  }

  /** Counts it no more, before it changes. */
  #release(group: Group): void {
    const { series, bytes } = sizesOf(group);
    if (series.all === 0) return;
    this.#series.remove(series, group.isSettled);
    this.#bytes.remove(bytes, group.isSettled);
    this.#blocks.get(group.block)!.bytes -= bytes.all;
    this.#entities.find(group.identity)!.remove(series, group.isSettled);
  }
}

/**
 * Samples with the same key describe the same thing. Its parts are joined by a character that none of them holds; a
 * join, because a text that was added up keeps all its pieces in memory, and there is one for every group.
 */
export function groupKey({ scope, dataset, entity, dimensions }: GroupIdentity): string {
  const parts = [scope, entity.cluster, entity.kind, entity.name, dataset];
  for (const name of Object.keys(dimensions).sort()) parts.push(name, dimensions[name]!);
  return parts.join('\u0000');
}
