import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/quality/random.ts';
import { discountForPage } from '../../../../functions/detect/detector/habit.ts';
import { detectorFloats, inFloats } from '../../../../functions/detect/detector/layout.ts';
import { type PageRule, plainRule } from '../../../../functions/detect/detector/paging.ts';
import { SeriesDetector } from '../../../../functions/detect/detector/series-detector.ts';

const periodMs = 10_000;
/** A Monday, 00:00 UTC. */
const startMs = Date.UTC(2026, 0, 5);
const valuesOfDay = 8_640;

/** Returns the numbers of the values that page. */
function pagesOf(values: Iterable<number>, rule: PageRule): number[] {
  const detector = new SeriesDetector(rule);
  return [...values].flatMap((value, nth) => (detector.next(startMs + nth * periodMs, value).page ? [nth] : []));
}

/** A share of memory that varies by 0.002, and leaks from some value on. */
const leaking = (from: number, each: number, seed = 1): number[] => {
  const random = new Random(seed);
  return Array.from({ length: 6_000 }, (_, nth) => 0.3 + Math.max(0, nth - from) * each + 0.002 * random.normal());
};

describe('a slow drift', () => {
  const rule: PageRule = { ...plainRule, floor: 0.1, direction: 'up' };

  it('pages once it exceeds the floor, although each level on its way was learned', () => {
    const [first] = pagesOf(leaking(3_000, 0.002), rule);
    expect(first).toBeGreaterThan(3_040);
    expect(first).toBeLessThan(3_100);
  });

  it('is learned where it takes more than 500 values to exceed the floor', () => {
    expect(pagesOf(leaking(1_000, 0.00012), rule)).toEqual([]);
  });

  it('is learned as slowly where the series never varied before a single value that mattered', () => {
    const values = leaking(0, 0.00012).map((value, nth) => (nth < 200 ? 0 : nth === 200 ? 5 : value - 0.28));
    expect(pagesOf(values, rule)).toEqual([]);
  });

  it('pages nobody on the side that does not matter', () => {
    expect(pagesOf(leaking(3_000, -0.0002), rule)).toEqual([]);
  });

  it('pages nobody where a step below the floor is followed by noise', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const values = leaking(6_000, 0, seed).map((value, nth) => value + (nth > 3_000 ? 0.05 : 0));
      expect(pagesOf(values, rule)).toEqual([]);
    }
  });
});

describe('a daily pattern that is gone for some hours', () => {
  const random = new Random(3);
  const [days, goneFrom, goneTo] = [4, 3.4 * valuesOfDay, 3.7 * valuesOfDay];
  const values = Array.from({ length: days * valuesOfDay }, (_, nth) => {
    const share = 1 - 0.8 * Math.cos((2 * Math.PI * nth) / valuesOfDay);
    return 100 * (nth >= goneFrom && nth < goneTo ? 0.2 : share) + random.normal();
  });

  it('pages as it goes, and not as it returns, although the low level was learned', () => {
    const pages = pagesOf(values, { ...plainRule, floor: 10 }).filter((nth) => nth > 2 * valuesOfDay);
    expect(pages.length).toBeGreaterThan(0);
    for (const nth of pages) expect(nth).toBeLessThan(goneTo);
  });
});

it('a smooth day that is fifty times larger than its noise pages nobody at its crest', () => {
  const random = new Random(5);
  const [perDay, days] = [1_440, 21];
  const values = Array.from(
    { length: days * perDay },
    (_, nth) => 1_000 + 50 * Math.sin((2 * Math.PI * nth) / perDay) + random.normal(),
  );
  const detector = new SeriesDetector();
  const pages = values.filter((value, nth) => detector.next(startMs + nth * 60_000, value).page);
  expect(pages).toEqual([]);
});

describe('a rate of which only rises matter', () => {
  const values = (last: number): number[] => {
    const random = new Random(4);
    return [...Array.from({ length: 600 }, () => 1_000 + 50 * random.normal()), ...Array<number>(60).fill(last)];
  };
  const rule: PageRule = { ...plainRule, direction: 'up', flatLines: 'falls' };

  it('pages when it stays 0, where its rule has flat lines of silence', () => {
    const [first] = pagesOf(values(0), { ...rule, flatLines: 'silence' });
    expect(first).toBeGreaterThan(610);
    expect(first).toBeLessThan(640);
  });

  it('pages for no other low value, and for none where its rule has falls alone', () => {
    expect(pagesOf(values(500), { ...rule, flatLines: 'silence' })).toEqual([]);
    expect(pagesOf(values(0), rule)).toEqual([]);
  });
});

it('a distance counts less for pages with each burst and in youth, and keeps its side', () => {
  const counts = fc.integer({ min: 50, max: 1e6 });
  const bursts = fc.double({ min: 0, max: 100, noNaN: true });
  const persistences = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: -1_000, max: 1_000, noNaN: true }),
      bursts,
      counts,
      persistences,
      (z, habit, count, persistence) => {
        const floats = new Float32Array(detectorFloats);
        const young = discountForPage(floats, 0, z, { count, persistence });
        floats[inFloats.habit] = habit;
        const bursty = discountForPage(floats, 0, z, { count, persistence });
        expect(Math.abs(bursty)).toBeLessThanOrEqual(Math.abs(young));
        expect(Math.abs(young)).toBeLessThanOrEqual(Math.abs(z));
        expect(bursty * z).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

describe('an episode of a series that never varied before', () => {
  it('closes where its values are exactly what they were before', () => {
    const detector = new SeriesDetector();
    const isOpen = [...Array(600).fill(0), ...Array(5).fill(3), ...Array(20).fill(0)].map(
      (value: number, index) => detector.next(60_000 * index, value).isOpen,
    );
    expect([isOpen[604], isOpen[608], isOpen[609], isOpen.at(-1)]).toEqual([true, true, false, false]);
  });
});

describe('a pattern that stays', () => {
  const random = new Random(1);
  const noise = () => 0.005 * random.normal();

  it.each([
    ['every second value is far off', (nth: number) => (nth % 2 === 0 ? 0.05 : 0.9)],
    ['the noise is a hundred times as wide', () => 0.05 + 100 * noise()],
  ])('pages once and is usual in the end, not open for ever: %s', (_, patternAt) => {
    const detector = new SeriesDetector(plainRule);
    let pages = 0;
    let isOpen = false;
    for (let nth = 0; nth < 2 * valuesOfDay; nth += 1) {
      const value = nth < 1_000 ? 0.05 + noise() : patternAt(nth) + noise();
      const reading = detector.next(startMs + nth * periodMs, value);
      isOpen = reading.isOpen;
      if (reading.page) pages += 1;
      if (nth === 1_100) expect(isOpen).toBe(true);
    }
    expect({ pages, isOpen }).toEqual({ pages: 1, isOpen: false });
  });
});
