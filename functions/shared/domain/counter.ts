/** A counter's value at a moment. */
export interface CounterReading {
  readonly timestampMs: number;
  readonly value: number;
}

/** What two readings of a counter tell. Only a `rate` or a `counter wrap` says how fast it grew. */
export type RateOutcome =
  | { readonly outcome: 'rate' | 'counter wrap'; readonly perSecond: number }
  | { readonly outcome: 'first sample' | 'counter reset' | 'gap' | 'not newer' };

const wrapAt = 2 ** 32;
/** A counter of 32 bits that wraps falls from the top quarter into the bottom one; one that resets falls from anywhere. */
const wrapFrom = wrapAt * 0.75;
const wrapTo = wrapAt * 0.25;

/** An interval this many times the usual one hides what happened in it: its mean is not one of the series' values. */
const gapFactor = 5;

const first: RateOutcome = { outcome: 'first sample' };
const reset: RateOutcome = { outcome: 'counter reset' };
const gap: RateOutcome = { outcome: 'gap' };
const notNewer: RateOutcome = { outcome: 'not newer' };

/**
 * How fast a counter grew between two readings: `(current - previous) / seconds`.
 * @param previous  `undefined` before the first reading
 * @param current   at a later moment than `previous`, else the outcome is `not newer`
 * @param cadenceMs usual time between readings; more than five times that is a `gap`. Without it nothing is one
 * @returns `perSecond` ≥ 0, in the counter's unit per second; a fall is a `counter reset`, or a `counter wrap` of
 *   32 bits where it falls from the top quarter of them into the bottom one
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

/** @param cadenceMs 0 while it is not known */
export function isGap(elapsedMs: number, cadenceMs: number): boolean {
  return cadenceMs > 0 && elapsedMs > gapFactor * cadenceMs;
}

/**
 * The usual time between a series' samples, in ms, after one more interval. One long interval counts no more than a
 * gap's length, so that a pause is forgotten soon, yet a series that has become slower is believed in the end.
 * @param cadenceMs 0 before the first interval
 */
export function nextCadence(cadenceMs: number, elapsedMs: number): number {
  if (cadenceMs === 0) return elapsedMs;
  return cadenceMs + 0.1 * (Math.min(elapsedMs, gapFactor * cadenceMs) - cadenceMs);
}
