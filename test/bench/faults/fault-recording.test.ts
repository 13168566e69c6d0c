import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dailyPatternGone, dailyRecording } from '../../../bench/faults/daily-recording.ts';
import {
  clusterFaults,
  type FaultRecording,
  faultGroups,
  faultRecording,
} from '../../../bench/faults/fault-recording.ts';
import { type Document, datasetOf, hostOf, numberAt, valueAt } from '../../../bench/faults/fields.ts';
import { keyOf, readQuietCluster } from '../../../bench/faults/quiet-cluster.ts';
import { parseLabels } from '../../../local/backtest/labels.ts';

const quiet = readQuietCluster();
const warmUp = 12;

const recordingOf = (names: readonly string[], seed: number, periodMs = 10_000): FaultRecording =>
  faultRecording({ quiet, kinds: clusterFaults.filter(({ name }) => names.includes(name)), seed, periodMs, warmUp });

const documentsOf = (recording: FaultRecording): Document[] => [...recording.lines()].map((line) => JSON.parse(line));

/** Returns the documents of one kind by whether they are during its incident. */
function around(name: string, seed: number) {
  const recording = recordingOf([name], seed);
  const { incidents, benign } = parseLabels(JSON.stringify(recording.labels), 'labels');
  const { start, end } = [...incidents, ...benign][0]!;
  const isDuring = (document: Document): boolean => {
    const timeMs = Date.parse(String(document['@timestamp']));
    return timeMs >= start && timeMs <= end;
  };
  const all = documentsOf(recording);
  return {
    during: all.filter(isDuring),
    before: all.filter((each) => Date.parse(String(each['@timestamp'])) < start),
    all,
  };
}

describe('a recording of faults', () => {
  it('is the same for the same seed, at each reading, and another for another seed', () => {
    const names = ['rebalance', 'restart'];
    const recording = recordingOf(names, 3);
    const lines = [...recording.lines()];
    expect([...recording.lines()]).toEqual(lines);
    expect([...recordingOf(names, 3).lines()]).toEqual(lines);
    expect([...recordingOf(names, 4).lines()]).not.toEqual(lines);
  });

  it('has labels that a backtest reads, one for each kind', () => {
    const recording = faultRecording({ quiet, kinds: clusterFaults, seed: 1, periodMs: 60_000 });
    const { incidents, benign, period_s } = parseLabels(JSON.stringify(recording.labels), 'labels');
    expect(period_s).toBe(60);
    expect([...incidents, ...benign].map(({ kind }) => kind).sort()).toEqual(
      clusterFaults.map(({ name }) => name).sort(),
    );
    expect(incidents.every(({ entities }) => entities.length > 0)).toBe(true);
    expect(benign.map(({ kind }) => kind).sort()).toEqual(['backup job', 'clock step', 'restart']);
  });

  it('has each document once in a collection, and counters that only grow where no host restarts', () => {
    const kinds = fc.constantFrom(...clusterFaults.map(({ name }) => name).filter((name) => name !== 'restart'));
    fc.assert(
      fc.property(kinds, fc.nat(1_000), fc.constantFrom(10_000, 60_000, 300_000), (name, seed, periodMs) => {
        const newest = new Map<string, { time: string; sum: number }>();
        for (const document of documentsOf(recordingOf([name], seed, periodMs))) {
          const [key, time] = [keyOf(document), String(document['@timestamp'])];
          const path = counterOf[datasetOf(document)];
          const sum = path === undefined ? 0 : numberAt(document, path);
          const before = newest.get(key);
          if (before !== undefined) {
            if (name !== 'clock step') expect(time > before.time).toBe(true);
            expect(sum).toBeGreaterThanOrEqual(before.sum);
          }
          newest.set(key, { time, sum });
        }
      }),
      { numRuns: 6 },
    );
  });

  it('has disks that fill up to 98 % and no more', () => {
    const shares = around('full disk', 5).during.flatMap((each) => valueAt(each, 'system.filesystem.used.pct') ?? []);
    expect(Math.max(...shares.map(Number))).toBeCloseTo(0.98, 3);
  });

  it('has a lost chunkserver as the real one that was lost: without numbers, and its disks absent', () => {
    const { during, before } = around('lost chunkserver', 2);
    const lost = during.filter((each) => valueAt(each, 'moosefs.chunkserver.connected') === false);
    expect(lost).toHaveLength(30);
    expect(valueAt(lost[0]!, 'moosefs.chunkserver.chunks')).toBeUndefined();
    const disks = (all: readonly Document[]) => new Set(all.map((each) => valueAt(each, 'moosefs.disk.path'))).size;
    expect(disks(before) - disks(during)).toBe(2);
  });

  it('has a lag that grows while a group is stalled, and an offset that catches up', () => {
    const { all } = around('stalled group', 2);
    const lags = all
      .filter((each) => keyOf(each) === 'kafka.consumergroup node-m 0')
      .map((each) => numberAt(each, 'kafka.consumergroup.consumer_lag'));
    expect(lags.slice(warmUp, warmUp + 24)).toEqual([...lags.slice(warmUp, warmUp + 24)].sort((a, b) => a - b));
    expect(Math.max(...lags)).toBeGreaterThan(1_000);
    const last = (key: string, path: string) => numberAt(all.findLast((each) => keyOf(each) === key)!, path);
    expect(last('kafka.consumergroup node-m 0', 'kafka.consumergroup.offset')).toBe(
      last('kafka.partition node-m 0', 'kafka.partition.offset.newest'),
    );
  });

  it('has one host less while a host is silent', () => {
    const { during, before } = around('silent host', 2);
    const hosts = (all: readonly Document[]) => new Set(all.map(hostOf)).size;
    expect([hosts(before), hosts(during)]).toEqual([4, 3]);
  });

  it('has counters that begin at zero after a restart', () => {
    const { all } = around('restart', 2);
    const falls = new Set<string>();
    const newest = new Map<string, number>();
    for (const document of all) {
      const path = counterOf[datasetOf(document)];
      if (path === undefined) continue;
      const sum = numberAt(document, path);
      if (sum < (newest.get(keyOf(document)) ?? 0)) falls.add(hostOf(document));
      newest.set(keyOf(document), sum);
    }
    expect(falls.size).toBe(1);
  });

  it.each([['stopped producer', 'kafka.partition node-m 1', 'kafka.partition.offset.newest']])(
    'has a counter that stands still for a %s',
    (name, key, path) => {
      const sums = around(name, 2)
        .during.filter((each) => keyOf(each) === key)
        .map((each) => numberAt(each, path));
      expect(new Set(sums).size).toBe(1);
      expect(sums).toHaveLength(30);
    },
  );
});

const counterOf: Readonly<Record<string, string>> = {
  'system.diskio': 'system.diskio.write.bytes',
  'system.network': 'system.network.out.packets',
  'kafka.partition': 'kafka.partition.offset.newest',
  'kafka.consumergroup': 'kafka.consumergroup.offset',
};

describe('a recording of a daily pattern', () => {
  it('has four days, and its last day keeps to values of the nights', () => {
    const recording = dailyRecording(quiet, 1, 300_000);
    const sums = documentsOf(recording).map((each) => numberAt(each, 'kafka.partition.offset.newest'));
    expect(sums).toHaveLength(4 * 288);
    const added = (day: number, hour: number) => sums[day * 288 + hour * 12 + 6]! - sums[day * 288 + hour * 12]!;
    for (const hour of [9, 12, 16]) expect(added(3, hour)).toBeLessThan(added(2, hour) / 2);
    expect(added(3, 12)).toBeLessThan(1.5 * added(2, 0));
    expect(added(3, 20)).toBeGreaterThan(added(2, 0));
  });
});

it('each kind is in one group, and the streams of no two kinds are in the same one', () => {
  expect(
    faultGroups
      .flat()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(clusterFaults.map(({ name }) => name).sort());
  const streams = ['stopped producer', 'surge', 'stalled group', 'rebalance'];
  for (const group of faultGroups) expect(group.filter(({ name }) => streams.includes(name))).toHaveLength(1);
});

it('every kind has a row in docs/detection.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/detection.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([a-z ]+?)(?: _\(benign\)_)? +\|/gm)].map(([, name]) => name);
  const names = [...clusterFaults, dailyPatternGone].map(({ name }) => name);
  expect(names.filter((name) => !rows.includes(name))).toEqual([]);
});
