import { floorAt, type Judgement } from './judgement.ts';
import { detector, slot } from './slot.ts';
import { spreadOf, tailScore } from './z-score.ts';

/** How a value compares with what was known before it. */
export interface Verdict {
  /** False while the detector warms up, and where the metric is never judged: then nothing else counts. */
  ready: boolean;
  expected: number;
  spread: number;
  /** Signed, in spreads. */
  z: number;
  /** In [0, 1), of the deviation to the side that counts. */
  score: number;
  off: boolean;
}

export const blankVerdict = (): Verdict => ({ ready: false, expected: 0, spread: 0, z: 0, score: 0, off: false });

/** A spike moves the baseline by no more than this many spreads would. */
const clipSpreads = 3;

/**
 * Holds `value` against what the series' detector knows; learns nothing.
 * @param at where the series' doubles begin
 * @param into overwritten: the hot path makes no garbage
 */
export function judge(state: Float64Array, at: number, value: number, judgement: Judgement, into: Verdict): void {
  const learned = at + slot.detector;
  into.ready = judgement.judged && detector.isReady(state, learned);
  into.off = false;
  into.score = 0;
  if (!into.ready) return;
  const expected = detector.expected(state, learned);
  const floor = floorAt(judgement, expected);
  const spread = spreadOf(detector.deviation(state, learned), expected, floor, judgement.threshold);
  const z = (value - expected) / spread;
  const counted = judgement.direction === 'both' ? Math.abs(z) : judgement.direction === 'up' ? z : -z;
  into.expected = expected;
  into.spread = spread;
  into.z = z;
  into.score = tailScore(counted);
  into.off = counted >= judgement.threshold;
}

/**
 * Learns from `value`: clipped where it was off, and not at all while an episode lasts, so that an incident does not
 * become the baseline. One that lasts for long is accepted as a whole (`episode.ts`).
 */
export function learn(state: Float64Array, at: number, value: number, verdict: Verdict, inEpisode: boolean): void {
  if (!verdict.off) detector.learn(state, at + slot.detector, value);
  else if (!inEpisode) detector.learn(state, at + slot.detector, clipped(value, verdict));
}

function clipped(value: number, { expected, spread }: Verdict): number {
  const reach = clipSpreads * spread;
  return Math.min(expected + reach, Math.max(expected - reach, value));
}
