import { hourMs, secondMs } from '../shared/domain/durations.ts';
import {
  Capacity,
  type FullCapacity,
  type SeriesLimits,
  seriesLimits,
  settledShareAnHour,
  stateBytesMax,
} from './capacity.ts';
import { EntityCapacities } from './entity-capacities.ts';
import { addMetric, keepMetrics, type NewGroup, newGroup } from './group.ts';
import { addProfiles, addWeeks } from './profiles.ts';
import type { Group, GroupIdentity, Metric } from './series-group.ts';
import { logBytes, sizesOf } from './size.ts';

/** The bytes from which on a block gets no new groups, so that it stays well below 256 KB while its groups grow. */
const blockBytesFull = 96 * 1024;
const hourS = hourMs / secondMs;

/** A block of stored state. */
interface Block {
  readonly groups: Set<Group>;
  bytes: number;
}

/** The number of series that were settled within one hour. */
export interface Settled {
  /** The number of the hour since 1970. */
  readonly hour: number;
  readonly series: number;
}

/**
 * The groups of a partition, and the blocks that they are stored in. A group keeps its block for life; a new group is
 * added to the first block that is not full. So the blocks depend on the samples alone, not on when the state was
 * stored or opened.
 */
export class SeriesTable {
  readonly #limits: SeriesLimits;
  readonly #groups = new Map<string, Group>();
  readonly #blocks = new Map<number, Block>();
  readonly #entities: EntityCapacities;
  readonly #changed = new Set<number>();
  /** The groups that every tick visits: those with an open episode or beyond a limit, and those in several lanes. */
  readonly #visitedByEveryTick = new Set<Group>();
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
    return this.#series.used;
  }

  get settled(): Settled {
    return this.#settled;
  }

  /** Means that the groups of the table may use more bytes. */
  get hasRoom(): boolean {
    return this.#bytes.fullFor(true) === undefined;
  }

  find(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  /** Returns a new group in the first block that is not full. It becomes part of the table with its first metric. */
  prepare(key: string, identity: GroupIdentity, { lane, atS }: Omit<NewGroup, 'block'>): Group {
    return newGroup(key, identity, { block: this.#blockForNewGroup(), lane, atS });
  }

  /** Returns the capacity that is full for one more series of an entity; `undefined` if none is. */
  fullFor(identity: GroupIdentity, isJudged: boolean): FullCapacity | undefined {
    const ofEntity = this.#entities.find(identity)?.fullFor(isJudged);
    if (ofEntity !== undefined) return { of: 'entity', shownOnly: ofEntity !== 'full' };
    const found = [this.#series.fullFor(isJudged), this.#bytes.fullFor(isJudged)];
    if (found.every((full) => full === undefined)) return undefined;
    return { of: 'partition', shownOnly: !found.includes('full') };
  }

  /**
   * Adds a metric to a group. A settled group stays settled if the limits for settled series allow it.
   * @returns the new metric's index
   */
  add(group: Group, metric: Metric, atS: number): number {
    const wasSettled = group.isSettled;
    this.#adopt(group);
    this.#removeSizes(group);
    group.isSettled = false;
    const index = addMetric(group, metric);
    this.#addSizes(group);
    if (wasSettled) this.#settle(group, 1, atS);
    return index;
  }

  /** Settles a group if the limits for settled series allow it. */
  settle(group: Group, atS: number): void {
    this.#settle(group, group.metrics.length, atS);
  }

  /** @param count the number of its series that were not settled before */
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
    this.#removeSizes(group);
    group.isSettled = true;
    this.#addSizes(group);
    this.#settled = { hour, series: before + count };
  }

  /** Adds a group as it was stored, with its metrics. */
  restore(group: Group): void {
    this.#adopt(group);
    this.#addSizes(group);
    this.#updateVisited(group);
  }

  /** Makes a group part of the table, unless it is already. */
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

  /** Removes the metrics for which `keep` returns false, and the whole group if no metric is left. */
  retain(group: Group, keep: (index: number) => boolean): void {
    if (group.metrics.every((_, index) => keep(index))) return;
    this.#removeSizes(group);
    keepMetrics(group, keep);
    this.#addSizes(group);
    this.markChanged(group);
    if (group.metrics.length > 0) return;
    const block = this.#blocks.get(group.block)!;
    this.#groups.delete(group.key);
    block.groups.delete(group);
    this.#entities.remove(group);
    if (block.groups.size === 0) this.#blocks.delete(group.block);
  }

  /** Gives each metric of a group a day profile, if there is room. */
  addProfiles(group: Group): void {
    if (!this.hasRoom) return;
    this.#removeSizes(group);
    addProfiles(group);
    this.#addSizes(group);
  }

  /**
   * Gives each metric of a group with day profiles a week profile, if there is room.
   * @param timeMs the time of the sample that comes next
   */
  addWeeks(group: Group, timeMs: number): void {
    if (!this.hasRoom) return;
    this.#removeSizes(group);
    addWeeks(group, timeMs);
    this.#addSizes(group);
  }

  /** Notes that a group has changed, so that its block is stored with the next changes, and counts the bytes of its log. */
  markChanged(group: Group): void {
    this.#changed.add(group.block);
    if (group.log !== undefined) this.#countLog(group);
    this.#updateVisited(group);
  }

  #countLog(group: Group): void {
    const bytes = logBytes(group);
    if (bytes === group.size.logBytes) return;
    this.#removeSizes(group);
    group.size.logBytes = bytes;
    this.#addSizes(group);
  }

  #updateVisited(group: Group): void {
    const isVisited =
      group.metrics.length > 0 &&
      (group.episodes.size + group.watches.size > 0 ||
        hasFillEpisode(group) ||
        hasPeerEpisode(group) ||
        typeof group.lanes !== 'number');
    if (isVisited) this.#visitedByEveryTick.add(group);
    else this.#visitedByEveryTick.delete(group);
  }

  /** Returns all groups, in the order in which they are stored. */
  all(): Group[] {
    return this.#numbers().flatMap((number) => [...this.#blocks.get(number)!.groups]);
  }

  /** Returns all groups of an entity, in no particular order. */
  ofEntity(identity: GroupIdentity): Iterable<Group> {
    return this.#entities.groupsOf(identity);
  }

  /** Returns the entities of a scope by their scoped paths, each with its groups; in no particular order. */
  entities(scope: string): [string, readonly Group[]][] {
    return this.#entities.all().filter(([, groups]) => groups[0]?.identity.scope === scope);
  }

  /** Returns the groups that every tick visits, in the order of their keys, so that the order survives storing. */
  visitedByEveryTick(): Group[] {
    return [...this.#visitedByEveryTick].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /**
   * Returns the blocks that changed since the last call: their groups by the block's number, none for a removed block.
   */
  takeChangedBlocks(): Map<number, readonly Group[]> {
    const numbers = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    return new Map(numbers.map((number) => [number, [...(this.#blocks.get(number)?.groups ?? [])]]));
  }

  /** Returns the lowest number of a block that is not full, or the number of a new block. */
  #blockForNewGroup(): number {
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

  /** Adds the sizes of a group to all capacities and to its block. */
  #addSizes(group: Group): void {
    const { series, bytes } = sizesOf(group);
    if (series.all === 0) return;
    this.#series.add(series, group.isSettled);
    this.#bytes.add(bytes, group.isSettled);
    this.#entities.find(group.identity)!.add(series, group.isSettled);
    this.#blocks.get(group.block)!.bytes += bytes.all;
  }

  /** Subtracts the sizes of a group, before the group changes. */
  #removeSizes(group: Group): void {
    const { series, bytes } = sizesOf(group);
    if (series.all === 0) return;
    this.#series.remove(series, group.isSettled);
    this.#bytes.remove(bytes, group.isSettled);
    this.#blocks.get(group.block)!.bytes -= bytes.all;
    this.#entities.find(group.identity)!.remove(series, group.isSettled);
  }
}

const hasFillEpisode = ({ fillings }: Group): boolean =>
  fillings.size > 0 && [...fillings.values()].some(({ episode }) => episode !== undefined);

const hasPeerEpisode = ({ peerWatches }: Group): boolean =>
  peerWatches.size > 0 && [...peerWatches.values()].some(({ episode }) => episode !== undefined);

/**
 * Returns the key of a group: samples with equal keys belong to one group. The parts are separated by NUL, which no
 * part contains. They are joined and not concatenated, because V8 keeps all pieces of a concatenated text in memory,
 * and every group has a key.
 */
export function groupKey({ scope, dataset, entity, dimensions }: GroupIdentity): string {
  const parts = [scope, entity.cluster, entity.kind, entity.name, dataset];
  for (const name of Object.keys(dimensions).sort()) parts.push(name, dimensions[name]!);
  return parts.join('\u0000');
}
