import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterFaults, faultRecording } from '../../bench/faults/fault-recording.ts';
import { writeRecording } from '../../bench/faults/measure.ts';
import { readQuietCluster } from '../../bench/faults/quiet-cluster.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { backtest } from '../../local/backtest/backtest.ts';
import { readLabels } from '../../local/backtest/labels.ts';
import { offbeat } from '../bin/run-cli.ts';
import { pagesOfReplay } from '../support/pages-of-replay.ts';

const recording = 'events/recordings/cluster-load.ndjson.gz';
const labels = 'events/recordings/labels.json';
const folder = mkdtempSync(join(tmpdir(), 'offbeat-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a backtest of the recorded cluster', () => {
  let result: {
    incidents: { id: string; outcome: string; seconds: number; causeIsRight: boolean }[];
    falsePages: object[];
    totals: { furtherPages: number; medianSeconds: number };
  };

  beforeAll(async () => {
    // The time that an alert waits for others is no property of detection.
    const settings = join(folder, 'quick.yaml');
    writeFileSync(settings, 'alerts:\n  groupWait: 10s\n');
    const { status, stdout } = await offbeat([
      ...['backtest', recording, '--labels', labels],
      ...['--settings', settings, '--json'],
    ]);
    expect(status).toBe(0);
    result = JSON.parse(stdout);
  });

  it('finds all six incidents', () => {
    expect(result.incidents.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      ['i1', 'i2', 'i3', 'i4', 'i5', 'i6'].map((id) => `${id} found`),
    );
  });

  it('has no page about anything else, and no second one about an incident', () => {
    expect(result.falsePages).toEqual([]);
    expect(result.totals.furtherPages).toBe(0);
  });

  it('suspects the cause of each incident first', () => {
    expect(result.incidents.filter(({ causeIsRight }) => !causeIsRight)).toEqual([]);
  });

  it('has its pages within 45 seconds of the start in the median', () => {
    expect(result.totals.medianSeconds).toBeLessThanOrEqual(45);
  });

  it('has the pages of a replay over a store', async () => {
    const options = { file: recording, labels: readLabels(labels), settings: defaultSettings, nowMs: Date.now() };
    const { incidents } = await backtest(options);
    expect(incidents.map(({ page }) => page)).toEqual(await pagesOfReplay(recording));
  });
});

describe('a backtest of injected faults', () => {
  it('finds a slow disk, a lost chunkserver and a stalled group by their entities, and no backup job', async () => {
    const names = ['slow disk', 'lost chunkserver', 'stalled group', 'backup job'];
    const kinds = clusterFaults.filter(({ name }) => names.includes(name));
    const faults = faultRecording({ quiet: readQuietCluster(), kinds, seed: 7, periodMs: 10_000, warmUp: 150 });
    const [file, labelsFile] = [join(folder, 'faults.ndjson'), join(folder, 'faults.json')];
    await writeRecording(faults, file);
    writeFileSync(labelsFile, JSON.stringify(faults.labels));
    const { status, stdout } = await offbeat(['backtest', file, '--labels', labelsFile]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/3 incidents: 3 found, 0 missed; 0 false pages; .*cause right in 3 of 3\n$/);
  });
});
