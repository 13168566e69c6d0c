import { describe, expect, it } from 'vitest';
import { sampleVersion } from '../../../../functions/shared/domain/sample.ts';
import { type Summary, summaryVersion } from '../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { node, query, sample, written } from './samples-of-node.ts';

const api = apiOnStore();

describe('series', () => {
  it('the series of the newest samples are listed once each and in order', async () => {
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

  it('log rates, which only minutes have, are listed by their minutes, and minutes of a group with samples are not read', async () => {
    const stats = { avg: 3, min: 3, max: 3, last: 3, count: 1 };
    const minute = (dataset: string, dimensions: Summary['dimensions'], metric: string): Summary => {
      return { entity: node, minuteMs: startMs, dataset, dimensions, metrics: { [metric]: stats } };
    };
    await api.persist(
      topics.summaries,
      summaryVersion,
      minute('app.log', { level: 'error' }, 'log.records'),
      minute('app.log', { level: 'info' }, 'log.records'),
      minute('system.load', {}, 'only.in.minutes'),
    );
    const load = { dataset: 'system.load', dimensions: {} };
    await api.persist(topics.samples, sampleVersion, sample(0, { 'system.load.1': 0.5 }, load));
    const names = ['error', 'info'].map((level) => `recorded/host/node-m log.records{level=${level}}`);
    expect((await api.ask('/api/series')).body.series).toEqual([...names, 'recorded/host/node-m system.load.1']);
    expect((await api.ask(`/api/series${query({ dataset: 'app.*' })}`)).body).toEqual({
      series: names,
      datasets: [
        expect.objectContaining({ dataset: 'app.log', samples: 2, series: 2, metrics: 1, dimensions: { level: 2 } }),
      ],
    });
  });
});
