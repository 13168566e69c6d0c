import { floorAt, type SeriesRule } from './rule.ts';
import { detector, type SeriesValues, slot } from './slot.ts';
import { spreadOf, tailScore } from './z-score.ts';

/** The comparison of a value with what was known before it: the result of applying a series' rule. */
export interface Verdict {
  /** Means that the metric is judged and the detector has warmed up. Otherwise, all other fields are meaningless. */
  ready: boolean;
  expected: number;
  /** The distance that `z` is measured in, > 0, in the unit of the series. */
  spread: number;
  /** The signed distance from the expected value, in spreads. */
  z: number;
  /** A score in [0, 1) of the deviation to the side that counts. */
  score: number;
  off: boolean;
}

/** Returns a verdict that no value has been compared for. */
export const blankVerdict = (): Verdict => ({ ready: false, expected: 0, spread: 0, z: 0, score: 0, off: false });

/** The most spreads from the expected value at which a value that is off is learned; beyond, it is clipped. */
const clipSpreads = 3;

/**
 * Compares a value with what the detector of its series expects. Learns nothing.
 * @param value finite, in the unit judged
 * @param into  the verdict to overwrite, because the hot path makes no garbage
 */
export function judge(series: SeriesValues, value: number, rule: SeriesRule, into: Verdict): void {
  const { values } = series;
  const learned = series.at + slot.detector;
  into.ready = rule.isJudged && detector.isReady(values, learned);
  into.off = false;
  into.score = 0;
  if (!into.ready) return;
  const expected = detector.expected(values, learned);
  const floor = floorAt(rule, expected);
  const spread = spreadOf(detector.deviation(values, learned), expected, floor, rule.threshold);
  const z = (value - expected) / spread;
  const counted = rule.direction === 'both' ? Math.abs(z) : rule.direction === 'up' ? z : -z;
  into.expected = expected;
  into.spread = spread;
  into.z = z;
  into.score = tailScore(counted);
  into.off = counted >= rule.threshold;
}

/**
 * Teaches the detector a value. A value that was off is clipped, and during an episode it is not learned at all, so
 * that an incident does not become the baseline. An episode that lasts for hours becomes the new level at once
 * (`episode.ts`).
 * @param verdict the verdict of {@link judge} on this value
 */
export function learn(series: SeriesValues, value: number, verdict: Verdict, inEpisode: boolean): void {
  if (!verdict.off) detector.learn(series.values, series.at + slot.detector, value);
  else if (!inEpisode) detector.learn(series.values, series.at + slot.detector, clipped(value, verdict));
}

function clipped(value: number, { expected, spread }: Verdict): number {
  const reach = clipSpreads * spread;
  return Math.min(expected + reach, Math.max(expected - reach, value));
}
