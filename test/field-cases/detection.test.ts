import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { MetricSummary } from '../../functions/shared/domain/summary.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';

/** Replays an input by the command line. Returns its totals, its anomalies by revision, and the minutes of a metric. */
async function replay(name: string, metric: string) {
  const data = mkdtempSync(join(tmpdir(), 'offbeat-field-case-'));
  try {
    const input = join(import.meta.dirname, 'inputs', `${name}.ndjson.gz`);
    const { status, stdout } = await offbeat(['replay', input, '--data', data, '--json']);
    expect(status).toBe(0);
    return { totals: JSON.parse(stdout), ...(await stored(data, metric)) };
  } finally {
    rmSync(data, { recursive: true });
  }
}

async function stored(dataDir: string, metric: string) {
  const embedded = await openEmbedded({ dataDir, settings: defaultSettings, terminal: () => {} });
  try {
    const { warehouse } = embedded.ports;
    const all = { order: 'oldest first', limit: 10_000 } as const;
    const summaries = await warehouse.search({ family: 'offbeat-summaries', ...all });
    const anomalies = await warehouse.search({ family: 'offbeat-anomalies', ...all });
    return {
      minutes: summaries.flatMap((document): MetricSummary[] => {
        const minute = summaryDocument.read(document).metrics[metric];
        return minute === undefined ? [] : [minute];
      }),
      anomalies: anomalies.map((document) => anomalyDocument.read(document)),
    };
  } finally {
    await embedded.close();
  }
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
    const opened = alert.trace.find(({ reason }: { reason: string }) => reason === 'opened');
    expect(opened.atMs - anomaly!.startsAtMs).toBe(150_000);
  });
});
