import { minuteMs } from '../shared/domain/durations.ts';
import { ewma } from './ewma.ts';

/** The number of samples that a series learns before it is judged. */
export const samplesToLearn = 20;

/**
 * The detector of every series. It remembers about 100 samples, which are a quarter of an hour at one sample each 10 s:
 * long enough to learn a wave of some minutes, short enough to follow a working day. It expects a value after 20
 * samples.
 */
export const detector = ewma({ alpha: 0.01, warmUp: samplesToLearn });

/** The doubles of one series within the array of its group: `slotDoubles` elements of `values`, from index `at` on. */
export interface SeriesValues {
  readonly values: Float64Array;
  readonly at: number;
}

export const minuteDoubles = 8;

/** The field offsets within the doubles of a series. In every field, zero means that nothing is known yet. */
export const slot = {
  /** The time of the newest sample, ms. */
  lastMs: 0,
  /** The value of a counter at that time; of a delta, the newest minute whose sum was judged, ms. */
  lastRaw: 1,
  /** The usual time between samples, ms. */
  cadenceMs: 2,
  /** A bit for each of the last five judged samples, set if the sample was off; the newest sample is the lowest bit. */
  offBits: 3,
  /** The times of the last three samples that were off, the newest first, ms. */
  offMs: 4,
  detector: 7,
  /** Two open minutes: the first for minutes with an even number, the second for those with an odd one. */
  minutes: 7 + detector.doubles,
  /** The trend of a series whose metric has no known kind (`trend.ts`). */
  trend: 7 + detector.doubles + 2 * minuteDoubles,
} as const;

/** The field offsets within the doubles of an open minute. A `spread` of 0 means that no value was expected yet,
 * -1 that only the score is known. */
export const inMinute = { count: 0, sum: 1, min: 2, max: 3, last: 4, expected: 5, spread: 6, score: 7 } as const;

/** The number of doubles of a series, both open minutes included: 27 doubles are 216 bytes. */
export const slotDoubles = slot.trend + 1;

/** The time that a minute stays open after its end, for its last samples, ms. */
export const minuteGraceMs = 30_000;
/** A value in place of a minute's start, where no minute is open. */
export const noMinute = -1;

/** Returns the start of the minute that contains a time, ms. */
export const minuteOf = (timestampMs: number): number => timestampMs - (timestampMs % minuteMs);

/** Returns 0 for a minute with an even number since 1970, 1 for one with an odd number. */
export const minuteParity = (minute: number): 0 | 1 => ((minute / minuteMs) % 2 === 0 ? 0 : 1);
