import { describe, expect, it } from 'vitest';
import type { ChartSeries, Charts } from '../../../web/api/data-types.ts';
import { wideData } from '../../../web/charts/wide-data.ts';
import { partsOf } from '../../../web/format/names.ts';
import { chartsCsv } from '../../../web/views/explore/export-csv.ts';
import { openSearchQuery } from '../../../web/views/explore/opensearch-query.ts';
import { matching, oddestFirst } from '../../../web/views/explore/order.ts';
import { otherTime } from '../../../web/views/explore/other-time.ts';
import { againstText, outsideText, statisticsOf } from '../../../web/views/explore/statistics.ts';

const text = 'prod/host/a system.network.out.bytes{interface.name=eth0}';
const chart = (more: Partial<ChartSeries> = {}): ChartSeries => ({
  series: text,
  ...partsOf(text),
  kind: 'counter',
  unit: 'B/s',
  values: [1, 5, null, 3],
  anomalies: [],
  ...more,
});
const charts = (own: readonly ChartSeries[], source: Charts['source'] = 'samples'): Charts => ({
  fromMs: 0,
  toMs: 40_000,
  stepMs: 10_000,
  source,
  times: [0, 10_000, 20_000, 30_000],
  charts: own,
});

describe('the query of OpenSearch', () => {
  it('asks for the entity, its dimensions and the range, as the warehouse names them', () => {
    const [request, ...body] = openSearchQuery(chart(), charts([])).split('\n');
    expect(request).toBe('GET offbeat-samples/_search');
    const { query, size } = JSON.parse(body.join('\n'));
    expect(query.bool.filter.slice(0, 3)).toEqual([
      { term: { 'offbeat.entity.path': 'prod/host/a' } },
      { term: { 'labels.interface%2Ename': 'eth0' } },
      { range: { '@timestamp': { gte: 0, lt: 40_000, format: 'epoch_millis' } } },
    ]);
    expect(size).toBe(10_000);
  });

  it('reads the summaries from which a long chart is drawn', () => {
    expect(openSearchQuery(chart(), charts([], 'hours'))).toContain('GET offbeat-summaries-1h/_search');
    expect(openSearchQuery(chart(), charts([], 'minutes'))).toContain('system.network.out.bytes.avg');
  });
});

describe('the CSV', () => {
  it('has a row for each time, and an empty cell without data', () => {
    const lines = chartsCsv(charts([chart({ max: [2, 9, null, 4] })])).split('\r\n');
    expect(lines[0]).toContain('B/s');
    expect(lines.slice(1)).toEqual([
      '1970-01-01T00:00:00.000Z,1,2',
      '1970-01-01T00:00:10.000Z,5,9',
      '1970-01-01T00:00:20.000Z,,',
      '1970-01-01T00:00:30.000Z,3,4',
      '',
    ]);
  });

  it('cannot run a formula in a spreadsheet', () => {
    expect(chartsCsv(charts([chart({ series: '=cmd()' })])).split('\r\n')[0]).toContain("'=cmd()");
  });
});

describe('the statistics of a series', () => {
  it('count the time of two anomalies that overlap once', () => {
    const anomaly = (id: string, fromMs: number, toMs: number | null) =>
      ({ id, fromMs, toMs, severity: 'warning', direction: 'up' }) as const;
    const anomalies = [anomaly('c', 35_000, null), anomaly('a', -5_000, 10_000), anomaly('b', 5_000, 15_000)];
    const { anomalies: counted } = statisticsOf(charts([]), chart({ anomalies }), undefined);
    expect(counted).toEqual({ count: 2, ms: 20_000 });
  });

  it('count what is outside the expected range, also where it is too short for an anomaly', () => {
    const own = chart({ max: [1, 9, null, 3], upper: [null, 4, 4, 4], lower: [null, 0, 0, 3.5] });
    const statistics = statisticsOf(charts([own]), own, undefined);
    expect(outsideText(statistics).replaceAll('\u00a0', ' ')).toBe('above once, for 10 s; below once, for 10 s');
    expect(statistics.anomalies.count).toBe(0);
    expect(outsideText(statisticsOf(charts([]), chart({ upper: [9, 9, 9, 9] }), undefined))).toBe('never');
    expect(outsideText(statisticsOf(charts([]), chart(), undefined))).toBe('not learned');
  });

  it('compare with another time in words', () => {
    expect([againstText(1.02), againstText(1.5), againstText(0.25)]).toEqual(['as much', '1.5 times', '0.25 times']);
  });

  it('are those of what is drawn, with its peaks', () => {
    const own = chart({
      max: [1, 9, null, 3],
      anomalies: [{ id: 'x', fromMs: 5_000, toMs: null, severity: 'warning', direction: 'up' }],
    });
    const before = chart({ values: [1, 2, 3, 2] });
    expect(statisticsOf(charts([own]), own, before)).toEqual({
      least: 1,
      average: 3,
      most: 9,
      last: 3,
      against: 1.5,
      above: undefined,
      below: undefined,
      anomalies: { count: 1, ms: 35_000 },
    });
  });

  it('are unknown without data', () => {
    const own = chart({ values: [null] });
    expect(statisticsOf(charts([own]), own, undefined)).toMatchObject({
      least: null,
      average: null,
      last: null,
      against: null,
    });
  });
});

describe('series to pick', () => {
  const other = 'prod/host/b system.cpu.total.norm.pct';
  it('come with the oddest first, and are found by words of their names', () => {
    const series = oddestFirst([other, text], [{ series: partsOf(text) }]);
    expect(series.map((each) => [each.text, each.odd])).toEqual([
      [text, 1],
      [other, 0],
    ]);
    expect(matching(series, 'cpu host/b', '').map((each) => each.text)).toEqual([other]);
    expect(matching(series, '', 'test')).toEqual([]);
  });
});

it('another time is a number of days before', () => {
  expect(otherTime('1d')).toEqual({ distanceMs: 86_400_000, name: 'yesterday' });
  expect(otherTime('3d')?.name).toBe('3 days before');
  expect(otherTime('x')).toBeUndefined();
  expect(otherTime('')).toBeUndefined();
});

it('lines with other times are drawn through the times of each other, and not through gaps', () => {
  const line = (times: number[], values: (number | null)[], role: 'a' | 'ghost') => ({
    label: '',
    role,
    times,
    values,
  });
  const times = Array.from({ length: 10 }, (_, nth) => nth * 10_000);
  const values = times.map((_, nth) => (nth === 5 || nth === 6 ? null : nth));
  const ghost = line([5_000, 15_000], [1, 2], 'ghost');
  const { times: seconds, columns } = wideData([line(times, values, 'a'), ghost], { fromMs: 0, toMs: 90_000 }, false);
  expect(seconds.slice(0, 4)).toEqual([0, 5, 10, 15]);
  expect(columns[0]!.slice(0, 4)).toEqual([0, undefined, 1, undefined]);
  expect(columns[0]![seconds.indexOf(50)]).toBeNull();
  expect(columns[1]![1]).toBe(1);
});
