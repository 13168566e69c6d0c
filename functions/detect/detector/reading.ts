import type { Ranged } from './ranges.ts';

/**
 * The channels that the score compares: the error of the forecast, the distance from the envelope of the time of day, and
 * the distance from the usual level where no time of day is trusted.
 */
export type ScoreChannel = 'forecast' | 'time of day' | 'level';

/**
 * The judgement of one value by what was known before it. One object is overwritten for each value, because the hot path
 * makes no garbage: what people read, in the unit of the series, is computed when it is read.
 */
export class Reading {
  /** Means that the detector has learned enough values to score. Otherwise, `score`, `alarm` and `page` are 0 or false. */
  isReady = false;
  /** A measure of how unusual the value is: multiples of the usual variation, in [0, 1000]; held for a while after a high one. */
  score = 0;
  /** The beginning of trouble: a breakout, 0 soon after another one; in widths of the range before, in [0, 1000]. */
  alarm = 0;
  /** Means that the value opens an episode: somebody is paged. */
  page = false;
  /** Means that an episode is open after the value. */
  isOpen = false;
  /** Means that the value opens or continues a candidate or an episode. */
  isOff = false;
  /** The number of values, this one included, that would belong to an episode if this one opened it; at most 5. */
  candidateValues = 0;
  /** Means that the value repeats the one before, for longer than the usual runs of this series explain. */
  isQuiet = false;
  /** Means that the value pages because several values together are further off than ever before. */
  isByEvidence = false;
  /** The same as it counts for a page: from what was usual when the candidate began, after all discounts; 0 while there is none. */
  pageZ = 0;
  /** The number of values before that this one repeats. */
  run = 0;
  /** The channel of the largest distance, and that distance in multiples of its usual variation, in [0, 1000]. */
  channel: ScoreChannel = 'level';
  z = 0;
  /** Means that the value is above what the channel expected. */
  isAbove = false;
  /** The distance after the habit of the series was taken off. */
  own = 0;
  /** The quantity that left its range furthest, and by how many widths; 0 if all were inside. */
  ranged: Ranged = 'value';
  breakout = 0;

  /** The levels, and what makes values of them. */
  readonly levels: ReadingLevels = {
    origin: 0,
    perUnit: 0,
    value: 0,
    expected: 0,
    usual: 0,
    lower: 0,
    upper: 0,
    lowerOfDay: 0,
    upperOfDay: 0,
    envelopeUsual: 0,
    beyond: 0,
    lowerAtStart: 0,
    upperAtStart: 0,
    usualAtStart: 0,
  };

  /** The value that the channel expected, in the unit of the series. */
  get expected(): number {
    return this.#value(this.levels.expected);
  }

  /** The usual variation of the channel, ≥ 0, in the unit of the series. */
  get usual(): number {
    return this.#size(this.levels.usual);
  }

  /** The envelope that pages are measured from, with the level shift learned so far, in the unit of the series. */
  get lower(): number {
    return this.#value(this.levels.lower);
  }

  get upper(): number {
    return this.#value(this.levels.upper);
  }

  /** The envelope of all days, that the score is measured from, in the unit of the series. */
  get lowerOfDay(): number {
    return this.#value(this.levels.lowerOfDay);
  }

  get upperOfDay(): number {
    return this.#value(this.levels.upperOfDay);
  }

  /** The signed distance from the envelope in multiples of its usual variation; Infinity where there is none. */
  get envelopeZ(): number {
    const { beyond, envelopeUsual } = this.levels;
    return beyond === 0 ? 0 : beyond / envelopeUsual;
  }

  /** The usual distance from the envelope, ≥ 0, in the unit of the series. */
  get envelopeUsual(): number {
    return this.#size(this.levels.envelopeUsual);
  }

  /**
   * The envelope and the usual distance from it when the candidate or the episode began, in the unit of the series. The
   * trouble itself has widened the present ones. Meaningless while there is neither.
   */
  get lowerAtStart(): number {
    return this.#value(this.levels.lowerAtStart);
  }

  get upperAtStart(): number {
    return this.#value(this.levels.upperAtStart);
  }

  get usualAtStart(): number {
    return this.#size(this.levels.usualAtStart);
  }

  #value(level: number): number {
    return this.levels.origin + this.#size(level);
  }

  #size(difference: number): number {
    return this.levels.perUnit === 0 ? 0 : difference / this.levels.perUnit;
  }
}

/** The numbers of a reading in the unit of the state, relative to the origin. */
export interface ReadingLevels {
  origin: number;
  perUnit: number;
  value: number;
  expected: number;
  usual: number;
  lower: number;
  upper: number;
  lowerOfDay: number;
  upperOfDay: number;
  envelopeUsual: number;
  /** The signed distance from the envelope that pages are measured from. */
  beyond: number;
  lowerAtStart: number;
  upperAtStart: number;
  usualAtStart: number;
}

/**
 * Returns a score or an alarm as a number in [0, 1), in the same order. At most 1000 / 1001, so it is never saturated.
 * @example
 * inUnitInterval(5); // => 0.8333333333333334
 */
export const inUnitInterval = (size: number): number => size / (1 + size);
