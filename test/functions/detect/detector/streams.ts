import { Detector } from '../../../../functions/detect/detector/detector.ts';
import { type PageRule, plainRule } from '../../../../functions/detect/detector/paging.ts';
import { type DetectorState, needsProfile, newProfile, newState } from '../../../../functions/detect/detector/state.ts';

/** One value's outputs, copied from the reading that the next value overwrites. */
export interface Outputs {
  readonly score: number;
  readonly alarm: number;
  readonly page: boolean;
  readonly isOpen: boolean;
}

export interface Run {
  readonly stepMs?: number;
  readonly rule?: PageRule;
  readonly state?: DetectorState;
}

/** Returns the outputs for each value of a series, whose first value is at midnight (UTC). */
export function run(values: Iterable<number>, { stepMs = 10_000, rule = plainRule, state }: Run = {}): Outputs[] {
  const detector = new Detector();
  let known = state ?? newState();
  let timeMs = Date.UTC(2026, 0, 5);
  const outputs: Outputs[] = [];
  for (const value of values) {
    if (state === undefined && needsProfile(known, timeMs)) known = { ...known, profile: newProfile() };
    const { score, alarm, page, isOpen } = detector.step(known, timeMs, value, rule);
    outputs.push({ score, alarm, page, isOpen });
    timeMs += stepMs;
  }
  return outputs;
}

/** Returns the indices of the values that page. */
export const pagesOf = (outputs: readonly Outputs[]): number[] =>
  outputs.flatMap(({ page }, index) => (page ? [index] : []));

/** Returns a repeatable source of numbers in [0, 1), from a linear congruential generator (Numerical Recipes). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Returns repeatable normal noise of mean 0 and standard deviation 1 (Box and Muller 1958). */
export function noise(count: number, seed = 1): number[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}
