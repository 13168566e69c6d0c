import type { Detector } from './detector.ts';
import { ewma } from './ewma.ts';
import { spreadOf, tailScore } from './z-score.ts';

/**
 * The scores of a value against all values before it, each in [0, 1). They are computed before the value is learned.
 */
export interface StreamScore {
  /** A measure of how unusual the value is. */
  readonly score: number;
  /** The same, but 0 soon after an alarm that the value does not clearly exceed: a score to page by. */
  readonly alarm: number;
}

/** The distance from the expected value at which a value pages, in spreads; the same as in the pipeline (`rule.ts`). */
const alarmZ = 6;
/** The lowest `alarm` that is an anomaly. */
export const alarmThreshold = tailScore(alarmZ);

/** A detector that remembers about 200 samples, so that what is usual of an unknown series outlasts its bursts. */
const detector: Detector = ewma({ alpha: 0.005, warmUp: 50 });

/** The factor by which the distance of a value counts more if it is outside the range of all values before it. */
const breakoutFactor = 2;
/** The number of samples after an alarm in which another alarm needs a larger deviation. */
const refractorySamples = 150;
/** The multiple of the last alarm's deviation that it needs, in the unit of the series. */
const refractoryFactor = 1.5;

/**
 * Scores a series without knowing its unit, floor or cadence, for example a CSV file. Needs constant memory.
 *
 * The score grows with the distance of a value from its EWMA, and is higher outside the range of all values so far. The
 * score is for ranking rows. The alarm is for paging a person: after an alarm, the next one must be clearly worse.
 */
export class StreamScorer {
  readonly #values = new Float64Array(detector.doubles);
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #sinceAlarm = refractorySamples;
  #alarmDeviation = 0;

  /**
   * Scores a value, then learns it.
   * @param value finite, within ±1e100
   */
  next(value: number): StreamScore {
    const z = this.#distance(value);
    const score = { score: tailScore(z), alarm: tailScore(this.#refract(z, value)) };
    detector.learn(this.#values, 0, value);
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    return score;
  }

  /** Returns the distance of a value from the expected one, in spreads, ≥ 0; 0 while the detector warms up. */
  #distance(value: number): number {
    if (!detector.isReady(this.#values, 0)) return 0;
    const expected = detector.expected(this.#values, 0);
    const z = Math.abs(value - expected) / spreadOf(detector.deviation(this.#values, 0), expected, 0, alarmZ);
    return value < this.#lowest || value > this.#highest ? breakoutFactor * z : z;
  }

  /**
   * Suppresses a distance that does not clearly exceed a recent alarm. It compares deviations and not spreads, because
   * the values that raised the alarm have themselves widened the spread.
   * @returns `z`, or 0 if it is suppressed
   */
  #refract(z: number, value: number): number {
    this.#sinceAlarm += 1;
    const deviation = Math.abs(value - detector.expected(this.#values, 0));
    if (this.#sinceAlarm <= refractorySamples && deviation < refractoryFactor * this.#alarmDeviation) return 0;
    if (z >= alarmZ) {
      this.#sinceAlarm = 0;
      this.#alarmDeviation = deviation;
    }
    return z;
  }
}
