import type { Detector } from './detector.ts';
import { ewma } from './ewma.ts';
import { spreadOf, tailScore } from './z-score.ts';

/** How a value compares with all before it. Both in [0, 1), both answered before the value was learned. */
export interface StreamScore {
  /** How unusual it is. */
  readonly score: number;
  /** What would page now: the same, but 0 soon after an alarm that it does not clearly exceed. */
  readonly alarm: number;
}

/** Spreads from the expectation at which a value pages, as for a series of the flow. */
const alarmZ = 6;
/** An alarm at or above this is an anomaly. */
export const alarmThreshold = tailScore(alarmZ);

/** Two hundred samples of memory: what is usual of an unknown series should outlast its bursts. */
const detector: Detector = ewma({ alpha: 0.005, warmUp: 50 });

/** A value beyond all that was ever seen counts as this many times as far off. */
const breakoutFactor = 2;
/** For so many samples after an alarm, the next must be this many times as far off, in the series' own unit. */
const refractorySamples = 150;
const refractoryFactor = 1.5;

/**
 * Scores a series of which nothing is known: no unit, no floor, no cadence. Constant memory. How far a value is from
 * its EWMA counts, and more so outside the range of all values so far; an alarm is followed by a refractory time,
 * because it is for whoever is paged, while the score ranks rows.
 */
export class StreamScorer {
  readonly #state = new Float64Array(detector.doubles);
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #sinceAlarm = refractorySamples;
  #alarmDeviation = 0;

  /** @param value finite, within ±1e100 */
  next(value: number): StreamScore {
    const z = this.#distance(value);
    const score = { score: tailScore(z), alarm: tailScore(this.#refract(z, value)) };
    detector.learn(this.#state, 0, value);
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    return score;
  }

  /** @returns in spreads, ≥ 0; 0 while the detector warms up */
  #distance(value: number): number {
    if (!detector.isReady(this.#state, 0)) return 0;
    const expected = detector.expected(this.#state, 0);
    const z = Math.abs(value - expected) / spreadOf(detector.deviation(this.#state, 0), expected, 0, alarmZ);
    return value < this.#lowest || value > this.#highest ? breakoutFactor * z : z;
  }

  /**
   * Compares deviations, not spreads: what raised the alarm has itself widened the spread.
   * @returns z, or 0 where an alarm not long ago already said as much
   */
  #refract(z: number, value: number): number {
    this.#sinceAlarm += 1;
    const deviation = Math.abs(value - detector.expected(this.#state, 0));
    if (this.#sinceAlarm <= refractorySamples && deviation < refractoryFactor * this.#alarmDeviation) return 0;
    if (z >= alarmZ) {
      this.#sinceAlarm = 0;
      this.#alarmDeviation = deviation;
    }
    return z;
  }
}
