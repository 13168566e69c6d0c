import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cloudWatch } from '../../bench/cost/cloudwatch.ts';
import { billOfDeployment } from '../../bench/cost/deployments.ts';
import { flowOf } from '../../bench/cost/flow.ts';
import { heartbeats, waitingHeartbeatsUsd } from '../../bench/cost/heartbeats.ts';
import { customMetrics } from '../../bench/cost/prices.ts';
import { billOfScale } from '../../bench/cost/scales.ts';
import { replacedGigabytesADay } from '../../bench/cost/use.ts';
import { onCloudWatch } from '../../bench/cost.ts';
import { restoreDaysDefault } from '../../settings/deployment.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
const million = billOfScale(1_000_000);
const { everyTenSeconds, everyMinute } = onCloudWatch(cloudWatch(1_000_000));

describe('docs/scale.md', () => {
  it('has the same numbers in its text as in its tables', () => {
    const share = (name: string): number => {
      const usd = million.parts.filter((part) => part.name.startsWith(name)).reduce((sum, part) => sum + part.usd, 0);
      return Math.round((100 * usd) / million.usd);
    };
    expect(page).toContain(`about $${(Math.floor(million.usd / 100) * 100).toLocaleString('en')}**`);
    expect(page).toContain(
      `1/${Math.round(everyTenSeconds / million.usd)} of CloudWatch with anomaly detection alarms`,
    );
    expect(page).toContain(
      `1/${Math.round(everyMinute / million.usd)} of CloudWatch with alarms that look once a minute`,
    );
    expect(page).toContain(`OpenSearch (${share('OpenSearch')} %), and traffic between zones (${share('traffic')} %)`);
    expect(page).toContain(`through the endpoint of Lambda are ${share('endpoint traffic')} %. S3 (${share('S3')} %)`);
    expect(page).toContain(`$${Math.round(everyMinute / 100).toLocaleString('en')} at a million series`);
  });

  it('contains the cost of a longer restore time, and the saving of a shorter one', () => {
    const usdOf = (restoreDays: number) => billOfScale(1_000_000, { restoreDays }).usd;
    const dollars = (usd: number) => `$${Math.round(usd).toLocaleString('en')}`;
    expect(page).toContain(`what was replaced for ${restoreDaysDefault} days`);
    expect(page).toContain(`restoreDays: 35\` would cost ${dollars(usdOf(35) - million.usd)} more`);
    expect(page).toContain(`\`restoreDays: 1\` (−${dollars(million.usd - usdOf(1))})`);
  });
});

describe('the cost of the smallest scale', () => {
  it('is that of the minimal deployment, part by part, in both pages', () => {
    const { parts, usd } = billOfDeployment('minimal');
    expect(billOfScale(1_000).parts).toEqual(parts);
    const deploy = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
    // The first of the cells of a row: in scale.md those of 1,000 series, in deploy.md those of minimal.
    const firstCells = (text: string, table: string) =>
      text
        .split(`<!-- table: ${table} -->`)[1]!
        .split('<!-- end')[0]!
        .split('\n')
        .flatMap((line) =>
          /^\| (?:\*\*together|[A-Za-z])/.test(line) ? [line.split('|').map((cell) => cell.trim())] : [],
        )
        .map(([, name, cell]) => `${name} ${cell}`)
        .filter((row) => row.includes('**'));
    const rows = firstCells(deploy, 'month');
    expect(rows).toHaveLength(parts.length + 1);
    expect(firstCells(page, 'bill')).toEqual(rows);
    expect(rows.at(-1)).toBe(`**together** **$${Math.round(usd)}**`);
  });
});

describe('the budget of a hundredth of CloudWatch', () => {
  it('is nearly met at a million series by alarms that look as often, and not by alarms of a minute', () => {
    expect(everyTenSeconds / million.usd).toBeGreaterThan(85);
    expect(everyTenSeconds / million.usd).toBeLessThan(100);
    expect(everyMinute / million.usd).toBeLessThan(100);
  });
});

describe('what a load takes', () => {
  const { flow } = million;

  it('keeps every partition within a function and its state within 32 MB', () => {
    for (const { busyShare } of flow.works) expect(busyShare).toBeLessThan(0.6);
    expect(flow.stateMegabytes / flow.statePartitions).toBeLessThan(32);
  });

  it('writes to S3 what documents change: no tick changes a block', () => {
    const writtenWith = (beats: number) =>
      replacedGigabytesADay(flowOf({ series: 1_000, windowMs: 2_000, partitions: { beats, samples: 4 } }));
    expect(writtenWith(8)).toBeCloseTo(writtenWith(1), 6);
  });

  it('is a record a second where one a second arrives, with a window of 0', () => {
    const detect = flowOf({ series: 84, windowMs: 0 }).works.find(({ name }) => name === 'detect')!;
    expect(detect).toMatchObject({ partitions: 1, batch: 1 });
    // One sample, and half a tick.
    expect(detect.invocationsASecond).toBeCloseTo(1.5);
  });

  it('grows its batches where the work takes longer than the window', () => {
    const [normalise, detect] = flowOf({ series: 1_000_000, windowMs: 1 }).works;
    expect(detect).toMatchObject({ name: 'detect', busyShare: 1 });
    expect(detect!.batch).toBeGreaterThan(100);
    // As many as came while the last one ran: samples, and each lane's ticks.
    const samples = 1_000_000 / 8.4 / 10 / detect!.partitions;
    expect(detect!.batch / detect!.seconds).toBeCloseTo(samples + normalise!.partitions / 2, 0);
  });
});

describe('a deployment without shippers', () => {
  const partitions = { beats: 2, samples: 4 };
  const idle = flowOf({ series: 0, windowMs: 2_000, partitions });

  it('has a batch in each window for every partition, because of heartbeats and ticks', () => {
    const batches = Object.fromEntries(idle.works.map(({ name, invocationsASecond }) => [name, invocationsASecond]));
    expect(batches).toEqual({ normalise: 1, detect: 2, persist: 2, alert: 0.5, 'persist of signals': 0.5 });
  });

  it('has a tick every two seconds of each lane in each partition of samples, and of each of those on signals', () => {
    const records = Object.fromEntries(idle.streams.map((stream) => [stream.topic, stream.records]));
    expect(records).toMatchObject({ beats: 1, samples: 4, signals: 2, summaries: 0, alerts: 0 });
  });

  it('is billed nothing that is not a number', () => {
    for (const { name, usd } of billOfScale(0, { windowMs: 2_000, partitions }).parts) {
      expect(Number.isFinite(usd), name).toBe(true);
    }
  });
});

describe('heartbeats by delayed messages', () => {
  it('cost less than an invocation that waits, whatever the window', () => {
    for (const windowMs of [500, 2_000, 5_000, 10_000, 300_000]) {
      expect(heartbeats(windowMs).usd).toBeLessThan(waitingHeartbeatsUsd / 3);
    }
  });
});

// 10,000 at $0.30, 240,000 at $0.10, 750,000 at $0.05, 1,000,000 at $0.02.
it.each([
  [0, 0],
  [10_000, 3_000],
  [10_001, 3_000.1],
  [250_000, 27_000],
  [1_000_000, 64_500],
  [2_000_000, 84_500],
])('%d custom metrics cost $%d a month', (count, usd) => {
  expect(customMetrics(count)).toBeCloseTo(usd, 6);
});
