import { describe, expect, it } from 'vitest';
import { chartsAnswer } from '../../../../../functions/api/answers/charts.ts';
import { type ChartsQuery, findCharts } from '../../../../../functions/api/queries/charts/charts.ts';
import type { Anomaly } from '../../../../../functions/shared/domain/anomaly.ts';
import { sampleVersion } from '../../../../../functions/shared/domain/sample.ts';
import { parseSeriesText } from '../../../../../functions/shared/domain/series-text.ts';
import { type Summary, summaryVersion } from '../../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';
import { anomalyDocument } from '../../../../../functions/shared/warehouse/anomaly-document.ts';
import { hourDocument } from '../../../../../functions/shared/warehouse/summary-document.ts';
import { anomalyWrite } from '../../../../contract/warehouse-writes.ts';
import { startMs } from '../../../../support/alerts.ts';
import { apiOnStore } from '../../api-on-store.ts';
import { node, sample, written } from '../samples-of-node.ts';

const api = apiOnStore();
const minuteMs = 60_000;
const load = 'recorded/host/node-m system.load.1';

async function charts(texts: readonly string[], query: Partial<ChartsQuery> = {}) {
  const answer = await findCharts(api.store.warehouse, {
    series: texts.map((text) => parseSeriesText(text)!),
    fromMs: startMs,
    toMs: startMs + 15 * minuteMs,
    points: 300,
    band: false,
    ...query,
  });
  expect(chartsAnswer.parse(answer)).toEqual(answer);
  return answer;
}

const atLoad = { dataset: 'system.load', dimensions: {} };
const minute = (at: number, avg: number, more: object = {}): Summary => ({
  entity: node,
  minuteMs: startMs + at * minuteMs,
  dataset: 'system.load',
  dimensions: {},
  metrics: { 'system.load.1': { avg, min: avg - 1, max: avg + 5, last: avg, count: 6, ...more } },
});

describe('charts of samples', () => {
  it('a counter is drawn as its rates, with the reading before the range', async () => {
    const bytes = [0, 1_000, 3_000, 3_000].map((value, nth) =>
      sample(nth * 10 - 10, { 'system.diskio.write.bytes': value }),
    );
    await api.persist(topics.samples, sampleVersion, ...bytes, sample(0, { 'system.load.1': 3 }, atLoad));
    const answer = await charts([written, load]);
    expect(answer).toMatchObject({ source: 'samples', stepMs: 10_000, fromMs: startMs });
    expect(answer.times.slice(0, 2)).toEqual([startMs, startMs + 10_000]);
    const [disk, loads] = answer.charts;
    expect(disk).toMatchObject({ series: written, kind: 'counter', unit: 'By/s', metric: 'system.diskio.write.bytes' });
    expect(disk!.values.slice(0, 4)).toEqual([100, 200, 0, null]);
    expect(disk!.last).toEqual({ timeMs: startMs + 20_000, value: 0 });
    expect(disk).not.toHaveProperty('min');
    expect(loads).toMatchObject({ kind: 'gauge', last: { value: 3 } });
    expect(loads!.values.slice(0, 2)).toEqual([3, null]);
  });

  it('a delta is drawn by the minute, in whose sums it is judged, beside a sample of another kind', async () => {
    const calls = 'recorded/host/node-m calls.count';
    const loads = [0, 10, 20].map((second) =>
      sample(second, { 'calls.count': 100, 'system.load.1': 2 }, { ...atLoad, kinds: { 'calls.count': 'delta' } }),
    );
    await api.persist(topics.samples, sampleVersion, ...loads);
    const figures = { avg: 600, min: 600, max: 600, last: 600, count: 1, expected: 590, spread: 10 };
    await api.persist(topics.summaries, summaryVersion, { ...minute(0, 2), metrics: { 'calls.count': figures } });
    const [chart, beside] = (await charts([calls, load], { band: true })).charts;
    expect(chart).toMatchObject({ kind: 'gauge', unit: '1/min', last: { value: 600 } });
    expect([chart!.values.slice(0, 7), chart!.upper![0]]).toEqual([[...Array(6).fill(600), null], 620]);
    expect(beside!.values.slice(0, 3)).toEqual([2, 2, 2]);
  });

  it('a series that is not known has no value, and says so', async () => {
    const { charts: found, times } = await charts([load]);
    expect(found[0]).toMatchObject({ values: times.map(() => null), anomalies: [], note: 'no data in this range' });
  });

  it('a peak is kept, however few steps there are', async () => {
    const loads = Array.from({ length: 90 }, (_, nth) =>
      sample(nth * 10, { 'system.load.1': nth === 44 ? 99 : 1 }, atLoad),
    );
    await api.persist(topics.samples, sampleVersion, ...loads);
    const { charts: found, times } = await charts([load], { points: 10 });
    expect(times.length).toBeLessThanOrEqual(10);
    expect(Math.max(...found[0]!.max!.map((value) => value ?? 0))).toBe(99);
    expect(Math.max(...found[0]!.values.map((value) => value ?? 0))).toBeLessThan(99);
  });

  it('the band is that of the minutes, and absent before it is learned', async () => {
    const loads = Array.from({ length: 24 }, (_, nth) => sample(nth * 10, { 'system.load.1': 1 }, atLoad));
    await api.persist(topics.samples, sampleVersion, ...loads);
    expect((await charts([load], { band: true })).charts[0]).not.toHaveProperty('lower');
    await api.persist(
      topics.summaries,
      summaryVersion,
      minute(0, 1),
      minute(1, 1, { expected: 1, spread: 0.5 }),
      minute(2, 1, { expected: 2, spread: 0.25 }),
    );
    const [chart] = (await charts([load], { band: true })).charts;
    expect(chart!.upper!.slice(0, 19)).toEqual([
      ...Array(6).fill(null),
      ...Array(6).fill(2.5),
      ...Array(6).fill(2.75),
      null,
    ]);
    expect(chart!.lower!.slice(5, 19)).toEqual([null, ...Array(6).fill(0), ...Array(6).fill(1.25), null]);
  });

  it('the band of an anomaly is the range by which it was judged, also that of a limit', async () => {
    const loads = Array.from({ length: 24 }, (_, nth) => sample(nth * 10, { 'system.load.1': 1 }, atLoad));
    await api.persist(topics.samples, sampleVersion, ...loads);
    const learned = [0, 1, 2, 3].map((at) => minute(at, 1, { expected: 1, spread: 0.5 }));
    await api.persist(topics.summaries, summaryVersion, ...learned);
    const judged = async (revision: number, range: object) => {
      const write = anomalyWrite('recorded', 'anomaly-1', revision);
      const { lower: _, upper: __, ...anomaly } = anomalyDocument.read(write.document);
      const [startsAtMs, endsAtMs] = [startMs + minuteMs, startMs + minuteMs + 10_000];
      const document = { ...anomaly, series: parseSeriesText(load)!, state: 'closed', startsAtMs, endsAtMs, ...range };
      await api.store.warehouse.write([{ ...write, document: anomalyDocument.write(document as Anomaly) }]);
      const [chart] = (await charts([load], { band: true })).charts;
      return [chart!.lower!.slice(5, 9), chart!.upper!.slice(5, 9)];
    };
    expect(await judged(1, { lower: 0.2, upper: 0.8 })).toEqual([
      [0, 0.2, 0.2, 0],
      [2.5, 0.8, 0.8, 2.5],
    ]);
    expect(await judged(2, { lower: 2 })).toEqual([
      [0, 2, 2, 0],
      [2.5, 2.5, 2.5, 2.5],
    ]);
  });

  it('what is older than the oldest samples that are kept is drawn by minutes, without a gap', async () => {
    const loads = [300, 310, 320, 330].map((second) => sample(second, { 'system.load.1': 7 }, atLoad));
    await api.persist(topics.samples, sampleVersion, ...loads);
    await api.persist(topics.summaries, summaryVersion, ...[0, 1, 2, 3, 4, 5].map((at) => minute(at, at)));
    const [chart] = (await charts([load])).charts;
    const { values } = chart!;
    expect([values[0], values[11], values[29], values[30], values[33], values[34]]).toEqual([0, 1, 4, 7, 7, null]);
    expect(values.slice(0, 34)).not.toContain(null);
  });

  it('a series without samples, as that of log records, is drawn by its minutes', async () => {
    const logs = 'recorded/host/node-m log.records{log.level=error}';
    const figures = { avg: 4, min: 4, max: 4, last: 4, count: 4 };
    await api.persist(topics.summaries, summaryVersion, {
      entity: node,
      minuteMs: startMs,
      dataset: 'log',
      dimensions: { 'log.level': 'error' },
      metrics: { 'log.records': figures },
    });
    await api.persist(
      topics.samples,
      sampleVersion,
      sample(0, { 'system.load.1': 3 }, atLoad),
      sample(10, { 'system.load.1': 3 }, atLoad),
    );
    const [chart] = (await charts([logs, load])).charts;
    expect(chart).toMatchObject({ unit: '{record}/min', kind: 'gauge' });
    expect(chart!.values.slice(0, 7)).toEqual([...Array(6).fill(4), null]);
  });
});

describe('charts of summaries', () => {
  it('a range over 6 hours is drawn by minutes, with their extremes', async () => {
    await api.persist(topics.summaries, summaryVersion, minute(0, 10), minute(1, 20));
    const { charts: found, source, stepMs } = await charts([load], { toMs: startMs + 7 * 60 * minuteMs, points: 100 });
    expect({ source, stepMs }).toEqual({ source: 'minutes', stepMs: 5 * minuteMs });
    expect(found[0]!.values.slice(0, 2)).toEqual([15, null]);
    expect(found[0]!.min![0]).toBe(9);
    expect(found[0]!.max![0]).toBe(25);
    expect(found[0]!.last).toEqual({ timeMs: startMs + minuteMs, value: 20 });
  });

  const hourBefore = async (hours: number, avg: number): Promise<void> => {
    const timeMs = startMs - hours * 60 * minuteMs;
    const document = hourDocument.write({ ...minute(0, avg), minuteMs: timeMs, minutes: 60 });
    await api.store.warehouse.write([{ family: 'offbeat-summaries-1h', id: `hour-${hours}`, timeMs, document }]);
  };

  it('what is older than the oldest minutes that are kept is drawn by hours', async () => {
    await hourBefore(3, 5);
    await hourBefore(2, 6);
    await api.persist(topics.summaries, summaryVersion, minute(0, 10), minute(1, 20));
    const { charts: found, source } = await charts([load], {
      fromMs: startMs - 4 * 60 * minuteMs,
      toMs: startMs + 4 * 60 * minuteMs,
      points: 9,
    });
    expect(source).toBe('minutes');
    expect(found[0]!.values.slice(0, 5)).toEqual([null, 5, 6, 6, 15]);
  });

  it('what is newer than the newest hour is drawn by minutes', async () => {
    await hourBefore(3, 5);
    await api.persist(topics.summaries, summaryVersion, minute(0, 10), minute(1, 20));
    const range = { fromMs: startMs - 20 * 24 * 60 * minuteMs, toMs: startMs + 60 * minuteMs, points: 1_000 };
    const { charts: found, source } = await charts([load], range);
    expect(source).toBe('hours');
    expect(found[0]!.values.filter((value) => value !== null)).toEqual([5, 15]);
  });

  it('a range over 14 days is drawn by hours', async () => {
    const { source } = await charts([load], { fromMs: startMs - 20 * 24 * 60 * minuteMs, points: 100 });
    expect(source).toBe('hours');
  });

  it('a metric that the catalogue does not have gets the kind and unit of its newest sample', async () => {
    const own = {
      dataset: 'acme',
      dimensions: {},
      kinds: { 'acme.jobs': 'counter' as const },
      units: { 'acme.jobs': '{job}' },
    };
    await api.persist(topics.samples, sampleVersion, sample(0, { 'acme.jobs': 1 }, own));
    await api.persist(topics.summaries, summaryVersion, {
      ...minute(0, 1),
      dataset: 'acme',
      metrics: { 'acme.jobs': { avg: 2, min: 2, max: 2, last: 2, count: 6 } },
    });
    const text = 'recorded/host/node-m acme.jobs';
    const [chart] = (await charts([text], { toMs: startMs + 7 * 60 * minuteMs })).charts;
    expect(chart).toMatchObject({ kind: 'counter', unit: '{job}/s' });
    expect(chart!.values[0]).toBe(2);
  });
});

describe('the anomalies of a chart', () => {
  it('are those of its series that lie in the range, the oldest first', async () => {
    const { warehouse } = api.store;
    const at = (id: string, fromMs: number, toMs?: number) => {
      const write = anomalyWrite('prod', id, 1);
      const document = {
        ...write.document,
        '@timestamp': new Date(fromMs).toISOString(),
        'event.start': new Date(fromMs).toISOString(),
        ...(toMs === undefined ? {} : { 'event.end': new Date(toMs).toISOString() }),
      };
      return { ...write, timeMs: fromMs, document };
    };
    await warehouse.write([
      at('over', startMs - 10_000, startMs - 1),
      at('open', startMs - 20_000),
      at('within', startMs + 5_000, startMs + 9_000),
      at('later', startMs + 15 * minuteMs),
    ]);
    const [chart] = (await charts(['prod/host/node-a system.diskio.write.bytes{device=sda}'])).charts;
    expect(chart!.anomalies).toEqual([
      { id: 'open', fromMs: startMs - 20_000, toMs: null, severity: 'warning', direction: 'up' },
      { id: 'within', fromMs: startMs + 5_000, toMs: startMs + 9_000, severity: 'warning', direction: 'up' },
    ]);
  });
});
