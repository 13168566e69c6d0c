import { floorAt } from './detector/paging.ts';
import type { Reading } from './detector/reading.ts';
import { inUnitInterval } from './detector/reading.ts';
import { type SeriesRule, thresholdOf } from './rule.ts';

/** The comparison of a value with what was known before it: the result of applying a series' rule. */
export interface Verdict {
  /** Means that the metric is judged and the detector has learned enough. Otherwise, all other fields are meaningless. */
  ready: boolean;
  /** The middle of the usual values, in the unit judged. */
  expected: number;
  /** The range of values that are not off, in the unit judged. */
  lower: number;
  upper: number;
  /** The signed distance from the usual values, in multiples of the usual variation, within ±1000. */
  z: number;
  /** A measure of how unusual the value is, in [0, 1). */
  score: number;
  /** Means that the series repeats one value for longer than its usual runs explain. */
  isQuiet: boolean;
}

/** Returns a verdict that no value has been compared for. */
export const blankVerdict = (): Verdict => ({
  ready: false,
  expected: 0,
  lower: 0,
  upper: 0,
  z: 0,
  score: 0,
  isQuiet: false,
});

const zMax = 1_000;

/**
 * Sets a verdict by the reading of a value. A value of a candidate or an episode is compared with what was usual when that
 * began, because the trouble itself has widened what is usual since.
 * @param into the verdict to overwrite, because the hot path makes no garbage
 */
export function setVerdict(reading: Reading, value: number, rule: SeriesRule, into: Verdict): void {
  into.ready = reading.isReady;
  if (!into.ready) return;
  const began = reading.candidateValues > 0 || reading.isOpen;
  const lower = began ? reading.lowerAtStart : reading.lower;
  const upper = began ? reading.upperAtStart : reading.upper;
  const usual = began ? reading.usualAtStart : reading.envelopeUsual;
  const reach = thresholdOf(rule) * usual;
  const beyond = value > upper ? value - upper : value < lower ? value - lower : 0;
  into.expected = (lower + upper) / 2;
  into.lower = lower - Math.max(reach, floorAt(rule, lower, -1));
  into.upper = upper + Math.max(reach, floorAt(rule, upper, 1));
  into.z = beyond === 0 ? 0 : Math.min(zMax, Math.max(-zMax, beyond / usual));
  into.score = inUnitInterval(reading.score);
  into.isQuiet = reading.isQuiet;
}
