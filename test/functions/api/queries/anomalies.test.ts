import { describe, expect, it } from 'vitest';
import { type Anomaly, anomalyVersion } from '../../../../functions/shared/domain/anomaly.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { disk, node } from './samples-of-node.ts';

const api = apiOnStore();

function anomaly(id: string, more: Partial<Anomaly> = {}): Anomaly {
  return {
    id,
    revision: 1,
    state: 'open',
    kind: 'deviation',
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

describe('anomalies', () => {
  it('anomalies are listed the newest first, and filtered by state and cluster', async () => {
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
