import type { MetricSummary } from '../shared/domain/summary.ts';
import { inMinute, minuteDoubles, slot } from './slot.ts';
import type { Verdict } from './verdict.ts';

/** Where the minute of `parity` lies among the doubles of the series at `at`. */
const minuteAt = (at: number, parity: 0 | 1): number => at + slot.minutes + parity * minuteDoubles;

/** Adds a judged value to an open minute. */
export function addToMinute(state: Float64Array, at: number, parity: 0 | 1, value: number, verdict: Verdict): void {
  const minute = minuteAt(at, parity);
  const count = state[minute + inMinute.count]!;
  state[minute + inMinute.count] = count + 1;
  state[minute + inMinute.sum] = state[minute + inMinute.sum]! + value;
  state[minute + inMinute.min] = count === 0 ? value : Math.min(state[minute + inMinute.min]!, value);
  state[minute + inMinute.max] = count === 0 ? value : Math.max(state[minute + inMinute.max]!, value);
  state[minute + inMinute.last] = value;
  if (verdict.ready) noteVerdict(state, at, parity, verdict);
}

/** Notes what was expected; the minute keeps the newest expectation and the highest score. */
export function noteVerdict(state: Float64Array, at: number, parity: 0 | 1, verdict: Verdict): void {
  const minute = minuteAt(at, parity);
  state[minute + inMinute.expected] = verdict.expected;
  state[minute + inMinute.spread] = verdict.spread;
  state[minute + inMinute.score] = Math.max(state[minute + inMinute.score]!, verdict.score);
}

/** Adds to a minute what is summed rather than averaged. */
export function addDelta(state: Float64Array, at: number, parity: 0 | 1, value: number): void {
  const minute = minuteAt(at, parity);
  state[minute + inMinute.count] = state[minute + inMinute.count]! + 1;
  state[minute + inMinute.sum] = state[minute + inMinute.sum]! + value;
}

/** What was added to a minute so far; 0 if nothing was. */
export function sumOfMinute(state: Float64Array, at: number, parity: 0 | 1): number {
  return state[minuteAt(at, parity) + inMinute.sum]!;
}

/**
 * What a minute came to, and empties it.
 * @param isDelta its sum is the one value it has
 * @returns `undefined` where nothing was added
 */
export function takeMinute(
  state: Float64Array,
  at: number,
  parity: 0 | 1,
  isDelta: boolean,
): MetricSummary | undefined {
  const minute = minuteAt(at, parity);
  const count = state[minute + inMinute.count]!;
  const sum = state[minute + inMinute.sum]!;
  const [min, max, last] = [inMinute.min, inMinute.max, inMinute.last].map((field) => state[minute + field]!);
  const spread = state[minute + inMinute.spread]!;
  const expectation =
    spread > 0 ? { expected: state[minute + inMinute.expected]!, spread, score: state[minute + inMinute.score]! } : {};
  state.fill(0, minute, minute + minuteDoubles);
  if (count === 0) return undefined;
  if (isDelta) return { avg: sum, min: sum, max: sum, last: sum, count, ...expectation };
  return { avg: sum / count, min: min!, max: max!, last: last!, count, ...expectation };
}
