import { type SeriesValues, slot } from './slot.ts';

/** A number of samples that must be off, among the newest samples, before an episode begins. */
interface Persistence {
  readonly need: 2 | 3;
  readonly of: number;
}

/** Three of five samples, which are half a minute where samples come every few seconds. */
const quick: Persistence = { need: 3, of: 5 };
/** Two of three samples, for series whose samples come half a minute or more apart. */
const slow: Persistence = { need: 2, of: 3 };
const slowFromMs = 30_000;

/** A summary of the newest samples: `off` if enough of them were off, `quiet` if none was, else `undecided`. */
export type Run = 'off' | 'undecided' | 'quiet';

/**
 * Notes whether the newest sample was off.
 * @param timestampMs the time of that sample
 * @returns the run that the newest samples form; `off` only for a sample that is itself off
 */
export function noteOff(series: SeriesValues, off: boolean, timestampMs: number): Run {
  const { values, at } = series;
  const { need, of } = persistenceOf(series);
  const bits = ((values[at + slot.offBits]! << 1) | (off ? 1 : 0)) & ((1 << of) - 1);
  values[at + slot.offBits] = bits;
  if (off) {
    const times = at + slot.offMs;
    values[times + 2] = values[times + 1]!;
    values[times + 1] = values[times]!;
    values[times] = timestampMs;
  }
  if (bits === 0) return 'quiet';
  return off && ones(bits) >= need ? 'off' : 'undecided';
}

/** Returns when a run that {@link noteOff} just called `off` began: the time of the first sample that it needed, ms. */
export function runStartMs(series: SeriesValues): number {
  return series.values[series.at + slot.offMs + persistenceOf(series).need - 1]!;
}

/** Returns the time of the newest sample that was off, ms. */
export function lastOffMs({ values, at }: SeriesValues): number {
  return values[at + slot.offMs]!;
}

function persistenceOf({ values, at }: SeriesValues): Persistence {
  return values[at + slot.cadenceMs]! >= slowFromMs ? slow : quick;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
