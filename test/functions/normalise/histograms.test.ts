import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricbeat, refusalOf, sampleOf } from './beats.ts';

/** Returns a document of Metricbeat's module `prometheus` with `use_types`. */
const prometheus = (fields: object) =>
  metricbeat('prometheus.collector', { prometheus: { labels: { job: 'cilium' }, ...fields } });
const name = 'prometheus.client_duration_seconds.histogram';
const measured = (histogram: object) => sampleOf(prometheus({ client_duration_seconds: { histogram } }));

// After elastic/beats#41573 and #17061.
describe('a histogram of Elasticsearch', () => {
  it('has its number and sum since the last document, and quantiles', () => {
    const sample = measured({ values: [0.0025, 0.015, 0.0625], counts: [96, 3, 1] });
    expect(sample.measurements).toEqual({
      [`${name}.count`]: 100,
      [`${name}.sum`]: expect.closeTo(0.3475),
      [`${name}.p50`]: 0.0025,
      [`${name}.p95`]: 0.0025,
      [`${name}.p99`]: 0.015,
    });
    expect(sample.kinds).toEqual({ [`${name}.count`]: 'delta', [`${name}.sum`]: 'delta' });
    expect(sample.dimensions).toEqual({ 'prometheus.labels.job': 'cilium' });
  });

  it('without new values has no quantiles and is no dead letter', () => {
    expect(measured({ values: [1, 2], counts: [0, 0] }).measurements).toEqual({
      [`${name}.count`]: 0,
      [`${name}.sum`]: 0,
    });
  });

  it.each([
    ['lists of different lengths', { values: [1], counts: [1, 2] }],
    ['counts that are no numbers', { values: [1, 2], counts: [1, '2'] }],
    ['a count below zero', { values: [1], counts: [-1] }],
    ['counts alone', { counts: [1] }],
  ])('with %s is none', (_name, histogram) => {
    expect(refusalOf(prometheus({ x: { histogram } }))).toMatch(/^no measurement: /);
  });

  it('has quantiles that are among its values, in order', () => {
    const entry = fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.nat(1_000));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (entries) => {
        fc.pre(entries.some(([, count]) => count > 0));
        const sorted = entries.toSorted(([a], [b]) => a - b);
        const { measurements } = measured({
          values: sorted.map(([value]) => value),
          counts: sorted.map(([, count]) => count),
        });
        const found = ['p50', 'p95', 'p99'].map((quantile) => measurements[`${name}.${quantile}`]!);
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        for (const value of found) expect(sorted.map(([each]) => each)).toContain(value + 0);
      }),
    );
  });
});

it('a counter of Prometheus is one, and its rate is what it rose since the last document', () => {
  expect(sampleOf(prometheus({ requests_total: { counter: 77, rate: 3 }, temperature: { value: 5 } })).kinds).toEqual({
    'prometheus.requests_total.counter': 'counter',
    'prometheus.requests_total.rate': 'delta',
  });
});
