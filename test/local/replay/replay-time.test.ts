import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayTime, type StatedTime } from '../../../local/replay/replay-time.ts';

const startMs = Date.UTC(2026, 10, 20, 15);
const minute = 60_000;
const day = 86_400_000;
const never = Number.POSITIVE_INFINITY;

const at = (shipper: string, offsetMs: number | undefined): StatedTime => ({
  shipper,
  timeMs: offsetMs === undefined ? undefined : startMs + offsetMs,
});

/** Returns the newest tick after each document, as an offset in ms, and the documents that were ahead. */
function walk(documents: readonly StatedTime[]): {
  readonly reached: (number | undefined)[];
  readonly ahead: number[];
} {
  const time = new ReplayTime(never);
  const ahead: number[] = [];
  const reached = documents.map((document, nth) => {
    if (time.ticksBefore(document, documents.slice(nth + 1)) === 'ahead') ahead.push(nth);
    const finalMs = time.finalTickMs();
    return finalMs && finalMs - 150_000 - startMs;
  });
  return { reached, ahead };
}

/** Returns the documents of hosts that ship every 10 s, each with a clock of its own. */
function fleet(aheadMs: Readonly<Record<string, number>>, steps: number, fromMs = 0): StatedTime[] {
  const hosts = Object.entries(aheadMs);
  return Array.from({ length: steps }, (_, step) =>
    hosts.map(([host, ms], nth) => at(host, fromMs + step * 10_000 + nth * 100 + ms)),
  ).flat();
}

describe('the time of a replay', () => {
  it('follows documents in order, and is not moved back by a late one', () => {
    const { reached, ahead } = walk([at('a', 0), at('a', 20_000), at('a', 5_000), at('a', 40_000)]);
    expect(reached).toEqual([0, 20_000, 20_000, 40_000]);
    expect(ahead).toEqual([]);
  });

  it('is not moved by one stray document, of another host or of the same one', () => {
    for (const host of ['stray', 'a']) {
      const documents = [...fleet({ a: 0, b: 0 }, 6), at(host, 2 * day), ...fleet({ a: 0, b: 0 }, 6, minute)];
      const { reached, ahead } = walk(documents);
      expect(ahead).toEqual([12]);
      expect(reached.at(-1)).toBe(110_000);
    }
  });

  it.each([2 * day, 5 * minute, minute])('is not moved by a host whose clock is always %d ms ahead', (aheadMs) => {
    for (const clocks of [
      { a: 0, fast: aheadMs },
      { fast: aheadMs, a: 0 },
      { fast: aheadMs, a: 0, b: 0, c: 0 },
    ]) {
      expect(walk(fleet(clocks, 60)).reached.at(-1)).toBe(590_000);
    }
  });

  it('is not held back by a host whose clock is two days behind, also where its document is the first', () => {
    const { reached } = walk(fleet({ slow: -2 * day, a: 0, b: 0 }, 30));
    expect(reached.at(-1)).toBe(290_000);
  });

  it.each([2 * minute, 12 * minute, 3 * day])('follows a gap of %d ms that all hosts have', (gapMs) => {
    const documents = [...fleet({ a: 0, b: 0 }, 6), ...fleet({ a: 0, b: 0 }, 6, minute + gapMs)];
    const { reached, ahead } = walk(documents);
    expect(ahead).toEqual([]);
    expect(reached[12]).toBe(minute + gapMs);
  });

  it('follows a gap although one host ships first what it kept', () => {
    const kept = Array.from({ length: 5 }, (_, nth) => at('a', minute + nth * 10_000));
    const documents = [
      ...fleet({ a: 0, b: 0, c: 0 }, 6),
      at('b', day),
      ...kept,
      ...fleet({ c: 0, b: 0, a: 0 }, 3, day),
    ];
    expect(walk(documents).reached.at(-1)).toBe(day + 20_000);
  });

  it('follows documents that come every five minutes, also the last one', () => {
    const documents = Array.from({ length: 5 }, (_, nth) => at('a', nth * 5 * minute));
    expect(walk(documents).reached).toEqual([0, 5, 10, 15, 20].map((minutes) => minutes * minute));
  });

  it('believes the last document where it is no further ahead than a gap before it, and no other', () => {
    const daily = [at('a', 0), at('a', day), at('a', 2 * day), at('a', 3 * day)];
    expect(walk(daily).reached.at(-1)).toBe(3 * day);
    const stray = [...fleet({ a: 0 }, 6), at('a', 3 * day)];
    expect(walk(stray)).toMatchObject({ ahead: [6] });
    expect(walk(stray).reached.at(-1)).toBe(50_000);
  });

  it('ignores documents without a time, and times that cannot be', () => {
    const time = new ReplayTime(startMs + minute);
    const impossible = [at('a', undefined), at('a', 2 * minute), { shipper: 'a', timeMs: -1 }];
    for (const stated of impossible) expect(time.ticksBefore(stated, impossible)).toEqual([]);
    expect(time.finalTickMs()).toBeUndefined();
    expect(time.ticksBefore(at('a', 0), impossible)).toEqual([]);
    expect(time.finalTickMs()).toBe(startMs + 150_000);
  });

  it('never goes back, and never passes the newest document', () => {
    const documents = fc.array(
      fc.record({
        shipper: fc.constantFrom('a', 'b', 'c'),
        timeMs: fc.option(
          fc.integer({ min: 0, max: day }).map((ms) => startMs + ms),
          { nil: undefined },
        ),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(documents, (some) => {
        const time = new ReplayTime(never);
        let before = Number.NEGATIVE_INFINITY;
        let newest = Number.NEGATIVE_INFINITY;
        for (const [nth, stated] of some.entries()) {
          newest = Math.max(newest, stated.timeMs ?? newest);
          const ticks = time.ticksBefore(stated, some.slice(nth + 1));
          for (const tick of ticks === 'ahead' ? [] : ticks) {
            expect(tick).toBeGreaterThan(before);
            expect(tick).toBeLessThanOrEqual(newest);
            before = tick;
          }
        }
      }),
    );
  });
});
