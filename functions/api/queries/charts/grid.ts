import { dayMs, hourMs, minuteMs, secondMs } from '../../../shared/domain/durations.ts';

/** The steps of a time axis, all of one length. Each value stands for `[time, time + stepMs)`. */
export interface Grid {
  readonly stepMs: number;
  /** The beginnings of the steps, the first at or before the range. Ms since 1970. */
  readonly times: readonly number[];
}

/** The lengths of steps that divide the next larger one, so that steps begin at full seconds, minutes and hours. Ms. */
const roundSteps = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * secondMs),
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * hourMs),
];

/**
 * Returns the steps of a range: of the shortest round length with which there are `points` steps at most.
 * @param fromMs the beginning of the range, inclusive
 * @param toMs   its end, exclusive; after `fromMs`
 * @param points from 1
 * @param stepMsMin the least length of a step, ms
 * @example
 * gridOf({ fromMs: 5_000, toMs: 25_000 }, 3, 0); // => { stepMs: 10_000, times: [0, 10_000, 20_000] }
 */
export function gridOf(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  points: number,
  stepMsMin: number,
): Grid {
  const fits = (stepMs: number): boolean =>
    stepMs >= stepMsMin && Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs) <= points;
  const stepMs = roundSteps.find(fits) ?? daysThat(fits);
  const first = Math.floor(fromMs / stepMs);
  const count = Math.ceil(toMs / stepMs) - first;
  return { stepMs, times: Array.from({ length: count }, (_, nth) => (first + nth) * stepMs) };
}

function daysThat(fits: (stepMs: number) => boolean): number {
  let stepMs = dayMs;
  while (!fits(stepMs)) stepMs *= 2;
  return stepMs;
}

/** Returns the number of the step that contains a moment; it may be before the first or after the last. */
export const stepAt = ({ stepMs, times }: Grid, timeMs: number): number => Math.floor((timeMs - times[0]!) / stepMs);
