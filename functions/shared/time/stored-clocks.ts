import type { InputTime, ScopeClock } from './aligned-clocks.ts';

/** A clock as JSON. Its entries are sorted, so that equal clocks are equal text. */
export interface StoredClock extends Omit<ScopeClock, 'inputs' | 'ended'> {
  readonly inputs: readonly (readonly [number, InputTime])[];
  readonly ended: readonly number[];
}

/** Converts a clock to JSON. */
export function storeClock({
  of,
  inputs,
  ended,
  runMs,
  liveSinceMs,
  newestAppendedMs,
  timeMs,
}: ScopeClock): StoredClock {
  return {
    of,
    inputs: [...inputs].sort(([a], [b]) => a - b),
    ended: [...ended].sort((a, b) => a - b),
    runMs,
    newestAppendedMs,
    ...(liveSinceMs === undefined ? {} : { liveSinceMs }),
    ...(timeMs === undefined ? {} : { timeMs }),
  };
}

/** Converts JSON back to the clock that {@link storeClock} was given. */
export function restoreClock({ inputs, ended, ...clock }: StoredClock): ScopeClock {
  return { ...clock, inputs: new Map(inputs), ended: new Set(ended) };
}
