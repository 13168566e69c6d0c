import { inDoubles, inFloats, profileSlots, valuesToLearn } from './layout.ts';
import type { DetectorState } from './state.ts';

const originAt = inDoubles.origin;
const perUnitAt = inDoubles.perUnit;
const beforePreviousAt = inFloats.beforePrevious;
const envelopeVarianceAt = inFloats.envelopeVariance;
const meanAt = inFloats.mean;
const midAt = inFloats.mid;
const previousOfDayAt = inFloats.previousOfDay;
const rangesAt = inFloats.ranges;
const slowAt = inFloats.slow;
const toLearn = valuesToLearn;
const slotCount = profileSlots;

/** The largest magnitude in the unit of the state. Single precision overflows at 3.4e38, and its square must not. */
export const levelMax = 1e18;

/** The number of values between two looks at the origin, a power of two. */
const moveEvery = 1024;
/** The distance of the mean from the origin at which the origin follows, in spreads. Floats have seven digits. */
const moveBeyond = 1_000;

/**
 * Returns a value as a level: its distance from the origin in the unit of the state, within ±1e18. The origin is the
 * first value. The unit is the magnitude of the first difference, rounded to a power of two, so that it changes no digit.
 */
export function levelOf({ doubles, doublesAt }: DetectorState, value: number): number {
  const level = (value - doubles[doublesAt + originAt]!) * doubles[doublesAt + perUnitAt]!;
  return level > levelMax ? levelMax : Math.max(level, -levelMax);
}

/** Chooses the unit of the state, once a value differs from the first one. */
export function chooseUnit({ doubles, doublesAt }: DetectorState, value: number): void {
  if (doubles[doublesAt + perUnitAt] !== 0) return;
  const difference = Math.abs(value - doubles[doublesAt + originAt]!);
  if (difference === 0) return;
  const exponent = Math.max(-1_000, Math.min(1_000, Math.floor(Math.log2(difference))));
  doubles[doublesAt + perUnitAt] = 2 ** -exponent;
}

/** Returns a level as a value in the unit of the series. */
export function inSeriesUnit({ doubles, doublesAt }: DetectorState, level: number): number {
  return doubles[doublesAt + originAt]! + sizeInSeriesUnit({ doubles, doublesAt }, level);
}

/** Returns a difference of levels in the unit of the series. */
export function sizeInSeriesUnit(
  { doubles, doublesAt }: Pick<DetectorState, 'doubles' | 'doublesAt'>,
  difference: number,
): number {
  const perUnit = doubles[doublesAt + perUnitAt]!;
  return perUnit === 0 ? 0 : difference / perUnit;
}

/**
 * Moves the origin to the mean if the mean is far from it, at the end of the warm-up and every 1,024 values. A first
 * value far from all others, as the 0 of a host that starts, would otherwise cost the digits that tell values apart.
 * @param count the number of values seen
 */
export function moveOrigin(state: DetectorState, count: number): void {
  if (count !== toLearn && (count & (moveEvery - 1)) !== 0) return;
  const { doubles, doublesAt, floats, floatsAt } = state;
  const mean = floats[floatsAt + meanAt]!;
  const variance = floats[floatsAt + envelopeVarianceAt]!;
  if (mean * mean <= moveBeyond * moveBeyond * variance) return;
  doubles[doublesAt + originAt] = inSeriesUnit(state, mean);
  for (const field of movedFields) floats[floatsAt + field]! -= mean;
  const { profile } = state;
  if (profile === undefined) return;
  for (let slot = profile.at; slot < profile.at + slotCount; slot += 1)
    if (profile.counts[slot]! > 0) profile.means[slot]! -= mean;
}

/** The levels among the floats of a series: what is relative to the origin. */
const movedFields = [
  meanAt,
  midAt,
  slowAt,
  beforePreviousAt,
  previousOfDayAt,
  rangesAt,
  rangesAt + 1,
  inFloats.lowerAtStart,
  inFloats.upperAtStart,
];
