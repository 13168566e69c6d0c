import { dayMs } from '../shared/domain/durations.ts';
import { PartitionStoppedError } from '../shared/domain/errors.ts';
import { byKey } from '../shared/domain/order.ts';
import { forgottenForNew, reachedLimitsBlock } from '../shared/domain/reached-limit.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { laneLeftBehind } from '../shared/log/left-behind.ts';
import type { Blocks } from '../shared/runner/step.ts';
import { AlignedClocks } from '../shared/time/aligned-clocks.ts';
import { restoreClock, type StoredClock, storeClock } from '../shared/time/stored-clocks.ts';
import type { SeriesLimits } from './capacity.ts';
import { decodeGroups, encodeGroups } from './codec.ts';
import { ReachedLimits } from './reached-limits.ts';
import { SeriesTable, type Settled } from './table.ts';

/** Why a record or one of its measurements was not learned, or not summarised. */
export const countedReasons = [
  'duplicate',
  'late',
  'after summary',
  'counter reset',
  'gap',
  'out of reach',
  'too many series',
  forgottenForNew,
  'forgotten for what is shown',
  'tick not newer',
  laneLeftBehind,
] as const;
export type CountedReason = (typeof countedReasons)[number];

const commonBlock = 'common';
const commonVersion = 3;
const seriesBlock = /^series\/(\d{6})$/;

interface StoredCommon {
  readonly version: number;
  readonly clocks: readonly [string, StoredClock][];
  readonly counts: readonly [CountedReason, number][];
  readonly refused: readonly [string, number][];
  readonly settled: Settled;
}

/** What detect knows of one partition. */
export class DetectState {
  readonly table: SeriesTable;
  /** Live time over lanes, and each replay's. */
  readonly clocks: AlignedClocks;
  readonly reachedLimits: ReachedLimits;
  readonly #counts: Map<CountedReason, number>;
  /** The newest day, in ms, for which an entity with too many series was put aside. */
  readonly #refused: Map<string, number>;
  #commonStored: string;

  /**
   * @param blocks as stored; none of a partition never seen
   * @throws {PartitionStoppedError} if they are damaged or of another version
   */
  constructor(blocks: Blocks, settings: Settings, limits?: SeriesLimits) {
    const common = readCommon(blocks.get(commonBlock));
    this.table = new SeriesTable(limits, common?.settled);
    for (const [name, bytes] of [...blocks].sort(byKey)) {
      const number = seriesBlock.exec(name)?.[1];
      if (number === undefined) continue;
      for (const group of decodeGroups(bytes, Number(number), settings)) this.table.restore(group);
    }
    this.reachedLimits = new ReachedLimits(blocks.get(reachedLimitsBlock));
    this.clocks = new AlignedClocks(common?.clocks.map(([scope, clock]) => [scope, restoreClock(clock)]));
    this.#counts = new Map(common?.counts);
    this.#refused = new Map(common?.refused);
    this.#commonStored = common === undefined ? '' : this.#commonText();
  }

  /** How often each reason came up, since the partition began. */
  get counts(): ReadonlyMap<CountedReason, number> {
    return this.#counts;
  }

  count(reason: CountedReason, by = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + by);
  }

  /** @returns whether it is the first time that this entity is refused on the day, or after it */
  refuseOnce(path: string, timestampMs: number): boolean {
    const startOfDayMs = timestampMs - (timestampMs % dayMs);
    const before = this.#refused.get(path);
    if (before !== undefined && startOfDayMs <= before) return false;
    this.#refused.set(path, startOfDayMs);
    return true;
  }

  /** Forgets refusals older than a stage time. */
  forgetRefusals(beforeMs: number): void {
    for (const [path, atMs] of this.#refused) if (atMs < beforeMs) this.#refused.delete(path);
  }

  takeChanges(): ReadonlyMap<string, Uint8Array | null> {
    const changes = new Map<string, Uint8Array | null>();
    for (const [number, groups] of this.table.takeChangedBlocks()) {
      const name = `series/${String(number).padStart(6, '0')}`;
      changes.set(name, groups.length === 0 ? null : encodeGroups(groups));
    }
    const full = this.reachedLimits.takeChangedBlock();
    if (full !== undefined) changes.set(reachedLimitsBlock, full);
    const common = this.#commonText();
    if (common !== this.#commonStored) changes.set(commonBlock, Buffer.from(common));
    this.#commonStored = common;
    return changes;
  }

  /** The few things there is one of; JSON, since they are not hot. */
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

function readCommon(bytes: Uint8Array | undefined): StoredCommon | undefined {
  if (bytes === undefined) return undefined;
  const stored: StoredCommon = JSON.parse(Buffer.from(bytes).toString());
  if (stored.version !== commonVersion) {
    throw new PartitionStoppedError(
      `block common of detect's state has version ${stored.version}: this Offbeat reads version ${commonVersion}`,
    );
  }
  return stored;
}
