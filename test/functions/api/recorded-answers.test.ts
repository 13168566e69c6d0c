import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Charts } from '../../../functions/api/answers/charts.ts';
import type { Entities } from '../../../functions/api/answers/entities.ts';
import type { Measures } from '../../../functions/api/answers/measures.ts';
import type { Overview } from '../../../functions/api/answers/overview.ts';
import type { Queues } from '../../../functions/api/answers/queues.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../../local/embedded.ts';
import { fromApiGateway, toApiGateway } from '../../../local/http/api-gateway.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { expectFits } from './fits-document.ts';

const recording = join(import.meta.dirname, '../../../events/recordings/cluster-load.ndjson.gz');

let embedded: Embedded;
beforeAll(async () => {
  embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal() {}, windowMs: 0 });
  await embedded.replay({ file: recording, cluster: 'recorded' });
  await embedded.drain();
}, 300_000);
afterAll(() => embedded.close());

/** Asks the API over the replayed recording; the answer fits its schema. */
async function ask<Answer>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const query = new URLSearchParams(parameters);
  const event = toApiGateway({ method: 'GET', path, query, headers: {}, body: Buffer.alloc(0) });
  const { status, body } = fromApiGateway(await embedded.api(event, lambdaContext()));
  const answer = JSON.parse(body);
  expect([status, status === 200 ? '' : answer.detail]).toEqual([200, '']);
  expectFits('GET', path, status, answer);
  return answer;
}

/** The minutes around the fault of a chunkserver at 15:28:40 (events/recordings/README.md). */
const range = { from: '2026-11-23T15:20:00Z', to: '2026-11-23T15:32:40Z' };
const most = (values: readonly (number | null)[]): number => Math.max(...values.map((value) => value ?? 0));

describe('the recorded cluster', () => {
  it('has its machines, topics and groups in the overview, by its own time', async () => {
    const { counts, freshness, clusters, alerts, newestSampleMs } = await ask<Overview>('/api/overview', {
      cluster: 'recorded',
    });
    expect(counts).toEqual({ machines: 5, chunkservers: 3, topics: 3, consumerGroups: 1 });
    expect(freshness).toMatchObject([{ source: 'metricbeat', cluster: 'recorded', entities: 13 }]);
    expect(clusters).toContain('recorded');
    expect(alerts.open.length + alerts.resolved.length).toBeGreaterThan(3);
    expect(newestSampleMs).toBe(freshness[0]!.newestMs);
  });

  it('has a chart of each series with the same values as its points', async () => {
    const series = 'recorded/host/node-m system.diskio.write.bytes{device=loop6}';
    const { points } = await ask<{ points: { timeMs: number; value: number }[] }>('/api/samples', { series, ...range });
    const { charts, times, stepMs } = await ask<Charts>('/api/charts', { series, ...range, band: 'true' });
    expect(stepMs).toBe(10_000);
    const [chart] = charts;
    const inStep = Map.groupBy(points, ({ timeMs }) => times.findLastIndex((time) => time <= timeMs));
    for (const [step, own] of inStep) {
      const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
      expect(chart!.values[step]).toBeCloseTo(mean, 6);
    }
    expect(inStep.size).toBeGreaterThan(70);
    expect(chart!.upper!.some((value) => value !== null)).toBe(true);
    const whole = await ask<Charts>('/api/charts', {
      series,
      from: '2026-11-23T15:00:00Z',
      to: range.to,
      points: '10',
    });
    const all = await ask<Charts>('/api/charts', {
      series,
      from: '2026-11-23T15:00:00Z',
      to: range.to,
      points: '2000',
    });
    expect(whole.times.length).toBeLessThanOrEqual(10);
    expect(most(whole.charts[0]!.max!)).toBe(most(all.charts[0]!.values));
  });

  it('has the measures of each machine, which add up, without what containers write to the disks of their host', async () => {
    const { rows, total, measures, count, note } = await ask<Measures>('/api/measures', { ...range, points: '20' });
    expect(rows.map(({ entity }) => entity.name).sort()).toEqual(['node-a', 'node-b', 'node-c', 'node-m', 'vmhost']);
    expect(count).toBe(5);
    expect(measures.map(({ name }) => name)).toEqual([
      'cpu',
      'memory',
      'disk.read',
      'disk.write',
      'network.in',
      'network.out',
      'space',
    ]);
    const sum = rows.reduce((all, row) => all + (row.measures['network.out']?.values[2] ?? 0), 0);
    expect(total['network.out']![2]).toBeCloseTo(sum, -2);
    const host = rows.find(({ entity }) => entity.name === 'vmhost')!;
    expect(total['disk.write']).toEqual(host.measures['disk.write']!.values);
    expect(note).toMatch(/^the disks of node-a, node-b, node-c, node-m are files on other disks/);
    const first = await ask<Measures>('/api/measures', { ...range, limit: '3' });
    const rest = await ask<Measures>('/api/measures', { ...range, limit: '3', cursor: first.next! });
    expect([...first.rows, ...rest.rows].map(({ path }) => path)).toEqual(rows.map(({ path }) => path));
    expect(rest).not.toHaveProperty('next');
  });

  it('has the traffic of its topics, and the lag of the group that stopped', async () => {
    const { topics, groups } = await ask<Queues>('/api/queues', { ...range, points: '300' });
    expect(topics.map(({ name, partitions }) => [name, partitions])).toEqual([
      ['collectd', 1],
      ['metricbeat', 3],
      ['orders', 3],
    ]);
    expect(most(groups[0]!.lag)).toBeGreaterThan(5_000);
    expect(groups[0]).toMatchObject({ name: 'orders-etl', topics: ['orders'], isLagSEstimated: true });
    expect(groups[0]!.last.lag).toBe(0);
  });

  it('has entities and series that are found by words', async () => {
    const { count, entities } = await ask<Entities>('/api/entities', { cluster: 'recorded', q: 'NODE-' });
    expect([count, entities.length]).toEqual([4, 4]);
    const results = async (q: string) => (await ask<{ results: { title: string }[] }>('/api/search', { q })).results;
    expect((await results('node-m')).map(({ title }) => title)).toContain('node-m');
    expect(await results('loop6 write bytes')).toContainEqual(
      expect.objectContaining({
        kind: 'series',
        title: 'recorded/host/node-m system.diskio.write.bytes{device=loop6}',
      }),
    );
    expect(await results('no such thing at all')).toEqual([]);
  });

  it('has nothing that changes without a record', async () => {
    const { cursor } = await ask<Overview>('/api/overview');
    expect(await ask('/api/changes', { after: cursor })).toMatchObject({
      alerts: [],
      silences: false,
      inventory: false,
    });
  });
});
