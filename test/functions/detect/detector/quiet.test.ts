import { describe, expect, it } from 'vitest';
import { detectorFloats, inFloats } from '../../../../functions/detect/detector/layout.ts';
import { beginRuns, hasGoneQuiet } from '../../../../functions/detect/detector/quiet.ts';
import { uniform } from './streams.ts';

/** The values of an hour, at one every 10 s. */
const hour = 360;

/** Returns a function that observes values, equal or different ones, and returns at which of them the series was quiet. */
function observer() {
  const floats = new Float32Array(detectorFloats);
  beginRuns(floats, 0);
  return (values: number, isEqual: boolean): number[] => {
    const quiet: number[] = [];
    for (let nth = 1; nth <= values; nth += 1) {
      floats[inFloats.count] = floats[inFloats.count]! + 1;
      if (hasGoneQuiet(floats, 0, isEqual)) quiet.push(nth);
    }
    return quiet;
  };
}

describe('a series that repeats one value', () => {
  it('has not gone quiet in a weekend as long as that of the week before', () => {
    const observe = observer();
    observe(5 * 24 * hour, false);
    expect(observe(48 * hour, true).length).toBeGreaterThan(0);
    for (const _ of Array(3)) {
      observe(5 * 24 * hour, false);
      expect(observe(48 * hour, true)).toEqual([]);
    }
  });

  it('has gone quiet in a run of twice the longest one of the last days', () => {
    const observe = observer();
    for (const _ of Array(7)) {
      observe(12 * hour, false);
      observe(12 * hour, true);
    }
    observe(12 * hour, false);
    const [first] = observe(30 * hour, true);
    // By hand: a night of 12 h is halved in a week, and a run is compared with twice the last one, 12 h ago.
    expect(first! / hour).toBeGreaterThan(20);
    expect(first! / hour).toBeLessThan(24);
  });

  it.each([0.01, 0.02, 0.05])(
    'has not gone quiet on its first day because its events are rare: %f of its values',
    (share) => {
      for (let seed = 1; seed <= 10; seed += 1) {
        const random = uniform(seed);
        const observe = observer();
        let before = 0;
        const quiet = Array.from({ length: 24 * hour }, () => {
          const value = random() < share ? 1 : 0;
          const isEqual = value === before;
          before = value;
          return observe(1, isEqual);
        });
        expect(quiet.flat()).toEqual([]);
      }
    },
  );

  it('has not gone quiet before it was seen 100 times', () => {
    const observe = observer();
    observe(99, false);
    expect(observe(hour, true)).toEqual([]);
  });
});
