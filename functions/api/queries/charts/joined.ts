import type { Reading } from './steps.ts';

/** A time range, ms since 1970. */
export interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The periods that may be missing before readings are said to begin late. */
const latePeriods = 2.5;

/** Returns the time before the first reading in which other readings are missing; `undefined` if there is none. */
export function timeBefore(readings: readonly Reading[], range: Times, periodMs: number): Times | undefined {
  const firstMs = readings[0]?.timeMs ?? range.toMs;
  return firstMs - range.fromMs > latePeriods * periodMs ? { fromMs: range.fromMs, toMs: firstMs } : undefined;
}

/** Returns the time after the last reading in which other readings are missing; `undefined` if there is none. */
export function timeAfter(readings: readonly Reading[], range: Times, periodMs: number): Times | undefined {
  const lastMs = readings.at(-1)?.timeMs;
  const fromMs = lastMs === undefined ? range.fromMs : lastMs + periodMs;
  return range.toMs > fromMs ? { fromMs, toMs: range.toMs } : undefined;
}

/**
 * Returns readings with those of another source before and after them, such as the minutes before the oldest samples that are kept.
 * @param periodMs the period of the other ones, ms; those that begin before the first reading and end after it are left out
 */
export function joined<One extends Reading>(
  readings: readonly One[],
  others: readonly One[],
  periodMs: number,
): readonly One[] {
  const [first, last] = [readings[0], readings.at(-1)];
  const own = others.map((other) => ({ ...other, periodMs }));
  if (first === undefined || last === undefined) return own;
  return [
    ...own.filter(({ timeMs }) => timeMs + periodMs <= first.timeMs),
    ...readings,
    ...own.filter(({ timeMs }) => timeMs > last.timeMs),
  ];
}
