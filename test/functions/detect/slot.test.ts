import { describe, expect, it } from 'vitest';
import { detectorDoubles, detectorFloats } from '../../../functions/detect/detector/layout.ts';
import { inMinute, minuteDoubles, minuteOf, minuteParity, slot, slotDoubles } from '../../../functions/detect/slot.ts';

describe('the doubles of a series', () => {
  // The layout of version 9 of the stored state (codec.ts): another layout needs another version.
  it('are 52: five fields, two minutes of eight, the trend, five of the detector, and 25 for 50 floats', () => {
    const fields = { lastMs: 0, lastRaw: 1, cadenceMs: 2, sinceMs: 3, lastOffMs: 4, minutes: 5, trend: 21 };
    expect(slot).toEqual({ ...fields, detector: 22, floats: 27 });
    expect([detectorDoubles, detectorFloats, minuteDoubles, slotDoubles]).toEqual([5, 50, 8, 52]);
  });

  it('have one field of a minute at each offset', () => {
    expect(Object.values(inMinute).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

// pandas 3.1.1: t = Timestamp(text); f = t.floor('min')
//   t.value // 10**6      f.value // 10**6      f.value // 10**9 // 60 % 2
describe('the minute of a time', () => {
  it.each([
    ['1970-01-01T00:00:00.000Z', 0, 0, 0],
    ['1970-01-01T00:00:59.999Z', 59_999, 0, 0],
    ['1970-01-01T00:01:00.000Z', 60_000, 60_000, 1],
    ['2026-11-23T15:00:40.000Z', 1_795_446_040_000, 1_795_446_000_000, 0],
    ['2026-11-23T15:01:59.999Z', 1_795_446_119_999, 1_795_446_060_000, 1],
    ['2026-11-23T15:02:00.000Z', 1_795_446_120_000, 1_795_446_120_000, 0],
  ] as const)('%s (%s ms) begins at %s ms and has parity %s', (text, timeMs, minute, parity) => {
    expect(Date.parse(text)).toBe(timeMs);
    expect(minuteOf(timeMs)).toBe(minute);
    expect(minuteParity(minute)).toBe(parity);
  });
});
