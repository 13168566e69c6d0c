import { minuteMs } from '../shared/domain/durations.ts';
import { detectorDoubles, detectorFloats } from './detector/layout.ts';

/** The doubles of one series within the array of its group: `slotDoubles` elements of `values`, from index `at` on. */
export interface SeriesValues {
  readonly values: Float64Array;
  readonly at: number;
}

export const minuteDoubles = 8;
/** The field of the first open minute; the second one follows. */
const firstMinute = 5;
const firstOfDetector = firstMinute + 2 * minuteDoubles + 1;
const firstFloat = firstOfDetector + detectorDoubles;

/** The field offsets within the doubles of a series. In every field, zero means that nothing is known yet. */
export const slot = {
  /** The time of the newest sample, ms. */
  lastMs: 0,
  /** The value of a counter at that time; of a delta, the newest minute whose sum was judged, ms. */
  lastRaw: 1,
  /** The usual time between samples, ms. */
  cadenceMs: 2,
  /** The time of the first sample of the present candidate or episode, and of its newest sample that was off, ms. */
  sinceMs: 3,
  lastOffMs: 4,
  /** Two open minutes: the first for minutes with an even number, the second for those with an odd one. */
  minutes: firstMinute,
  /** The trend of a series whose metric has no known kind (`trend.ts`). */
  trend: firstOfDetector - 1,
  /** The doubles of the detector, and its floats, two of which fit into a double. */
  detector: firstOfDetector,
  floats: firstFloat,
} as const;

/** The field offsets within the doubles of an open minute. A `spread` of 0 means that no value was expected yet,
 * -1 that only the score is known. */
export const inMinute = { count: 0, sum: 1, min: 2, max: 3, last: 4, expected: 5, spread: 6, score: 7 } as const;

/** The number of doubles of a series, both open minutes and the detector included: 52 doubles are 416 bytes. */
export const slotDoubles = firstFloat + Math.ceil(detectorFloats / 2);

/** The time that a minute stays open after its end, for its last samples, ms. */
export const minuteGraceMs = 30_000;
/** A value in place of a minute's start, where no minute is open. */
export const noMinute = -1;

/** Returns the start of the minute that contains a time, ms. */
export const minuteOf = (timestampMs: number): number => timestampMs - (timestampMs % minuteMs);

/** Returns 0 for a minute with an even number since 1970, 1 for one with an odd number. */
export const minuteParity = (minute: number): 0 | 1 => ((minute / minuteMs) % 2 === 0 ? 0 : 1);
