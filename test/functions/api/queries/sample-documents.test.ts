import { describe, expect, it } from 'vitest';
import { sampleVersion } from '../../../../functions/shared/domain/sample.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { sampleDocument } from '../../../../functions/shared/warehouse/sample-document.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { sample } from './samples-of-node.ts';

const api = apiOnStore();
const path = '/api/sample-documents?cluster=recorded';

describe('sample documents', () => {
  it('are the samples of a cluster between two times, the oldest first', async () => {
    const samples = [0, 10, 20, 30].map((second) => sample(second, { 'system.load.1': second }));
    await api.persist(topics.samples, sampleVersion, ...samples.toReversed());
    const { body } = await api.ask(`${path}&from=${startMs + 10_000}&to=${startMs + 30_000}`);
    expect(body.documents.map(sampleDocument.read)).toEqual([samples[1], samples[2]]);
    const { body: limited } = await api.ask(`${path}&limit=1`);
    expect(limited.documents.map(sampleDocument.read)).toEqual([samples[0]]);
    expect((await api.ask('/api/sample-documents?cluster=other')).body).toEqual({ documents: [] });
  });

  it('are refused without a cluster, with the name of the parameter', async () => {
    const { status, body } = await api.ask('/api/sample-documents');
    expect(status).toBe(400);
    expect(body.detail).toBe('cluster: missing; expected text');
  });
});
