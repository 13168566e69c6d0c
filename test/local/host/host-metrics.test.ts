import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { HostMetrics } from '../../../local/host/host-metrics.ts';
import type { Metricset } from '../../../local/host/host-metricsets.ts';
import { ManualClock } from '../memory-broker.ts';

const working = (name: string, periodMs = 5_000): Metricset => ({ name, periodMs, read: async () => [{ value: 1 }] });

function open(...metricsets: readonly Metricset[]) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  return { clock, lines, metrics: new HostMetrics({ clock, report, metricsets, timeoutMs: 20 }) };
}

const datasets = (documents: readonly object[]): string[] =>
  documents.map((document) => (document as { event: { dataset: string } }).event.dataset);

describe("this host's metrics", () => {
  it('have the form of Metricbeat', async () => {
    const { metrics } = open(working('load'));
    expect(await metrics.collect()).toEqual([
      {
        '@timestamp': '1970-01-01T00:16:40.000Z',
        agent: { type: 'metricbeat', name: hostname(), version: '8.17.0' },
        ecs: { version: '8.0.0' },
        event: { dataset: 'system.load', module: 'system', duration: 0 },
        host: { name: hostname(), hostname: hostname() },
        labels: { collector: 'offbeat' },
        metricset: { name: 'load', period: 5_000 },
        service: { type: 'system' },
        system: { load: { value: 1 } },
      },
    ]);
  });

  it('are read no more often than the period of each metricset', async () => {
    const { metrics, clock } = open(working('cpu'), working('filesystem', 60_000));
    expect(datasets(await metrics.collect())).toEqual(['system.cpu', 'system.filesystem']);
    clock.timeMs += 4_600; // A timer that fires less than half a second early.
    expect(datasets(await metrics.collect())).toEqual(['system.cpu']);
    clock.timeMs += 1_000;
    expect(await metrics.collect()).toEqual([]);
    clock.timeMs += 54_400;
    expect(datasets(await metrics.collect())).toEqual(['system.cpu', 'system.filesystem']);
  });

  it('continue without a metricset that fails, which is reported once, and again when it can be read', async () => {
    let broken = true;
    const diskio = {
      name: 'diskio',
      periodMs: 0,
      read: async () => (broken ? Promise.reject(new Error('EACCES')) : [{}]),
    };
    const { metrics, lines } = open(diskio, working('cpu', 0));
    expect(datasets(await metrics.collect())).toEqual(['system.cpu']);
    expect(datasets(await metrics.collect())).toEqual(['system.cpu']);
    expect(lines).toEqual(['system.diskio of this host cannot be read: EACCES']);
    broken = false;
    expect(datasets(await metrics.collect())).toEqual(['system.diskio', 'system.cpu']);
    expect(lines).toEqual([
      'system.diskio of this host cannot be read: EACCES',
      'system.diskio of this host can be read again',
    ]);
  });

  it('continue without a metricset that does not answer, which is not read again until it does', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly object[]>();
    let asked = 0;
    const hanging = {
      name: 'filesystem',
      periodMs: 0,
      read: () => {
        asked += 1;
        return promise as Promise<readonly Record<string, unknown>[]>;
      },
    };
    const { metrics, lines } = open(hanging, working('cpu', 0));
    expect(datasets(await metrics.collect())).toEqual(['system.cpu']);
    await metrics.collect();
    expect(asked).toBe(1);
    expect(lines).toEqual(['system.filesystem of this host cannot be read: no answer within 20 ms']);
    resolve([]);
    await promise;
    await metrics.collect();
    expect(asked).toBe(2);
  });

  it('exist on this machine, finite and not negative', async () => {
    const lines: string[] = [];
    const documents = await new HostMetrics({ clock: new ManualClock(), report: (line) => lines.push(line) }).collect();
    expect(lines).toEqual([]);
    expect(datasets(documents)).toEqual(expect.arrayContaining(['system.cpu', 'system.memory', 'system.network']));
    for (const document of documents) {
      for (const value of numbers(document)) expect(value).toBeGreaterThanOrEqual(0);
    }
  });
});

function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [];
}
