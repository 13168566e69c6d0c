import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../../functions/detect/detector.ts';
import { ewma } from '../../../functions/detect/ewma.ts';
import { detector } from '../../../functions/detect/slot.ts';
import { spreadOf, tailScore } from '../../../functions/detect/z-score.ts';

/** The detectors in use, by their use. */
const detectors: readonly [string, Detector][] = [
  ['of the pipeline', detector],
  ['of offbeat detect FILE.csv', ewma({ alpha: 0.005, warmUp: 50 })],
  ['of short memory', ewma({ alpha: 0.1, warmUp: 1 })],
];

/** Returns the score of each value, computed before the value is learned. */
function scores(subject: Detector, values: readonly number[]): number[] {
  const state = new Float64Array(subject.doubles);
  return values.map((value) => {
    const expected = subject.expected(state, 0);
    const z = Math.abs(value - expected) / spreadOf(subject.deviation(state, 0), expected, 0, 6);
    const score = subject.isReady(state, 0) ? tailScore(z) : 0;
    subject.learn(state, 0, value);
    return score;
  });
}

const values = fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), { maxLength: 100 });

describe.each(detectors)('the detector %s', (_, subject) => {
  it('is not ready before the first sample', () => {
    expect(subject.isReady(new Float64Array(subject.doubles), 0)).toBe(false);
  });

  it('gives scores in [0, 1)', () => {
    fc.assert(
      fc.property(values, (series) => {
        for (const score of scores(subject, series)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThan(1);
        }
      }),
    );
  });

  it('changes no double when it is queried, and only its own doubles when it learns', () => {
    fc.assert(
      fc.property(values, (series) => {
        const state = new Float64Array(subject.doubles + 2).fill(7, 0, 1).fill(7, -1);
        for (const value of series) {
          subject.learn(state, 1, value);
          const before = state.slice();
          subject.expected(state, 1);
          subject.deviation(state, 1);
          subject.isReady(state, 1);
          expect(state).toEqual(before);
        }
        expect([state[0], state.at(-1)]).toEqual([7, 7]);
      }),
    );
  });

  it('keeps all its state in its doubles, so that a copy continues in the same way', () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const original = new Float64Array(subject.doubles);
        for (const value of before) subject.learn(original, 0, value);
        const copy = new Float64Array(original.buffer.slice(0));
        for (const value of after) {
          subject.learn(original, 0, value);
          subject.learn(copy, 0, value);
        }
        expect(copy).toEqual(original);
      }),
    );
  });

  it('ranks labelled anomalies above chance', () => {
    // A wave of 40 samples with every 97th value lifted; area under the ROC curve, 0.5 is chance.
    const isAnomaly = (nth: number): boolean => nth > 100 && nth % 97 === 0;
    const series = Array.from({ length: 2_000 }, (_, nth) => Math.sin(nth * 0.157) + (isAnomaly(nth) ? 4 : 0));
    const scored = scores(subject, series).slice(100);
    const anomalous = scored.filter((_, nth) => isAnomaly(nth + 100));
    const normal = scored.filter((_, nth) => !isAnomaly(nth + 100));
    const won = anomalous.reduce((sum, score) => sum + normal.filter((other) => other < score).length, 0);
    expect(won / (anomalous.length * normal.length)).toBeGreaterThan(0.8);
  });
});
