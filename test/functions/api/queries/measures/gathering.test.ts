import { expect, it } from 'vitest';
import { shownReadings } from '../../../../../functions/api/queries/measures/gathering.ts';

const minuteMs = 60_000;
const of = (metric: string, values: readonly number[]) => ({
  ...{ path: 'prod/topic/orders', metric, dimensions: {}, series: '' },
  readings: values.map((value, nth) => ({ timeMs: nth * 30_000, value })),
});

it('a delta of samples is the sum of each whole minute, as its summaries have it', () => {
  const bytes = of('kafka.topic.bytes.in', [600, 600, 900, 300, 5]);
  expect(shownReadings(bytes, 2 * minuteMs + 31_000)).toEqual([
    { timeMs: 0, value: 1_200 },
    { timeMs: minuteMs, value: 1_200 },
  ]);
});

it('a counter of samples is its rate, and a gauge is as it was read', () => {
  expect(shownReadings(of('kafka.topic.messages.in', [0, 60, 90]), minuteMs).map(({ value }) => value)).toEqual([2, 1]);
  expect(shownReadings(of('kafka.topic.log.bytes', [7, 8]), minuteMs).map(({ value }) => value)).toEqual([7, 8]);
});
