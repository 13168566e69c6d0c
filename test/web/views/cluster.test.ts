import { describe, expect, it } from 'vitest';
import type { InventoryItem } from '../../../web/api/inventory-types.ts';
import {
  clusterNames,
  componentsOf,
  lineOf,
  pastOf,
  worstComponentsFirst,
} from '../../../web/views/cluster/components.ts';
import { tiersOf } from '../../../web/views/cluster/graph.ts';
import { layoutMap, mapWidth, nodeWidth } from '../../../web/views/cluster/map-layout.ts';
import type { PastTrouble } from '../../../web/views/machines/past-trouble.ts';

const item = (kind: string, entityKind: string, name: string, more: Partial<InventoryItem> = {}): InventoryItem => ({
  entity: { cluster: 'prod', kind: entityKind, name },
  timestampMs: 0,
  dataset: 'x',
  dimensions: {},
  measurements: {},
  kind,
  role: 'server',
  status: 'ok',
  sinceMs: 0,
  seenMs: 0,
  ...more,
});

const storage = [
  item('storage', 'storage-master', 'm:9421', { status: 'degraded', reason: '1 of 2 chunkservers is missing' }),
  item('chunkserver', 'chunkserver', 'a:9422', { facts: { 'service.address': 'm:9421' } }),
  item('chunkserver', 'chunkserver', 'b:9422', {
    facts: { 'service.address': 'm:9421' },
    status: 'down',
    sinceMs: 5,
    reason: 'disconnected',
  }),
  item('disk', 'chunkserver', 'a:9422', { dimensions: { device: '/1' } }),
  item('disk', 'chunkserver', 'a:9422', { dimensions: { device: '/2' } }),
];

const streaming = [
  item('partition', 'topic', 'orders', { dimensions: { partition: '0' } }),
  item('partition', 'topic', 'orders', {
    dimensions: { partition: '1' },
    status: 'degraded',
    reason: 'a replica is behind',
  }),
  item('partition', 'topic', 'alone', { dimensions: { partition: '0' } }),
  item('consumer-group', 'consumer-group', 'etl', {
    dimensions: { topic: 'orders', partition: '0' },
    measurements: { 'kafka.consumergroup.consumer_lag': 7 },
  }),
];

describe('a component', () => {
  it('is a whole topic, with the worst status of its partitions and its reason', () => {
    const [orders] = componentsOf(streaming);
    expect(orders).toMatchObject({ title: 'Topic orders', status: 'degraded', reason: 'a replica is behind' });
  });

  it('that is ok has its most telling number', () => {
    const group = componentsOf(streaming).find(({ kind }) => kind === 'consumer-group')!;
    expect(lineOf(group).replace('\u00a0', ' ')).toBe('7 messages behind');
  });
});

describe('the components of a cluster', () => {
  it('that had an alert in the range come before those that were always ok', () => {
    const all = componentsOf(streaming.filter(({ status }) => status === 'ok'));
    const past: PastTrouble = { severity: 'warning', alertId: 'x', count: 1, stretches: [{ fromMs: 0, toMs: 1 }] };
    const sorted = worstComponentsFirst(all, new Map([['prod/consumer-group/etl', past]]));
    expect(sorted.map(({ entity }) => entity.name)).toEqual(['etl', 'orders', 'alone']);
  });

  it('that are disks do not have the alerts of their chunkserver', () => {
    const past: PastTrouble = { severity: 'critical', alertId: 'x', count: 1, stretches: [{ fromMs: 0, toMs: 1 }] };
    const had = componentsOf(storage).filter((each) => pastOf(each, new Map([['prod/chunkserver/a:9422', past]])));
    expect(had.map(({ title }) => title)).toEqual(['Chunkserver a:9422']);
  });

  it('of a recording come after those of live clusters, although nothing is heard of them', () => {
    const clusters = new Map([
      ['recorded', [{ status: 'unknown' as const }]],
      ['live', [{ status: 'ok' as const }]],
    ]);
    expect(clusterNames(clusters, (name) => name === 'recorded')).toEqual(['live', 'recorded']);
  });
});

describe('the map', () => {
  it('leads from a storage to its chunkservers, and from each to its disks', () => {
    const [tier] = tiersOf(componentsOf(storage));
    const named = new Map(tier!.layers.flat().map(({ key, title }) => [key, title]));
    expect(tier!.edges.map(({ from, to }) => `${named.get(from)} → ${named.get(to)}`)).toEqual([
      'Storage m:9421 → Chunkserver a:9422',
      'Storage m:9421 → Chunkserver b:9422',
      'Chunkserver a:9422 → Disks of a:9422',
    ]);
  });

  it('leads from a group to the topic that it reads, and to no other', () => {
    const [tier] = tiersOf(componentsOf(streaming));
    expect(tier!.edges).toHaveLength(1);
    expect(tier!.edges[0]!.to).toContain('orders');
  });

  it('marks the edges to what is down as lost, since when', () => {
    const { tiers } = layoutMap(tiersOf(componentsOf(storage)));
    expect(tiers[0]!.edges.map(({ isLost, sinceMs }) => [isLost, sinceMs])).toEqual([
      [false, 0],
      [true, 5],
      [false, 0],
    ]);
  });

  it('shows of many servers those with faults, and the others as one', () => {
    const many = Array.from({ length: 40 }, (_, nth) =>
      item('chunkserver', 'chunkserver', `s${nth}`, nth === 30 ? { status: 'down', reason: 'gone' } : {}),
    );
    const [tier] = tiersOf(componentsOf(many));
    expect(tier!.layers[0]!.map(({ title, line }) => [title, line])).toEqual([
      ['Chunkserver s30', 'gone'],
      ['39 chunkservers', '39, all ok'],
    ]);
  });

  it('has all nodes inside of its drawing, and none over another', () => {
    const { tiers, height } = layoutMap(tiersOf(componentsOf([...storage, ...streaming])));
    const nodes = tiers.flatMap((tier) => tier.nodes);
    for (const { x, y } of nodes) {
      expect(x + nodeWidth).toBeLessThanOrEqual(mapWidth);
      expect(y).toBeLessThan(height);
    }
    expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(nodes.length);
  });
});
