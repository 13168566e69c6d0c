import { afterAll, describe, expect, it } from 'vitest';
import type { MetricSummary } from '../../functions/shared/domain/summary.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { CaseFolders, readStore } from './case-folders.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

/** Replays an input by the command line. Returns its totals, its anomalies by revision, and the minutes of a metric. */
async function replay(name: string, metric: string) {
  const totals = await folders.replay(name);
  expect(totals.status).toBe(0);
  const all = { order: 'oldest first', limit: 10_000 } as const;
  return readStore(totals, async ({ ports: { warehouse } }) => {
    const summaries = await warehouse.search({ family: 'offbeat-summaries', ...all });
    const anomalies = await warehouse.search({ family: 'offbeat-anomalies', ...all });
    return {
      totals,
      minutes: summaries.flatMap((document): MetricSummary[] => {
        const minute = summaryDocument.read(document).metrics[metric];
        return minute === undefined ? [] : [minute];
      }),
      anomalies: anomalies.map((document) => anomalyDocument.read(document)),
    };
  });
}

describe('counters', () => {
  it('that the catalogue does not know page for no restart of their container (12)', async () => {
    const { totals, minutes } = await replay('12-docker-restart-counters', 'docker.network.inbound.bytes');
    expect(totals).toMatchObject({ samples: 120, anomalies: 0, alerts: 0, deadLetters: 0 });
    // The values themselves are kept: 5 GB before the restart, a few MB after it.
    expect(Math.max(...minutes.map(({ max }) => max))).toBeGreaterThan(5e9);
    expect(Math.min(...minutes.map(({ min }) => min))).toBeLessThan(1e7);
  });

  it('that fall from 3.5 GB were reset, and have no rate of 79 MB/s (18)', async () => {
    const { totals, minutes } = await replay('18-reset-from-3.5GB', 'system.diskio.read.bytes');
    expect(totals).toMatchObject({ samples: 120, anomalies: 0, alerts: 0 });
    expect(minutes).toHaveLength(20);
    expect(Math.max(...minutes.map(({ max }) => max))).toBeLessThan(1.2e6);
  });
});

describe('a gauge', () => {
  it('that has only ever been 0, and has no floor, pages for no first 1 (15)', async () => {
    const { totals, minutes } = await replay('15-constant-zero-gauge', 'redis.info.clients.blocked');
    expect(totals).toMatchObject({ samples: 90, anomalies: 0, alerts: 0 });
    expect(Math.max(...minutes.map(({ max }) => max))).toBe(1);
  });
});

describe('log records', () => {
  it('count once although Filebeat shipped a batch twice: 20 in each minute (17)', async () => {
    const { totals, minutes } = await replay('17-filebeat-batch-twice', 'log.records');
    expect(totals).toMatchObject({ documents: 800, anomalies: 0, deadLetters: 0 });
    expect(new Set(minutes.map(({ last }) => last))).toEqual(new Set([20]));
    expect(minutes).toHaveLength(30);
  });

  it('of level error are an alert in their third minute, on a host whose log is known for 40 minutes (13)', async () => {
    const { totals, anomalies } = await replay('13-first-error-burst', 'log.records');
    expect(totals).toMatchObject({ documents: 4200, anomalies: 1, alerts: 1 });
    const [anomaly] = anomalies;
    expect(anomaly).toMatchObject({ peak: 300, series: { dimensions: { level: 'error' } }, lines: ['m'] });
    const [alert] = totals.alertList;
    const opened = alert!.trace.find(({ reason }) => reason === 'opened');
    expect(opened!.atMs - anomaly!.startsAtMs).toBe(150_000);
  });
});
