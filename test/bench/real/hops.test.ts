import { describe, expect, it } from 'vitest';
import { hopsOf, hopTable, latencyOf, tickWaitOf } from '../../../bench/real/hops.ts';
import type { Journey, Passage } from '../../../bench/real/journeys.ts';

const passage = (invokedMs: number, handedOnMs: number): Passage => ({ invokedMs, handedOnMs });

/** Each part is longer than the one before it by one: 1, 2, … 12, which makes 78. */
const journey: Journey = {
  dueMs: 100,
  appendedMs: 101,
  passages: {
    normalise: passage(103, 106),
    detect: passage(110, 115),
    alert: passage(128, 136),
    publish: passage(145, 155),
    // The receiver had it before notify received the answer.
    notify: passage(166, 999),
  },
  releasedMs: 121,
  receivedMs: 178,
};

describe('a latency', () => {
  // Hyndman and Fan (1996), type 7, of 1 to 200: 1 + 0.5 × 199, 1 + 0.99 × 199.
  it('is summarised by its median, its 99th percentile and its longest', () => {
    const ms = Array.from({ length: 200 }, (_, nth) => 200 - nth);
    expect(latencyOf(ms)).toEqual({ p50: 100.5, p99: 198.01, max: 200 });
  });

  it('of one is that one', () => {
    expect(latencyOf([7])).toEqual({ p50: 7, p99: 7, max: 7 });
  });
});

describe('the hops of a journey', () => {
  it('are its parts in order, without gaps, up to when the webhook came', () => {
    expect(hopsOf(journey).map(({ ms }) => ms)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('show the wait of its anomaly for a tick as a separate part', () => {
    expect(hopsOf(journey)[5]).toEqual({ name: 'signals, until its tick is there', ms: 6 });
    expect(tickWaitOf(journey)).toBe(6);
  });

  it('wait less than nothing where a reader was quicker than the acknowledgement', () => {
    const early = { ...journey, appendedMs: 104 };
    expect(hopsOf(early)[1]).toEqual({ name: 'Kafka, until normalise is invoked', ms: -1 });
  });

  it('are summarised by their means, and as shares of the mean of the whole', () => {
    const longer = { ...journey, receivedMs: journey.receivedMs + 78 };
    const lines = hopTable([journey, longer]);
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatch(/^ {2}append to beats +1\.0 ms +1 %$/);
    // 12 and 90 of 78 and 156.
    expect(lines.at(-1)).toMatch(/^ {2}notify +51\.0 ms +44 %$/);
  });
});
