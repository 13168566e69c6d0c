import { minuteMs } from '../shared/domain/durations.ts';
import { ewma } from './ewma.ts';

/** Before that a series is not judged. */
export const samplesToLearn = 20;

/**
 * The detector every series has. A hundred samples of memory are a quarter of an hour at ten seconds: long enough to
 * know a wave of some minutes, short enough to follow a working day. Twenty make an expectation.
 */
export const detector = ewma({ alpha: 0.01, warmUp: samplesToLearn });

/** Where what lies among the doubles of a series. Zero means "nothing yet" in all of them. */
export const slot = {
  /** Time of the newest sample, ms. */
  lastMs: 0,
  /** The counter's value then. */
  lastRaw: 1,
  /** Usual time between samples, ms. */
  cadenceMs: 2,
  /** Which of the last five judged samples were off; the newest is the lowest bit. */
  offBits: 3,
  /** Times of the last three that were off, the newest first, ms. */
  offMs: 4,
  detector: 7,
  /** Two open minutes; a minute has the one that its number is even or odd for. */
  minutes: 7 + detector.doubles,
} as const;

/** Where what lies among the doubles of an open minute. `spread` of 0 means that nothing was expected yet. */
export const inMinute = { count: 0, sum: 1, min: 2, max: 3, last: 4, expected: 5, spread: 6, score: 7 } as const;
export const minuteDoubles = 8;

/** 26 doubles, 208 bytes: what a series costs, both open minutes included. */
export const slotDoubles = slot.minutes + 2 * minuteDoubles;

/** How long after its end a minute still waits for its last samples. */
export const minuteGraceMs = 30_000;
/** No minute is open. */
export const noMinute = -1;

export const minuteOf = (timestampMs: number): number => timestampMs - (timestampMs % minuteMs);
export const minuteParity = (minute: number): 0 | 1 => ((minute / minuteMs) % 2 === 0 ? 0 : 1);
