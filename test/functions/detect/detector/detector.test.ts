import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../../functions/detect/detector/detector.ts';
import {
  detectorDoubles,
  detectorFloats,
  inFloats,
  profileSlots,
} from '../../../../functions/detect/detector/layout.ts';
import { plainRule } from '../../../../functions/detect/detector/paging.ts';
import {
  newProfile,
  newState,
  profileBytes,
  stateBytes,
  weekBytes,
} from '../../../../functions/detect/detector/state.ts';
import { hourMs, minuteMs } from '../../../../functions/shared/domain/durations.ts';
import { noise, pagesOf, run, uniform } from './streams.ts';

const anyValues = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
    fc.constantFrom(0, 5e-324, 1e-30, 1e15, 1e100, -1e100),
  ),
  { minLength: 1, maxLength: 300 },
);
const wholeValues = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 100, maxLength: 300 });

describe('the detector', () => {
  it('gives scores and alarms from 0 to 1000 for any numbers within 1e100', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        for (const { score, alarm } of run(values, { state: newState(newProfile()) })) {
          for (const size of [score, alarm]) expect(size >= 0 && size <= 1000).toBe(true);
        }
      }),
    );
  });

  it('gives the same outputs in any unit: a power of two changes no digit', () => {
    fc.assert(
      fc.property(
        wholeValues,
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: -5000, max: 5000 }),
        (values, k, shift) => {
          const changed = run(values.map((value) => (value + shift) * 2 ** k));
          expect(changed).toEqual(run(values));
        },
      ),
    );
  });

  it('gives nearly the same outputs in units that change digits', () => {
    const values = noise(5_000).map((value, index) => value + (index > 4_000 ? 8 : 0));
    const plain = run(values);
    const changed = run(values.map((value) => value * 1e-7 + 3));
    expect(pagesOf(changed)).toEqual(pagesOf(plain));
    for (const [index, { score }] of changed.entries())
      expect(Math.abs(score - plain[index]!.score)).toBeLessThan(1e-3);
  });

  it('changes only its own part of shared arrays, in one layout for every series', () => {
    fc.assert(
      fc.property(anyValues, fc.nat(3), (values, nth) => {
        const alone = newState(newProfile());
        const shared = {
          doubles: new Float64Array(5 * detectorDoubles),
          doublesAt: nth * detectorDoubles,
          floats: new Float32Array(5 * detectorFloats),
          floatsAt: nth * detectorFloats,
          profile: {
            means: new Float32Array(5 * profileSlots),
            counts: new Uint16Array(5 * profileSlots),
            at: nth * profileSlots,
          },
          week: undefined,
        };
        expect(run(values, { state: shared })).toEqual(run(values, { state: alone }));
        const parts = [
          [shared.doubles, alone.doubles],
          [shared.floats, alone.floats],
          [shared.profile.means, alone.profile!.means],
          [shared.profile.counts, alone.profile!.counts],
        ] as const;
        for (const [all, own] of parts) {
          const at = nth * own.length;
          expect([...all.slice(at, at + own.length)]).toEqual([...own]);
          expect([...all.slice(0, at), ...all.slice(at + own.length)].every((number) => number === 0)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('serves many series with one detector, as one detector each would', () => {
    const detector = new Detector();
    const [first, second] = [newState(), newState()];
    const [a, b] = [noise(500, 1), noise(500, 2)];
    const mixed = a.map((value, index) => {
      const own = { ...detector.step(first, index * minuteMs, value) };
      detector.step(second, index * minuteMs, 1000 * b[index]!);
      return own.score;
    });
    expect(mixed).toEqual(run(a, { stepMs: minuteMs, state: newState() }).map(({ score }) => score));
  });

  it('needs 240 bytes for a series, 288 more for its day, and 792 for its week', () => {
    expect([stateBytes, profileBytes, weekBytes]).toEqual([240, 288, 792]);
  });

  it('does not drift: it judges the last of ten million values as the first ones, also where its counts stop', () => {
    const detector = new Detector();
    const state = newState(newProfile());
    const values = Float64Array.from(noise(50_000), (value) => 1e6 + value);
    const means: number[] = [];
    for (let nth = 0; nth < 200; nth += 1) {
      // A float cannot count beyond 2^24.
      if (nth === 100) state.floats[inFloats.count] = 2 ** 24 - 1_000;
      let sum = 0;
      for (let index = 0; index < values.length; index += 1) {
        sum += detector.step(state, (nth * values.length + index) * 1_000, values[index]!).score;
      }
      means.push(sum / values.length);
    }
    expect(state.floats[inFloats.count]).toBe(2 ** 24);
    expect(Math.abs(means.at(-1)! / means[1]! - 1)).toBeLessThan(0.05);
  });
});

describe('a page', () => {
  it.each([1, 2, 3, 4, 5])('comes within 6 values of a shift of 4 standard deviations (seed %i)', (seed) => {
    const values = noise(5_000, seed).map((value, index) => 100 + value + (index >= 4_000 ? 4 : 0));
    const pages = pagesOf(run(values));
    expect(pages).toHaveLength(1);
    expect(pages[0]! - 4_000).toBeGreaterThanOrEqual(2);
    expect(pages[0]! - 4_000).toBeLessThanOrEqual(6);
  });

  it('comes neither for noise nor for one value far off', () => {
    const values = noise(30_000).map((value, index) => 100 + value + (index === 20_000 ? 30 : 0));
    expect(pagesOf(run(values))).toEqual([]);
  });

  it('opens an episode that closes once the new level has been learned', () => {
    const outputs = run(noise(5_000).map((value, index) => value + (index >= 4_000 ? 10 : 0)));
    const open = outputs.flatMap(({ isOpen }, index) => (isOpen ? [index] : []));
    expect(open[0]).toBe(4_002);
    expect(open.length).toBeGreaterThan(50);
    expect(open.length).toBeLessThan(200);
    expect(open.at(-1)! - open[0]!).toBe(open.length - 1);
  });

  it('comes for a topic that falls silent', () => {
    const next = uniform(3);
    const counts = Array.from({ length: 3_000 }, () => Math.floor(8 * next()));
    const [page, ...others] = pagesOf(run([...counts, ...Array<number>(60).fill(0)]));
    expect(others).toEqual([]);
    expect(page! - counts.length).toBeLessThan(40);
  });

  it('comes for a value that is stuck, though the value itself is usual', () => {
    const values = [...noise(3_000), ...Array<number>(60).fill(0.1)];
    const [page, ...others] = pagesOf(run(values));
    expect(others).toEqual([]);
    expect(page! - 3_000).toBeGreaterThan(5);
  });

  it('comes for a small shift far from the first value: the origin follows the level', () => {
    const shiftAt = 150_000;
    const values = noise(shiftAt + 100).map((value, index) => 1e9 + value + (index >= shiftAt ? 6 : 0));
    const pages = pagesOf(run([0, ...values])).filter((index) => index > shiftAt);
    expect(pages).toHaveLength(1);
    expect(pages[0]! - shiftAt).toBeLessThanOrEqual(7);
  });

  it('comes only to the side and beyond the floor of its rule, and the rule changes nothing that is learned', () => {
    const values = noise(5_000).map((value, index) => value + (index >= 4_000 ? 6 : 0));
    const rule = plainRule;
    expect(pagesOf(run(values, { rule: { ...rule, direction: 'up' } }))).toHaveLength(1);
    expect(pagesOf(run(values, { rule: { ...rule, direction: 'down' } }))).toEqual([]);
    expect(pagesOf(run(values, { rule: { ...rule, floor: 20 } }))).toEqual([]);
    expect(pagesOf(run(values, { rule: { ...rule, sensitivity: 0.1 } }))).toEqual([]);
    const withoutPages = run(values, { rule: { ...rule, floor: 20 } });
    expect(withoutPages.map(({ score, alarm }) => [score, alarm])).toEqual(
      run(values).map(({ score, alarm }) => [score, alarm]),
    );
  });
});

describe('the time of day', () => {
  /** The values of four weeks of working hours: 100 from 8 to 18 o'clock, else 10, with noise; a value each 5 minutes. */
  const stepMs = 5 * minuteMs;
  const valuesADay = (24 * hourMs) / stepMs;
  const office = noise(28 * valuesADay).map((value, index) => {
    const hour = ((index % valuesADay) * stepMs) / hourMs;
    return value + (hour >= 8 && hour < 18 ? 100 : 10);
  });

  it('explains working hours: none pages after the first week', () => {
    expect(pagesOf(run(office, { stepMs })).filter((index) => index > 7 * valuesADay)).toEqual([]);
  });

  it('pages when the work of a day does not begin', () => {
    const day = 20 * valuesADay;
    const without = office.map((value, index) => (index >= day && index < day + valuesADay ? 10 + (value % 1) : value));
    const pages = pagesOf(run(without, { stepMs })).filter((index) => index >= day && index < day + valuesADay);
    expect(pages.length).toBeGreaterThan(0);
  });
});
