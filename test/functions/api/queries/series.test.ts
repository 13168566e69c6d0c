import { describe, expect, it } from 'vitest';
import { sampleVersion } from '../../../../functions/shared/domain/sample.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
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
});
