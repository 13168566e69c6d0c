/** A counter's value at a moment. */
export interface CounterReading {
  readonly timestampMs: number;
  readonly value: number;
}

/** The result of comparing two readings of a counter. Only a `rate` and a `counter wrap` have a growth per second. */
export type RateOutcome =
  | { readonly outcome: 'rate' | 'counter wrap'; readonly perSecond: number }
  | { readonly outcome: 'first sample' | 'counter reset' | 'gap' | 'not newer' };

const wrapAt = 2 ** 32;
/**
 * The start of the top quarter. A counter of 32 bits that wraps falls from there into the bottom one; one that resets,
 * from anywhere.
 */
const wrapFrom = wrapAt * 0.75;
const wrapTo = wrapAt * 0.25;

/** The number of usual intervals that make a gap. The mean over such an interval is not a typical value of the series. */
const gapFactor = 5;

const first: RateOutcome = { outcome: 'first sample' };
const reset: RateOutcome = { outcome: 'counter reset' };
const gap: RateOutcome = { outcome: 'gap' };
const notNewer: RateOutcome = { outcome: 'not newer' };

/**
 * Returns how fast a counter grew between two readings: `(current - previous) / seconds`.
 * @param previous  `undefined` before the first reading
 * @param current   a later reading than `previous`; otherwise the outcome is `not newer`
 * @param cadenceMs the usual time between readings; more than five times as long is a `gap`. If it is 0, there is no `gap`
 * @returns `perSecond` ≥ 0, in the counter's unit per second. A fall is a `counter wrap` of 32 bits if it leads from the top
 *   quarter of their range into the bottom quarter, and otherwise a `counter reset`
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
  const wrapped = previous.value < wrapAt && previous.value >= wrapFrom && current.value >= 0 && current.value < wrapTo;
  if (wrapped) return { outcome: 'counter wrap', perSecond: ((grown + wrapAt) * 1000) / elapsedMs };
  return reset;
}

/**
 * Returns whether the time between two samples is a gap.
 * @param cadenceMs the usual time between them; 0 while it is not known
 */
export function isGap(elapsedMs: number, cadenceMs: number): boolean {
  return cadenceMs > 0 && elapsedMs > gapFactor * cadenceMs;
}

/**
 * Returns the usual time between the samples of a series, in ms, after one more interval. A long interval counts as one of the
 * length of a gap. So a pause has little effect, and a series that has become slower is still recognised in the end.
 * @param cadenceMs 0 before the first interval
 */
export function nextCadence(cadenceMs: number, elapsedMs: number): number {
  if (cadenceMs === 0) return elapsedMs;
  return cadenceMs + 0.1 * (Math.min(elapsedMs, gapFactor * cadenceMs) - cadenceMs);
}
