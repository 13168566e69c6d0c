import { dayMs } from '../shared/domain/durations.ts';
import { PartitionStoppedError } from '../shared/domain/errors.ts';
import { byKey } from '../shared/domain/order.ts';
import { forgottenForNew, reachedLimitsBlock } from '../shared/domain/reached-limit.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { laneLeftBehind } from '../shared/log/left-behind.ts';
import type { Blocks } from '../shared/runner/step.ts';
import { AlignedClocks, type ScopeClock } from '../shared/time/aligned-clocks.ts';
import { restoreClock, type StoredClock, storeClock } from '../shared/time/stored-clocks.ts';
import type { SeriesLimits } from './capacity.ts';
import { decodeGroups, encodeGroups } from './codec.ts';
import { Collisions, collisionsBlock } from './collisions.ts';
import { orDamaged } from './damaged.ts';
import { NoData, noDataBlock } from './no-data.ts';
import { Places } from './places.ts';
import { ReachedLimits } from './reached-limits.ts';
import { SeriesTable, type Settled } from './table.ts';

/** The reasons for which a record or one of its measurements was not learned, or not summarised. */
export const countedReasons = [
  'duplicate',
  'collision',
  'late',
  'after summary',
  'counter reset',
  'gap',
  'out of reach',
  'line not compared',
  'too many series',
  forgottenForNew,
  'forgotten for what is shown',
  'history not newer',
  'history ahead',
  'history of sums',
  'history without room',
  'tick not newer',
  laneLeftBehind,
] as const;
export type CountedReason = (typeof countedReasons)[number];

const commonBlock = 'common';
const commonVersion = 3;
const seriesBlock = /^series\/(\d{6})$/;

/** The part of the state that exists once for the partition, as JSON. */
interface StoredCommon {
  readonly version: number;
  readonly clocks: readonly [string, StoredClock][];
  readonly counts: readonly [CountedReason, number][];
  readonly refused: readonly [string, number][];
  readonly settled: Settled;
}

/** The state of one partition of `detect`. */
export class DetectState {
  readonly table: SeriesTable;
  /** The time of each scope: of live data over its lanes, and of each replay. */
  readonly clocks: AlignedClocks;
  readonly reachedLimits: ReachedLimits;
  readonly collisions: Collisions;
  readonly noData: NoData;
  readonly places: Places;
  readonly #counts: Map<CountedReason, number>;
  /** The newest day of a dead letter for each entity with too many series, as the start of that day, ms. */
  readonly #refused: Map<string, number>;
  #commonStored: string;

  /**
   * @param blocks the stored blocks; empty for a new partition
   * @throws {PartitionStoppedError} if a block is damaged or of another version
   */
  constructor(blocks: Blocks, settings: Settings, limits?: SeriesLimits) {
    const common = orDamaged(commonBlock, () => readCommon(blocks.get(commonBlock)));
    this.table = new SeriesTable(limits, common?.settled);
    for (const [name, bytes] of [...blocks].sort(byKey)) {
      const number = seriesBlock.exec(name)?.[1];
      if (number === undefined) continue;
      for (const group of decodeGroups(bytes, Number(number), settings)) this.table.restore(group);
    }
    this.reachedLimits = orDamaged(reachedLimitsBlock, () => new ReachedLimits(blocks.get(reachedLimitsBlock)));
    this.collisions = orDamaged(collisionsBlock, () => new Collisions(blocks.get(collisionsBlock)));
    this.noData = orDamaged(noDataBlock, () => new NoData(blocks.get(noDataBlock)));
    this.places = new Places(blocks);
    this.clocks = new AlignedClocks(common?.clocks);
    this.#counts = common?.counts ?? new Map();
    this.#refused = common?.refused ?? new Map();
    this.#commonStored = common === undefined ? '' : this.#commonText();
  }

  /** The number of times that each reason was counted since the partition began. */
  get counts(): ReadonlyMap<CountedReason, number> {
    return this.#counts;
  }

  count(reason: CountedReason, by = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + by);
  }

  /**
   * Notes a refusal, so that an entity gets one dead letter a day.
   * @returns true for the first refusal of this entity on the day of `timestampMs` or a later day
   */
  refuseOnce(path: string, timestampMs: number): boolean {
    const startOfDayMs = timestampMs - (timestampMs % dayMs);
    const before = this.#refused.get(path);
    if (before !== undefined && startOfDayMs <= before) return false;
    this.#refused.set(path, startOfDayMs);
    return true;
  }

  /** Forgets refusals of days that began before a stage time, ms. */
  forgetRefusals(beforeMs: number): void {
    for (const [path, atMs] of this.#refused) if (atMs < beforeMs) this.#refused.delete(path);
  }

  /** Returns the blocks that changed since the last call; `null` for a block that was removed. */
  takeChanges(): ReadonlyMap<string, Uint8Array | null> {
    const changes = new Map<string, Uint8Array | null>();
    for (const [number, groups] of this.table.takeChangedBlocks()) {
      const name = `series/${String(number).padStart(6, '0')}`;
      changes.set(name, groups.length === 0 ? null : encodeGroups(groups));
    }
    for (const [name, bytes] of this.places.takeChangedBlocks()) changes.set(name, bytes);
    const full = this.reachedLimits.takeChangedBlock();
    if (full !== undefined) changes.set(reachedLimitsBlock, full);
    const collisions = this.collisions.takeChangedBlock();
    if (collisions !== undefined) changes.set(collisionsBlock, collisions);
    const noData = this.noData.takeChangedBlock();
    if (noData !== undefined) changes.set(noDataBlock, noData);
    const common = this.#commonText();
    if (common !== this.#commonStored) changes.set(commonBlock, Buffer.from(common));
    this.#commonStored = common;
    return changes;
  }

  /** Returns the block `common`: JSON, because it is small and not read for each record. */
  #commonText(): string {
    const stored: StoredCommon = {
      version: commonVersion,
      clocks: this.clocks.entries().map(([scope, clock]) => [scope, storeClock(clock)]),
      counts: countedReasons.flatMap((reason) => {
        const count = this.#counts.get(reason);
        return count === undefined ? [] : [[reason, count]];
      }),
      refused: [...this.#refused].sort(byKey),
      settled: this.table.settled,
    };
    return JSON.stringify(stored);
  }
}

function readCommon(bytes: Uint8Array | undefined) {
  if (bytes === undefined) return undefined;
  const { version, clocks, counts, refused, settled }: StoredCommon = JSON.parse(Buffer.from(bytes).toString());
  if (version !== commonVersion) {
    throw new PartitionStoppedError(
      `block common of detect's state has version ${version}: this Offbeat reads version ${commonVersion}`,
    );
  }
  return {
    clocks: clocks.map(([scope, clock]): [string, ScopeClock] => [scope, restoreClock(clock)]),
    counts: new Map(counts),
    refused: new Map(refused),
    settled,
  };
}
