import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGap, nextCadence, rateOf } from '../../../../functions/shared/domain/counter.ts';

const at = (timestampMs: number, value: number) => ({ timestampMs, value });

describe('rateOf', () => {
  it('has no rate for a first reading', () => {
    expect(rateOf(undefined, at(0, 5))).toEqual({ outcome: 'first sample' });
  });

  it('divides the growth by the seconds between the readings', () => {
    expect(rateOf(at(0, 100), at(10_000, 250))).toEqual({ outcome: 'rate', perSecond: 15 });
  });

  it('is zero for a counter that did not change', () => {
    expect(rateOf(at(0, 7), at(10_000, 7))).toEqual({ outcome: 'rate', perSecond: 0 });
  });

  it('a fall is a reset', () => {
    expect(rateOf(at(0, 1_000_000), at(10_000, 12))).toEqual({ outcome: 'counter reset' });
  });

  // A host that restarts after it has read 3.5 GB: a wrap would be a rate of 79 MB/s.
  it('a fall from just below 2^32 is a reset, and no wrap', () => {
    expect(rateOf(at(0, 2 ** 32 - 100), at(10_000, 900))).toEqual({ outcome: 'counter reset' });
  });

  it('has no rate over a gap, and one over the longest interval that is no gap', () => {
    expect(rateOf(at(0, 0), at(50_000, 500), 10_000)).toEqual({ outcome: 'rate', perSecond: 10 });
    expect(rateOf(at(0, 0), at(50_001, 500), 10_000)).toEqual({ outcome: 'gap' });
  });

  it('has no rate for a reading that is not newer', () => {
    expect(rateOf(at(10, 1), at(10, 2))).toEqual({ outcome: 'not newer' });
    expect(rateOf(at(10, 1), at(9, 2))).toEqual({ outcome: 'not newer' });
  });

  it('a rate is never negative', () => {
    const reading = fc.record({ timestampMs: fc.nat(), value: fc.double({ min: 0, max: 1e15, noNaN: true }) });
    fc.assert(
      fc.property(reading, reading, fc.nat(), (previous, current, cadenceMs) => {
        const rate = rateOf(previous, current, cadenceMs);
        if ('perSecond' in rate) expect(rate.perSecond).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('nextCadence', () => {
  // By hand, from cadence + 0.1 * (min(elapsed, 5 * cadence) - cadence).
  it('agrees with its formula on five intervals', () => {
    const cadences: number[] = [];
    for (const elapsedS of [10, 10, 20, 100, 10]) cadences.push(nextCadence(cadences.at(-1) ?? 0, elapsedS * 1_000));
    expect(cadences).toEqual([10_000, 10_000, 11_000, 15_400, 14_860]);
  });

  it('begins with the first interval', () => {
    expect(nextCadence(0, 10_000)).toBe(10_000);
  });

  it('the cadence recovers from a pause of a day within a few samples', () => {
    let cadenceMs = nextCadence(10_000, 86_400_000);
    expect(isGap(86_400_000, 10_000)).toBe(true);
    for (let nth = 0; nth < 10; nth += 1) cadenceMs = nextCadence(cadenceMs, 10_000);
    expect(cadenceMs).toBeLessThan(12_000);
  });

  it('reaches the new interval of a series that has become slower', () => {
    let cadenceMs = 10_000;
    let samples = 0;
    for (; isGap(600_000, cadenceMs); samples += 1) cadenceMs = nextCadence(cadenceMs, 600_000);
    expect(samples).toBeLessThan(10);
  });
});
