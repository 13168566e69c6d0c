/** A counter's value at one moment. */
export interface CounterReading {
  readonly timestampMs: number;
  readonly value: number;
}

/** The outcome of comparing two readings of a counter. Only a `rate` has a rate. */
export type RateOutcome =
  | { readonly outcome: 'rate'; readonly perSecond: number }
  | { readonly outcome: 'first sample' | 'counter reset' | 'gap' | 'not newer' };

/** The multiple of the usual interval that makes a gap: the mean over a gap hides what happened in it. */
const gapFactor = 5;

const first: RateOutcome = { outcome: 'first sample' };
const reset: RateOutcome = { outcome: 'counter reset' };
const gap: RateOutcome = { outcome: 'gap' };
const notNewer: RateOutcome = { outcome: 'not newer' };

/**
 * Returns the rate at which a counter grew between two readings: `(current - previous) / seconds`.
 * @param previous  the reading before; `undefined` before the first reading
 * @param current   the newest reading. If it is not later than `previous`, the outcome is `not newer`
 * @param cadenceMs the usual time between readings. More than five times that is a `gap`; at 0, which means unknown,
 *   nothing is
 * @returns `perSecond` ≥ 0, in the counter's unit per second. A counter that fell was reset: a wrap at 32 bits looks the
 *   same, and a wrong guess of one would page
 * @example
 * rateOf({ timestampMs: 0, value: 100 }, { timestampMs: 10_000, value: 250 }); // => { outcome: 'rate', perSecond: 15 }
 */
export function rateOf(previous: CounterReading | undefined, current: CounterReading, cadenceMs = 0): RateOutcome {
  if (previous === undefined) return first;
  const elapsedMs = current.timestampMs - previous.timestampMs;
  if (elapsedMs <= 0) return notNewer;
  if (isGap(elapsedMs, cadenceMs)) return gap;
  const grown = current.value - previous.value;
  if (grown >= 0) return { outcome: 'rate', perSecond: (grown * 1000) / elapsedMs };
  return reset;
}

/**
 * Returns whether an interval is a gap: more than five times the usual one.
 * @param cadenceMs the usual interval; 0 while it is not known, and then nothing is a gap
 */
export function isGap(elapsedMs: number, cadenceMs: number): boolean {
  return cadenceMs > 0 && elapsedMs > gapFactor * cadenceMs;
}

/**
 * Returns the usual time between a series' samples, ms, after one more interval:
 *
 *     cadence = cadence + 0.1 * (min(elapsed, 5 * cadence) - cadence)
 *
 * A long interval is cut to the length of a gap. So a pause is forgotten soon, and a series that has become slower
 * still gets a longer cadence in the end.
 * @param cadenceMs the cadence so far; 0 before the first interval
 * @example
 * nextCadence(10_000, 20_000); // => 11_000
 */
export function nextCadence(cadenceMs: number, elapsedMs: number): number {
  if (cadenceMs === 0) return elapsedMs;
  return cadenceMs + 0.1 * (Math.min(elapsedMs, gapFactor * cadenceMs) - cadenceMs);
}
