import { slot } from './slot.ts';

/** How many of how many samples must be off before it is more than a spike. */
interface Persistence {
  readonly need: 2 | 3;
  readonly of: number;
}

/** Half a minute of evidence where samples come every few seconds; fewer samples where each is minutes apart. */
const quick: Persistence = { need: 3, of: 5 };
const slow: Persistence = { need: 2, of: 3 };
const slowFromMs = 30_000;

/** What the last few samples together say: enough of them were off, some were, or none was. */
export type Run = 'off' | 'undecided' | 'quiet';

/**
 * Notes whether the newest sample was off, and says what it and the few before it come to.
 * @param at where the series' doubles begin
 * @param timestampMs of the newest sample
 */
export function noteOff(state: Float64Array, at: number, off: boolean, timestampMs: number): Run {
  const { need, of } = persistenceOf(state, at);
  const bits = ((state[at + slot.offBits]! << 1) | (off ? 1 : 0)) & ((1 << of) - 1);
  state[at + slot.offBits] = bits;
  if (off) {
    const times = at + slot.offMs;
    state[times + 2] = state[times + 1]!;
    state[times + 1] = state[times]!;
    state[times] = timestampMs;
  }
  if (bits === 0) return 'quiet';
  return off && ones(bits) >= need ? 'off' : 'undecided';
}

/** When a run that {@link noteOff} just called `off` began: the time of the first sample it needed. */
export function runStartMs(state: Float64Array, at: number): number {
  return state[at + slot.offMs + persistenceOf(state, at).need - 1]!;
}

/** Time of the newest sample that was off. */
export function lastOffMs(state: Float64Array, at: number): number {
  return state[at + slot.offMs]!;
}

function persistenceOf(state: Float64Array, at: number): Persistence {
  return state[at + slot.cadenceMs]! >= slowFromMs ? slow : quick;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
