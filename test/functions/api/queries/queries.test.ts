import { beforeEach, describe, expect, it } from 'vitest';
import { findPoints } from '../../../../functions/api/queries/points.ts';
import { type Alert, alertVersion } from '../../../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalyVersion } from '../../../../functions/shared/domain/anomaly.ts';
import { type Sample, sampleVersion } from '../../../../functions/shared/domain/sample.ts';
import { parseSeriesText } from '../../../../functions/shared/domain/series.ts';
import { type SilenceRecord, silenceVersion } from '../../../../functions/shared/domain/silence.ts';
import { type Summary, summaryVersion } from '../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';

const node = { cluster: 'recorded', kind: 'host', name: 'node-m' } as const;
const disk = { device: 'loop6' };
const written = 'recorded/host/node-m system.diskio.write.bytes{device=loop6}';

const api = apiOnStore();

const query = (parameters: Readonly<Record<string, string>>): string => `?${new URLSearchParams(parameters)}`;

function sample(second: number, measurements: Readonly<Record<string, number>>, more: Partial<Sample> = {}): Sample {
  const fixed = { dataset: 'system.diskio', dimensions: disk, source: 'metricbeat' };
  return { entity: node, timestampMs: startMs + second * 1_000, measurements, ...fixed, ...more };
}

function anomaly(id: string, more: Partial<Anomaly> = {}): Anomaly {
  return {
    id,
    revision: 1,
    state: 'open',
    series: { entity: node, metric: 'system.diskio.write.bytes', dimensions: disk },
    dataset: 'system.diskio',
    startsAtMs: startMs,
    updatedAtMs: startMs,
    peak: 2e8,
    expected: 1e6,
    lower: 0,
    upper: 3e6,
    unit: 'By/s',
    score: 0.99,
    zScore: 12,
    direction: 'up',
    detector: 'z-score',
    severity: 'warning',
    reason: 'writes at 200 MB/s',
    scope: 'recorded',
    ...more,
  };
}

describe('an empty warehouse', () => {
  it('has no alerts', async () => {
    expect((await api.ask('/api/alerts')).body).toEqual({ alerts: [] });
  });
});

describe('alerts', () => {
  const ended = { status: 'resolved', endsAtMs: startMs + 1_000, transition: 'resolved', revision: 3 } as const;
  const old = alertOf({ id: 'old', ...ended });
  const elsewhere = alertOf({ id: 'elsewhere', startsAtMs: startMs + 2_000, entity: node, scope: 'recorded' });
  const newest = alertOf({ id: 'newest', startsAtMs: startMs + 3_000 });
  beforeEach(() => api.persist(topics.alerts, alertVersion, old, newest, elsewhere));

  it('come the newest first, as in the contract', async () => {
    expect((await api.ask('/api/alerts')).body).toEqual({ alerts: [newest, elsewhere, old] });
  });

  it('are told apart by status, cluster, time and count', async () => {
    const ids = async (path: string) => (await api.ask(path)).body.alerts.map(({ id }: Alert) => id);
    expect(await ids('/api/alerts?status=resolved')).toEqual(['old']);
    expect(await ids('/api/alerts?cluster=recorded')).toEqual(['elsewhere']);
    expect(await ids('/api/alerts?status=open&cluster=prod')).toEqual(['newest']);
    expect(await ids('/api/alerts?limit=2')).toEqual(['newest', 'elsewhere']);
    expect(await ids(`/api/alerts?from=${startMs + 2_000}&to=${startMs + 3_000}`)).toEqual(['elsewhere']);
  });

  it('are found by their id, in their newest revision', async () => {
    const later = { ...newest, revision: 2, transition: 'updated' };
    await api.persist(topics.alerts, alertVersion, later);
    expect(await api.ask('/api/alerts/newest')).toMatchObject({ status: 200, body: later });
  });

  it('that do not exist are not found, and the answer says where to look', async () => {
    const { status, body } = await api.ask('/api/alerts/none');
    expect([status, body]).toEqual([
      404,
      { error: 'alert "none": there is no such alert; /api/alerts lists them', status: 404 },
    ]);
  });
});

describe('anomalies', () => {
  it('come the newest first and are told apart by state and cluster', async () => {
    const open = anomaly('open', { startsAtMs: startMs + 1_000 });
    const closed = anomaly('closed', {
      state: 'closed',
      revision: 2,
      endsAtMs: startMs + 1,
      closedBecause: 'back to normal',
    });
    await api.persist(topics.signals, anomalyVersion, open, closed);
    expect((await api.ask('/api/anomalies')).body).toEqual({ anomalies: [open, closed] });
    expect((await api.ask('/api/anomalies?state=closed')).body).toEqual({ anomalies: [closed] });
    expect((await api.ask('/api/anomalies?cluster=prod')).body).toEqual({ anomalies: [] });
  });
});

describe('series', () => {
  it('are those of the newest samples, each once and in order', async () => {
    const load = { dataset: 'system.load', dimensions: {}, entity: { ...node, name: 'node-a' } };
    await api.persist(
      topics.samples,
      sampleVersion,
      sample(0, { 'system.diskio.write.bytes': 1 }),
      sample(10, { 'system.diskio.write.bytes': 2, 'system.diskio.read.bytes': 2 }),
      sample(10, { 'system.load.1': 0.5 }, load),
    );
    expect((await api.ask('/api/series')).body.series).toEqual([
      'recorded/host/node-a system.load.1',
      'recorded/host/node-m system.diskio.read.bytes{device=loop6}',
      written,
    ]);
    const { body } = await api.ask(`/api/series${query({ entity: 'recorded/host/node-a' })}`);
    expect(body.series).toEqual(['recorded/host/node-a system.load.1']);
  });
});

describe('samples', () => {
  it('of a counter are its rates, oldest first, without what has none', async () => {
    const bytes = [1_000, 21_000, 121_000, 500, 10_500];
    const samples = bytes.map((value, index) => sample(index * 10, { 'system.diskio.write.bytes': value }));
    const other = sample(5, { 'system.diskio.write.bytes': 7 }, { dimensions: { device: 'sda' } });
    await api.persist(topics.samples, sampleVersion, ...samples, other);
    const { body } = await api.ask(`/api/samples${query({ series: written })}`);
    // (21000 - 1000) / 10 s; (121000 - 21000) / 10 s; a reset; (10500 - 500) / 10 s.
    expect(body).toEqual({
      series: written,
      kind: 'counter',
      unit: 'By/s',
      points: [
        { timeMs: startMs + 10_000, value: 2_000 },
        { timeMs: startMs + 20_000, value: 10_000 },
        { timeMs: startMs + 40_000, value: 1_000 },
      ],
    });
  });

  it('are as many as asked for, whatever other datasets of the entity lie between', async () => {
    const other = { dataset: 'system.process', dimensions: { pid: '1' } };
    await api.persist(
      topics.samples,
      sampleVersion,
      ...Array.from({ length: 30 }, (_, nth) => sample(nth, { 'system.load.1': nth })),
      ...Array.from({ length: 60 }, (_, nth) => sample(nth / 2, { 'system.process.fd.open': 1 }, other)),
    );
    const load = 'recorded/host/node-m system.load.1{device=loop6}';
    const { body } = await api.ask(`/api/samples${query({ series: load, limit: '30' })}`);
    expect(body.points).toHaveLength(30);
  });

  it('are found page by page, each once', async () => {
    await api.persist(
      topics.samples,
      sampleVersion,
      ...Array.from({ length: 30 }, (_, nth) =>
        sample(Math.floor(nth / 2), { [`m${nth % 2}`]: nth }, { dataset: `d${nth % 2}` }),
      ),
    );
    const series = parseSeriesText('recorded/host/node-m m1{device=loop6}')!;
    const { points } = await findPoints(api.store.warehouse, { series, limit: 1000 }, 7);
    expect(points.map(({ value }) => value)).toEqual(Array.from({ length: 15 }, (_, nth) => 2 * nth + 1));
  });

  it('of a gauge are its values, between the times asked for', async () => {
    const values = [0.1, 0.2, 0.3].map((value, index) =>
      sample(index * 10, { 'system.load.1': value }, { dataset: 'system.load', dimensions: {} }),
    );
    await api.persist(topics.samples, sampleVersion, ...values);
    const parameters = {
      series: 'recorded/host/node-m system.load.1',
      from: `${startMs + 10_000}`,
      to: `${startMs + 20_000}`,
    };
    const { body } = await api.ask(`/api/samples${query(parameters)}`);
    expect(body).toMatchObject({ kind: 'gauge', points: [{ timeMs: startMs + 10_000, value: 0.2 }] });
  });

  it('of a series nobody has seen are none', async () => {
    const { status, body } = await api.ask(`/api/samples${query({ series: 'recorded/host/x system.load.1' })}`);
    expect([status, body.points]).toEqual([200, []]);
  });

  it('are refused without a series', async () => {
    const { status, body } = await api.ask('/api/samples');
    expect(status).toBe(400);
    expect(body.error).toMatch(/^series: /);
  });
});

describe('summaries', () => {
  it('are the minutes of one series, oldest first', async () => {
    const stats = { avg: 2, min: 1, max: 3, last: 3, count: 6, expected: 2, spread: 0.5, score: 0.1 };
    const minute = (at: number, dimensions = disk): Summary => ({
      entity: node,
      minuteMs: startMs + at * 60_000,
      dataset: 'system.diskio',
      dimensions,
      metrics: { 'system.diskio.write.bytes': stats },
    });
    await api.persist(topics.summaries, summaryVersion, minute(0), minute(1), minute(0, { device: 'sda' }));
    const { body } = await api.ask(`/api/summaries${query({ series: written })}`);
    expect(body).toEqual({
      series: written,
      minutes: [
        { minuteMs: startMs, ...stats },
        { minuteMs: startMs + 60_000, ...stats },
      ],
    });
  });
});

describe('silences', () => {
  const silence: SilenceRecord = {
    id: 'silence-1',
    cluster: 'prod',
    revision: 1,
    state: 'active',
    by: 'ada',
    note: 'disk swap',
    matchers: { entity: 'prod/host/*' },
    createdAtMs: startMs,
    startsAtMs: startMs,
    endsAtMs: startMs + 3_600_000,
    updatedAtMs: startMs,
    scope: 'live',
  };
  const later: SilenceRecord = { ...silence, id: 'silence-2', cluster: 'test', createdAtMs: startMs + 1_000 };
  const over: SilenceRecord = { ...silence, revision: 2, state: 'over', endedBy: 'bob', endNote: 'done' };
  const listed = async (parameters: Readonly<Record<string, string>>) =>
    (await api.ask(`/api/silences${query(parameters)}`)).body.silences;

  beforeEach(() => api.persist(topics.alerts, silenceVersion, silence, later));

  it('are the newest first, each as it is after its last change', async () => {
    expect(await listed({})).toEqual([later, silence]);
    await api.persist(topics.alerts, silenceVersion, over);
    await api.persist(topics.alerts, silenceVersion, silence);
    expect(await listed({})).toEqual([later, over]);
  });

  it('are filtered by state and cluster, and limited', async () => {
    await api.persist(topics.alerts, silenceVersion, over);
    expect(await listed({ state: 'active' })).toEqual([later]);
    expect(await listed({ cluster: 'prod' })).toEqual([over]);
    expect(await listed({ limit: '1' })).toEqual([later]);
  });

  it('are found by id', async () => {
    expect((await api.ask('/api/silences/silence-1')).body).toEqual(silence);
    const { status, body } = await api.ask('/api/silences/none');
    expect([status, body.error]).toEqual([404, 'silence "none": there is no such silence; /api/silences lists them']);
  });

  it('of one id that was used again at another time are two', async () => {
    await api.persist(topics.alerts, silenceVersion, { ...silence, createdAtMs: startMs + 90_000_000 });
    expect(await listed({ cluster: 'prod' })).toHaveLength(2);
  });
});
