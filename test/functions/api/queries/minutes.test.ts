import { describe, expect, it } from 'vitest';
import { type Summary, summaryVersion } from '../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { disk, node, query, written } from './samples-of-node.ts';

const api = apiOnStore();

describe('summaries', () => {
  it('the minutes of one series are listed, the oldest first', async () => {
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
