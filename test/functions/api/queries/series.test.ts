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
      count: 2,
      datasets: [
        expect.objectContaining({ dataset: 'app.log', samples: 2, series: 2, metrics: 1, dimensions: { level: 2 } }),
      ],
    });
  });

  it('are found by words among those of all machines, and listed page by page', async () => {
    const on = (name: string) => ({ entity: { cluster: 'prod', kind: 'host', name }, dimensions: {} }) as const;
    const hosts = ['node-1', 'node-2', 'node-3'];
    const samples = hosts.map((name) => sample(0, { 'system.load.1': 0.5, 'system.load.5': 0.5 }, on(name)));
    await api.persist(topics.samples, sampleVersion, ...samples);
    const load = hosts.map((name) => `prod/host/${name} system.load.1`);
    const ask = async (more: Record<string, string>) =>
      (await api.ask(`/api/series${query({ q: 'LOAD.1 prod', ...more })}`)).body;
    expect(await ask({})).toEqual({ series: load, count: 3 });
    const first = await ask({ names: '2' });
    expect(first).toEqual({ series: load.slice(0, 2), count: 3, next: expect.any(String) });
    expect(await ask({ names: '2', cursor: first.next })).toEqual({ series: load.slice(2), count: 3 });
    expect((await ask({ q: 'node-2' })).series).toHaveLength(2);
    expect((await ask({ cluster: 'other' })).series).toEqual([]);
  });
});
