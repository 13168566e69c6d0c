import { entityPath } from '../shared/domain/entity.ts';
import { addMetric, type Group, type Identity, keepMetrics, type Metric, newGroup } from './group.ts';
import { slotDoubles } from './slot.ts';

/** A block takes new groups until it weighs this much, so that with growth it stays well below 256 KB. */
const blockBytesFull = 96 * 1024;
/** What a group weighs besides its metrics, and a metric besides its name and numbers: ids, episode, minutes. */
const groupBytes = 96;
const metricBytes = 16;

/** How many series may be known: beyond that new ones are refused, known ones go on. */
export interface SeriesLimits {
  readonly perEntity: number;
  readonly perPartition: number;
}

/** A partition's state stays below 32 MB: 120,000 series of 208 bytes and short names, or fewer with long ones. */
const stateBytesMax = 31_000_000;

export const seriesLimits: SeriesLimits = { perEntity: 10_000, perPartition: 120_000 };

export type Room = 'room' | 'entity full' | 'partition full';

interface Block {
  readonly groups: Set<Group>;
  bytes: number;
}

/**
 * All groups of a partition and the blocks they are stored in. A group keeps its block for life; a new one goes to the
 * first block with room. So the blocks depend on what was seen, not on when the state was stored or opened.
 */
export class SeriesTable {
  readonly #limits: SeriesLimits;
  readonly #groups = new Map<string, Group>();
  readonly #blocks = new Map<number, Block>();
  readonly #perEntity = new Map<string, number>();
  readonly #changed = new Set<number>();
  /** Groups that every tick concerns: with an open episode, or seen in several lanes. */
  readonly #restless = new Set<Group>();
  #seriesCount = 0;
  /** Of all blocks. */
  #bytes = 0;

  constructor(limits: SeriesLimits = seriesLimits) {
    this.#limits = limits;
  }

  get seriesCount(): number {
    return this.#seriesCount;
  }

  find(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  /** A group for `identity` in the first block with room; it is known from its first metric on. */
  prepare(key: string, identity: Identity, lane: number): Group {
    return newGroup(key, identity, this.#blockWithRoom(), lane);
  }

  /**
   * Whether one more series of an entity may be known. What is only shown may take half of the room: processes come
   * and go, and must not keep a new disk from being judged.
   */
  roomFor(identity: Identity, isJudged: boolean): Room {
    const share = isJudged ? 1 : 0.5;
    if (this.#seriesCount >= share * this.#limits.perPartition || this.#bytes >= share * stateBytesMax)
      return 'partition full';
    const known = this.#perEntity.get(scopedPath(identity)) ?? 0;
    return known < share * this.#limits.perEntity ? 'room' : 'entity full';
  }

  /** @returns the new metric's index */
  add(group: Group, metric: Metric): number {
    this.#adopt(group);
    this.#count(group.identity, 1);
    this.#weigh(this.#blocks.get(group.block)!, metricWeight(metric));
    return addMetric(group, metric);
  }

  /** Takes a group as it was stored, its metrics counted. */
  restore(group: Group): void {
    this.#adopt(group);
    this.#count(group.identity, group.metrics.length);
    this.#weigh(this.#blocks.get(group.block)!, sum(group.metrics.map(metricWeight)));
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
    this.#weigh(block, groupWeight(group));
  }

  /** Forgets the metrics that `keep` does not say, and the group with its last one. */
  retain(group: Group, keep: (index: number) => boolean): void {
    const block = this.#blocks.get(group.block)!;
    const before = group.metrics.length;
    const weight = sum(group.metrics.map(metricWeight));
    keepMetrics(group, keep);
    if (group.metrics.length === before) return;
    this.markChanged(group);
    this.#count(group.identity, group.metrics.length - before);
    this.#weigh(block, sum(group.metrics.map(metricWeight)) - weight);
    if (group.metrics.length > 0) return;
    this.#groups.delete(group.key);
    block.groups.delete(group);
    this.#weigh(block, -groupWeight(group));
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

  #weigh(block: Block, by: number): void {
    block.bytes += by;
    this.#bytes += by;
  }

  #numbers(): number[] {
    return [...this.#blocks.keys()].sort((a, b) => a - b);
  }

  #count(identity: Identity, by: number): void {
    const path = scopedPath(identity);
    const count = (this.#perEntity.get(path) ?? 0) + by;
    if (count === 0) this.#perEntity.delete(path);
    else this.#perEntity.set(path, count);
    this.#seriesCount += by;
  }
}

/**
 * Samples with the same key describe the same thing. Its parts are joined by a character that none of them holds; a
 * join, because a text that was added up keeps all its pieces in memory, and there is one for every group.
 */
export function groupKey({ scope, dataset, entity, dimensions }: Identity): string {
  const parts = [scope, entity.cluster, entity.kind, entity.name, dataset];
  for (const name of Object.keys(dimensions).sort()) parts.push(name, dimensions[name]!);
  return parts.join('\u0000');
}

/** An entity within its scope; a join for the same reason. */
export function scopedPath({ scope, entity }: Identity): string {
  return [scope, entityPath(entity)].join(' ');
}

const groupWeight = (group: Group): number => groupBytes + 2 * group.key.length;
const metricWeight = (metric: Metric): number => metricBytes + 2 * metric.name.length + 8 * slotDoubles;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
