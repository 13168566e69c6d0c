import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calms, falsePages, stepDelays } from '../../../../bench/quality/calibration.ts';
import { Random } from '../../../../bench/quality/random.ts';
import { Detector } from '../../../../functions/detect/detector/detector.ts';
import { weighEvidence } from '../../../../functions/detect/detector/evidence.ts';
import { detectorFloats } from '../../../../functions/detect/detector/layout.ts';
import { plainRule } from '../../../../functions/detect/detector/paging.ts';
import { newState } from '../../../../functions/detect/detector/state.ts';

const calm = (name: string) => calms.find((one) => one.name === name)!;

/** Returns on which side each distance pages. */
function sidesOf(distances: readonly number[], sensitivity = 1): number[] {
  const floats = new Float32Array(detectorFloats);
  return distances.map((z) => weighEvidence(floats, 0, z, sensitivity));
}

describe('the evidence of several values', () => {
  it('pages with the fourth value of 3.75 spreads, on its side, and once', () => {
    expect(sidesOf([4, 4, 4, 4, 4])).toEqual([0, 0, 0, 1, 1]);
    expect(sidesOf([-4, -4, -4, -4])).toEqual([0, 0, 0, -1]);
    expect(sidesOf([4, 4, 4, 4, ...Array<number>(100).fill(0), 4, 4, 4, 4])).toEqual([
      ...[0, 0, 0, 1],
      ...Array<number>(104).fill(0),
    ]);
  });

  it('needs less where the rule is more sensitive', () => {
    expect(sidesOf([2, 2, 2, 2, 2])).toEqual([0, 0, 0, 0, 0]);
    expect(sidesOf([2, 2, 2, 2, 2], 2)).toEqual([0, 0, 0, 1, 1]);
  });

  it('never pages for three values, however far off they are', () => {
    const far = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(far, far, far, (a, b, c) => {
        expect(sidesOf([a, b, c])).toEqual([0, 0, 0]);
      }),
    );
  });

  it.each(['t3 (heavy tails)', 'lognormal, sigma 1'])('finds a shift among the outliers of %s', (name) => {
    const delays = stepDelays(calm(name), 4, 20_000, 12).rows;
    expect(delays.filter((delay) => delay < 6).length).toBeGreaterThanOrEqual(10);
    expect(falsePages(calm(name), 10_000, 50_000, 4).aWeek).toBeLessThan(1.2);
  });

  it('marks the value that pages, which is off as the values before it', () => {
    const detector = new Detector();
    const state = newState();
    const next = calm('lognormal, sigma 1').source(new Random(1_001));
    let marked = 0;
    for (let index = 0; index < 20_010; index += 1) {
      const value = next(0) + (index < 20_000 ? 0 : 8.64);
      const reading = detector.step(state, index * 10_000, value, plainRule);
      if (!reading.isByEvidence) continue;
      const { page, isOpen, isOff, candidateValues } = reading;
      expect([page, isOpen, isOff, candidateValues, index > 20_000]).toEqual([true, true, true, 4, true]);
      marked += 1;
    }
    expect(marked).toBe(1);
  });
});
