import { describe, expect, it } from 'vitest';
import { cumulative, delta, point, sampleOf, startMs } from './otlp.ts';

describe('a histogram', () => {
  const distribution = {
    count: '10',
    sum: 50,
    bucketCounts: ['0', '5', '5', '0'],
    explicitBounds: [2, 4, 8],
  };
  const histogram = (of: object, fields: object = distribution) => ({
    name: 'http.duration',
    unit: 's',
    histogram: { ...of, dataPoints: [point(fields)] },
  });

  it('of cumulative temporality is two counters', () => {
    expect(sampleOf(histogram(cumulative))).toMatchObject({
      measurements: { 'http.duration.count': 10, 'http.duration.sum': 50 },
      kinds: { 'http.duration.count': 'counter', 'http.duration.sum': 'counter' },
      units: { 'http.duration.sum': 's' },
      startMs,
    });
  });

  it('of delta temporality has estimated quantiles, too', () => {
    const { measurements, kinds, startMs: start } = sampleOf(histogram(delta));
    // By hand: the 5th of 10 values is at the end of bucket (2, 4]; the 9.5th is at 4 + 4 * 4.5 / 5, the 9.9th at 4 + 4 * 4.9 / 5.
    expect(measurements).toEqual({
      'http.duration.count': 10,
      'http.duration.sum': 50,
      'http.duration.p50': 4,
      'http.duration.p95': 7.6,
      'http.duration.p99': expect.closeTo(7.92, 9),
    });
    expect(kinds).toEqual({ 'http.duration.count': 'delta', 'http.duration.sum': 'delta' });
    expect(start).toBeUndefined();
  });

  it('has quantiles up to its maximum, or to its highest bound', () => {
    const above = { count: '1', bucketCounts: ['0', '1'], explicitBounds: [5] };
    expect(sampleOf(histogram(delta, { ...above, max: 15 })).measurements['http.duration.p50']).toBe(10);
    expect(sampleOf(histogram(delta, above)).measurements['http.duration.p50']).toBe(5);
  });

  it.each([
    ['without buckets', { count: '3', sum: 1 }],
    ['without values', { count: '0', sum: 0, bucketCounts: ['0', '0'], explicitBounds: [1] }],
    ['whose buckets do not fit its bounds', { count: '3', sum: 1, bucketCounts: ['3'], explicitBounds: [1, 2] }],
  ])('%s has no quantiles', (_, fields) => {
    expect(Object.keys(sampleOf(histogram(delta, fields)).measurements)).toEqual([
      'http.duration.count',
      'http.duration.sum',
    ]);
  });

  it('that is exponential has quantiles within the factor of its scale', () => {
    const exponential = (fields: object) => ({
      name: 'rpc.size',
      exponentialHistogram: { ...delta, dataPoints: [point(fields)] },
    });
    // With scale 0, buckets 0 to 2 are (1, 2], (2, 4] and (4, 8].
    const { measurements } = sampleOf(
      exponential({ count: '4', sum: 12, scale: 0, positive: { offset: 0, bucketCounts: ['1', '1', '2'] } }),
    );
    expect(measurements).toMatchObject({ 'rpc.size.count': 4, 'rpc.size.sum': 12, 'rpc.size.p50': 4 });
    expect(measurements['rpc.size.p95']).toBeCloseTo(4 + 4 * 0.9, 9);
    const negative = { count: '2', sum: -4, scale: 0, zeroCount: '0', negative: { offset: 1, bucketCounts: ['2'] } };
    expect(sampleOf(exponential(negative)).measurements['rpc.size.p50']).toBe(-3);
  });
});

it('a summary is two counters, and its own quantiles', () => {
  const quantileValues = [
    { quantile: 0, value: 1 },
    { quantile: 0.99, value: 8 },
    { quantile: 0.999, value: 9 },
    { quantile: 0.5, value: 'NaN' },
  ];
  const summary = { name: 'gc.pause', summary: { dataPoints: [point({ count: '4', sum: 12, quantileValues })] } };
  expect(sampleOf(summary)).toMatchObject({
    measurements: {
      'gc.pause.count': 4,
      'gc.pause.sum': 12,
      'gc.pause.min': 1,
      'gc.pause.p99': 8,
      'gc.pause.p99_9': 9,
    },
    kinds: { 'gc.pause.count': 'counter', 'gc.pause.sum': 'counter' },
  });
});
