import { entityPath } from '../shared/domain/entity.ts';
import type { GroupIdentity } from './series-group.ts';
import type { Size } from './size.ts';

/** The most series that one entity and one partition may have. */
export interface SeriesLimits {
  readonly perEntity: number;
  readonly perPartition: number;
}

export const seriesLimits: SeriesLimits = { perEntity: 10_000, perPartition: 64_000 };

/**
 * The most bytes of a partition's state, so that it stays below 32 MB: 40,000 series with short names and day profiles,
 * 64,000 without, or fewer with long names. Without room for more, a series that grows old gets no day profile.
 */
export const stateBytesMax = 31_000_000;

/**
 * The share of a capacity that series which are only shown may use: processes come and go, and must not keep a new disk
 * from being judged.
 */
const shownShare = 0.5;
/** The share of a capacity, and of its half for shown series, that may be settled. The rest may always be forgotten. */
const settledShare = 0.75;
/** The share of a partition's capacity that may be settled within an hour: more than one entity may have. */
export const settledShareAnHour = 0.2;

/** A capacity that is full. */
export interface FullCapacity {
  readonly of: 'entity' | 'partition';
  /** Means that only the half for shown series is full: a judged series may still be added. */
  readonly shownOnly: boolean;
}

/** A capacity of one entity or one partition, in series or in bytes, and how much of it is used. */
export class Capacity {
  readonly #max: number;
  #all = 0;
  #shown = 0;
  #settled = 0;
  #settledShown = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get used(): number {
    return this.#all;
  }

  add({ all, shown }: Size, isSettled: boolean): void {
    this.#all += all;
    this.#shown += shown;
    if (!isSettled) return;
    this.#settled += all;
    this.#settledShown += shown;
  }

  remove({ all, shown }: Size, isSettled: boolean): void {
    this.add({ all: -all, shown: -shown }, isSettled);
  }

  /** Returns how the capacity is full for one more series; `undefined` if it is not. */
  fullFor(isJudged: boolean): 'full' | 'full of what is shown' | undefined {
    if (this.#all >= this.#max) return 'full';
    return !isJudged && this.#shown >= shownShare * this.#max ? 'full of what is shown' : undefined;
  }

  /** Returns whether this much more may be settled. */
  maySettle({ all, shown }: Size): boolean {
    const max = settledShare * this.#max;
    return this.#settled + all <= max && this.#settledShown + shown <= shownShare * max;
  }
}

/** Returns an entity's path behind its scope, as one text. The parts are joined for the reason given at `groupKey`. */
export function scopedPath({ scope, entity }: GroupIdentity): string {
  return [scope, entityPath(entity)].join(' ');
}
