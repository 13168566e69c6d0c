import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { shownRange } from '../../../../functions/shared/domain/expected-range.ts';

const any = fc.double({ noNaN: true, min: -1e6, max: 1e6 });

describe('an expected range as people see it', () => {
  it('does not go below zero for a series that is usually positive, nor for a counter', () => {
    expect(shownRange({ expected: 2, lower: -3, upper: 7 }, { isCounter: false, max: undefined })).toEqual([0, 7]);
    expect(shownRange({ expected: -2, lower: -3, upper: -1 }, { isCounter: true, max: undefined })).toEqual([0, 0]);
    expect(shownRange({ expected: -2, lower: -3, upper: 1 }, { isCounter: false, max: undefined })).toEqual([-3, 1]);
  });

  it('does not go above the whole for a share', () => {
    const cpu = seriesFacts({ metric: 'system.cpu.total.norm.pct', dimensions: {} })!;
    expect(shownRange({ expected: 0.7, lower: -0.1, upper: 1.49 }, { isCounter: false, max: cpu.max })).toEqual([0, 1]);
  });

  it('is not cut for a share that is shipped in per cent', () => {
    expect(shownRange({ expected: 40, lower: 30, upper: 50 }, { isCounter: false, max: 1 })).toEqual([30, 50]);
  });

  it('contains what is expected, in order, wherever that is possible', () => {
    fc.assert(
      fc.property(fc.tuple(any, any, any), fc.boolean(), fc.option(any, { nil: undefined }), (ends, isCounter, max) => {
        const [lower, expected, upper] = ends.toSorted((one, other) => one - other) as [number, number, number];
        fc.pre(max === undefined || max > 0);
        const [low, high] = shownRange({ expected, lower, upper }, { isCounter, max });
        const shown = isCounter ? Math.max(0, expected) : expected;
        expect(low).toBeLessThanOrEqual(shown);
        expect(high).toBeGreaterThanOrEqual(shown);
      }),
    );
  });
});
