import { entityPath } from '../shared/domain/entity.ts';
import type { GroupIdentity } from './group.ts';
import type { Size } from './size.ts';

/** The number of series that may be known, of one entity and of a whole partition. */
export interface SeriesLimits {
  readonly perEntity: number;
  readonly perPartition: number;
}

export const seriesLimits: SeriesLimits = { perEntity: 10_000, perPartition: 120_000 };

/** A partition's state stays below 32 MB: 120,000 series of 208 bytes and short names, or fewer with long ones (`size.ts`). */
export const stateBytesMax = 31_000_000;

/**
 * A series that is only shown may take half of a room: processes come and go, and must not keep a new disk from being judged.
 */
const shownShare = 0.5;
/** Settled series take no more of a room, and of its half for what is shown: so there is always somebody to make room. */
const settledShare = 0.75;
/** So much of a partition's room may be settled within an hour. */
export const settledShareAnHour = 0.1;

/** A room that is full, or whose half for series that are only shown is. */
export interface Full {
  readonly of: 'entity' | 'partition';
  readonly shownOnly: boolean;
}

/** A room for series, of one entity or of a partition, and how much of it is taken. */
export class Capacity {
  readonly #max: number;
  #all = 0;
  #shown = 0;
  #settled = 0;
  #settledShown = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get taken(): number {
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

  /** Returns whether there is no room for one more series: none at all, or none for what is shown. */
  fullFor(isJudged: boolean): 'full' | 'full of what is shown' | undefined {
    if (this.#all >= this.#max) return 'full';
    return !isJudged && this.#shown >= shownShare * this.#max ? 'full of what is shown' : undefined;
  }

  /** Returns whether so much more may be settled. */
  maySettle({ all, shown }: Size): boolean {
    const max = settledShare * this.#max;
    return this.#settled + all <= max && this.#settledShown + shown <= shownShare * max;
  }
}

/** An entity within its scope; a join, as in `groupKey`. */
export function scopedPath({ scope, entity }: GroupIdentity): string {
  return [scope, entityPath(entity)].join(' ');
}
