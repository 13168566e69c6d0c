import { describe, expect, it } from 'vitest';
import { findPoints } from '../../../../functions/api/queries/points.ts';
import { sampleVersion } from '../../../../functions/shared/domain/sample.ts';
import { parseSeriesText } from '../../../../functions/shared/domain/series-text.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { query, sample, written } from './samples-of-node.ts';

const api = apiOnStore();

describe('samples', () => {
  it('the points of a counter are its rates, the oldest first, without readings that have none', async () => {
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

  it('as many points as requested are found, with any other datasets of the entity in between', async () => {
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

  it('points are found page by page, each once', async () => {
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

  it('the points of a gauge are its values between the given times', async () => {
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

  it('an unknown series has no points', async () => {
    const { status, body } = await api.ask(`/api/samples${query({ series: 'recorded/host/x system.load.1' })}`);
    expect([status, body.points]).toEqual([200, []]);
  });

  it('a request without a series is refused', async () => {
    const { status, body } = await api.ask('/api/samples');
    expect(status).toBe(400);
    expect(body.detail).toMatch(/^series: /);
  });
});
