import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calms, falsePages, stepDelays } from '../../../../bench/quality/calibration.ts';
import { discountByPersistence, persistenceOf } from '../../../../functions/detect/detector/persistence.ts';

it('a distance counts in full where values are independent, and least where each follows from the one before', () => {
  expect(discountByPersistence(3, persistenceOf(4, 4))).toBe(3);
  expect(discountByPersistence(-3, persistenceOf(5, 4))).toBe(-3);
  expect(discountByPersistence(4.2, persistenceOf(0, 4))).toBeCloseTo(3, 12);
  expect(discountByPersistence(Number.POSITIVE_INFINITY, persistenceOf(0, 0))).toBe(Number.POSITIVE_INFINITY);
});

it('a distance keeps its side, and never grows', () => {
  const variance = fc.double({ min: 0, max: 1e36, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), variance, variance, (z, forecast, envelope) => {
      const discounted = discountByPersistence(z, persistenceOf(forecast, envelope));
      expect(Math.abs(discounted)).toBeLessThanOrEqual(Math.abs(z));
      expect(Math.abs(discounted)).toBeGreaterThanOrEqual(Math.abs(z) / 1.4001);
      expect(Math.sign(discounted)).toBe(Math.sign(z));
    }),
  );
});

it('an autoregressive series seldom pages by itself, and still pages for a shift', () => {
  const series = calms.find(({ name }) => name === 'AR(1), 0.9')!;
  // Without the discount there are 5 false pages a series-week; 0.7 over 40 seeds with it.
  expect(falsePages(series, 10_000, 50_000, 8).aWeek).toBeLessThan(3);
  expect(stepDelays(series, 4, 20_000, 8).rows.filter((delay) => delay < 6).length).toBeGreaterThanOrEqual(6);
});
