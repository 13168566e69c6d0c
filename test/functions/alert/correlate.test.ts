import { describe, expect, it } from 'vitest';
import { anomaliesMax, membersMax } from '../../../functions/alert/cluster-state.ts';
import { correlate } from '../../../functions/alert/correlate.ts';
import type { Relation } from '../../../functions/shared/domain/edge.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import { clusterOf, member, openAlert, times } from './members.ts';
import { midnightMs, seriesAt } from './signals.ts';

const moment = { onsetWindowMs: times.onsetWindow, atMs: midnightMs };
/** A member on an entity, whose onset is some seconds after midnight. */
const on = (kind: EntityKind, name: string, seconds = 0, dataset = 'system.diskio') =>
  member({
    id: `${kind} ${name} ${seconds} ${dataset}`,
    series: seriesAt(kind, name, `${dataset}.x`),
    dataset,
    startsAtMs: midnightMs + seconds * 1000,
  });
const collectedEvery = (periodMs: number, one: ReturnType<typeof on>) => ({ ...one, periodMs });
const first = on('host', 'a');

type Link = readonly [from: string, relation: Relation, to: string];

/** Returns a cluster with one alert and the edges of some entities. */
function connected(links: readonly Link[], ...members: Parameters<typeof openAlert>[0]) {
  const cluster = clusterOf(openAlert(members));
  const split = (path: string) => {
    const [kind, name] = path.split(' ') as [EntityKind, string];
    return { kind, name };
  };
  for (const from of new Set(links.map(([each]) => each))) {
    const edges = links.filter(([each]) => each === from).map(([, relation, to]) => ({ relation, to: split(to) }));
    cluster.entities.note({ entity: { cluster: 'prod', ...split(from) }, addresses: [], edges }, midnightMs);
  }
  return cluster;
}

/** The reason for which an anomaly joins the alert of `first`, or `opened`. */
function reasonOf(joining: ReturnType<typeof member>, links: readonly Link[] = [], opening = first): string {
  return correlate(connected(links, opening), joining, moment).trace.at(-1)!.reason;
}

describe('an anomaly joins the alert of a host’s disk', () => {
  // The relations of docs/alerts.md#what-belongs-together; the window is the default onsetWindow, 120 s.
  it.each([
    ['of the same series, whenever it began', on('host', 'a', 9999), 'same series again'],
    ['of the same host', on('host', 'a', 1, 'system.cpu'), 'same entity'],
    ['of the same host, at the end of the window', on('host', 'a', 120, 'system.cpu'), 'same entity'],
    ['of the same host, at the start of the window', on('host', 'a', -120, 'system.cpu'), 'same entity'],
    ['of another host with the same dataset', on('host', 'b'), 'same dataset'],
    ['of another host with the same dataset, a minute later', on('host', 'b', 60), 'same dataset'],
    ['of the same dataset, two slow collections later', collectedEvery(60_000, on('host', 'b', 110)), 'same dataset'],
  ])('if it is %s', (_, joining, reason) => {
    expect(reasonOf(joining)).toBe(reason);
  });

  it.each([
    ['of another host with another dataset', on('host', 'b', 0, 'system.cpu')],
    ['of another host more than a minute later', on('host', 'b', 60.001)],
    ['of a service', on('service', 's', 0, 'http.server')],
    ['of a chunkserver without edges', on('chunkserver', 'c', 0, 'moosefs.chunkserver')],
    ['of the same host, after the window', on('host', 'a', 120.001, 'system.cpu')],
    ['of the same host, before the window', on('host', 'a', -120.001, 'system.cpu')],
    ['of the same dataset after the window', collectedEvery(3_600_000, on('host', 'b', 121))],
  ])('but opens its own if it is %s', (_, joining) => {
    expect(reasonOf(joining)).toBe('opened');
  });
});

describe('an anomaly joins along edges', () => {
  const onChunkserver = (name: string) => on('chunkserver', name, 0, 'moosefs.chunkserver');
  /** Three chunkservers on hosts, which belong to one master; two clients mount it. */
  const storage: readonly Link[] = [
    ['chunkserver x', 'runs on', 'host a'],
    ['chunkserver y', 'runs on', 'host b'],
    ['chunkserver x', 'belongs to', 'storage-master m'],
    ['chunkserver y', 'belongs to', 'storage-master m'],
    ['host c', 'uses', 'storage-master m'],
    ['host d', 'uses', 'storage-master m'],
  ];
  const kafka: readonly Link[] = [
    ['broker k', 'runs on', 'host a'],
    ['topic t', 'uses', 'broker k'],
    ['topic u', 'uses', 'broker k'],
    ['consumer-group g', 'reads', 'topic t'],
    ['consumer-group g', 'uses', 'host c'],
  ];

  it.each<[string, ReturnType<typeof on>, ReturnType<typeof on>, readonly Link[]]>([
    ['a chunkserver, that of its host', first, onChunkserver('x'), storage],
    ['the master, that of a chunkserver’s host', first, on('storage-master', 'm', 0, 'm'), storage],
    ['a chunkserver, that of another one', onChunkserver('x'), onChunkserver('y'), storage],
    ['another host of the storage, that of a chunkserver', onChunkserver('x'), on('host', 'b', 0, 'c'), storage],
    ['a chunkserver, that of another host of the storage', on('host', 'b', 0, 'c'), onChunkserver('x'), storage],
    ['a client, that of the master', on('storage-master', 'm', 0, 'm'), on('host', 'c', 0, 'c'), storage],
    ['a broker, that of its host', first, on('broker', 'k', 0, 'k'), kafka],
    ['a topic, that of its broker', on('broker', 'k', 0, 'k'), on('topic', 't', 0, 't'), kafka],
    ['a consumer group, that of its topic', on('topic', 't', 0, 't'), on('consumer-group', 'g', 0, 'g'), kafka],
    ['a consumer group, that of its host', on('host', 'c', 0, 'c'), on('consumer-group', 'g', 0, 'g'), kafka],
  ])('%s', (_, opening, joining, links) => {
    expect(reasonOf(joining, links, opening)).toBe('connected');
  });

  it.each<[string, ReturnType<typeof on>, ReturnType<typeof on>, readonly Link[]]>([
    ['the other host of the storage, that of a host', first, on('host', 'b', 0, 'c'), storage],
    ['a client of the storage, that of another client', on('host', 'c', 0, 'c'), on('host', 'd', 0, 'd'), storage],
    ['a topic, that of the host of its broker', first, on('topic', 't', 0, 't'), kafka],
    ['a topic, that of another topic of its broker', on('topic', 'u', 0, 'u'), on('topic', 't', 0, 't'), kafka],
    ['a topic, that of the host of its consumers', on('host', 'c', 0, 'c'), on('topic', 't', 0, 't'), kafka],
  ])('but not %s', (_, opening, joining, links) => {
    expect(reasonOf(joining, links, opening)).toBe('opened');
  });

  it('and its trace says how far the alert is', () => {
    const { trace } = correlate(connected(storage, first), onChunkserver('x'), moment);
    expect(trace.at(-1)!.detail).toMatch('prod/chunkserver/x moosefs.chunkserver.x: 1 edge from host/a; diskio write');
  });

  it('that the settings declare', () => {
    const cluster = clusterOf(openAlert([first]));
    cluster.entities.declare([{ from: 'prod/service/s', to: 'prod/host/a' }]);
    expect(correlate(cluster, on('service', 's', 0, 'http'), moment).trace.at(-1)!.reason).toBe('connected');
  });
});

describe('an anomaly that is related to several alerts', () => {
  const alerts = () => [
    openAlert([on('host', 'b')], { id: 'dataset' }),
    openAlert([on('host', 'c')], { id: 'dataset, younger' }),
    openAlert([on('broker', 'k', 0, 'k')], { id: 'connected' }),
    openAlert([on('host', 'a', 0, 'system.cpu')], { id: 'entity' }),
  ];

  it('joins the one to which it has the closest tie', () => {
    expect(correlate(clusterOf(...alerts()), first, moment).id).toBe('entity');
    const cluster = clusterOf(...alerts().slice(0, 3));
    cluster.entities.declare([{ from: 'prod/broker/k', to: 'prod/host/a' }]);
    expect(correlate(cluster, first, moment).id).toBe('connected');
  });

  it('joins the oldest of equally close ones', () => {
    expect(correlate(clusterOf(...alerts().slice(0, 2)), first, moment).id).toBe('dataset');
  });

  it('opens another alert where the related one is full', () => {
    const full = openAlert(Array.from({ length: membersMax }, () => first));
    const cluster = clusterOf(full);
    expect(correlate(cluster, first, moment)).not.toBe(full);
    expect(cluster.alerts.size).toBe(2);
  });
});

it('an anomaly beyond the limit of its cluster is refused and changes nothing', () => {
  const full = openAlert(Array.from({ length: anomaliesMax }, () => first));
  const cluster = clusterOf(full);
  expect(() => correlate(cluster, on('service', 's'), moment)).toThrow(
    'cluster prod: its open alerts contain 20000 anomalies, which is the limit; raise floors in the settings',
  );
  expect([cluster.alerts.size, full.members.length, full.trace.length]).toEqual([1, anomaliesMax, 0]);
});
