import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { KafkaBefore } from '../../../../functions/collect/kafka/before.ts';
import { collectKafka, type KafkaCollection } from '../../../../functions/collect/kafka/collect-kafka.ts';
import type { KafkaDocument } from '../../../../functions/collect/kafka/documents.ts';
import { parseKafkaTarget } from '../../../../functions/collect/kafka/target.ts';
import { catalogueFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { shippedLimits } from '../../../../functions/shared/domain/catalogue/limits.ts';
import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { ClusterUnreadableError } from '../../../../functions/shared/ports/cluster-unreadable.ts';
import type { KafkaSnapshot } from '../../../../functions/shared/ports/kafka-cluster.ts';
import { sampleOf } from '../../normalise/beats.ts';
import { healthy, troubled } from './snapshots.ts';

const startedAtMs = Date.parse('2026-11-23T14:23:35Z');
const target = parseKafkaTarget('kafka://10.77.0.20');
const collection = async (snapshot: KafkaSnapshot | Error, before?: KafkaBefore): Promise<KafkaCollection> => {
  const cluster = {
    takeSnapshot: async () => {
      if (snapshot instanceof Error) throw snapshot;
      return snapshot;
    },
  };
  const clock = { nowMs: () => startedAtMs };
  const more = before === undefined ? {} : { before };
  return collectKafka(target, { cluster, clock, hostName: 'kafka-1', ...more });
};
const collect = async (snapshot: KafkaSnapshot | Error, before?: KafkaBefore): Promise<readonly KafkaDocument[]> =>
  (await collection(snapshot, before)).documents;
const samplesOf = (documents: readonly KafkaDocument[]): Sample[] => documents.map((document) => sampleOf(document));

const groupsIn = (documents: readonly KafkaDocument[]) =>
  documents.flatMap(({ kafka: { consumergroup } }) => (consumergroup === undefined ? [] : [consumergroup]));

/** Returns the healthy cluster with other ends of partitions, and other offsets of its group. */
function withEnds(ends: Readonly<Record<number, number>>, committed: Readonly<Record<number, number>>): KafkaSnapshot {
  const [group] = healthy.groups;
  return {
    ...healthy,
    partitions: healthy.partitions.map((each) => ({
      ...each,
      newest: ends[each.partition] ?? each.newest!,
      oldest: Math.min(each.oldest!, ends[each.partition] ?? each.oldest!),
    })),
    groups: [
      {
        ...group!,
        offsets: group!.offsets.map((each) => ({ ...each, offset: committed[each.partition] ?? each.offset })),
      },
    ],
  };
}

/** Returns the limits that the measurements of samples are beyond: metric, severity, minutes. */
const beyond = (samples: readonly Sample[]): string[] =>
  samples.flatMap(({ measurements, dimensions }) =>
    Object.entries(measurements).flatMap(([metric, value]) =>
      shippedLimits({ metric, dimensions })
        .filter(({ side, bound }) => (side === 'above' ? value > bound : value < bound))
        .map(({ severity, forMs }) => `${metric} ${severity} ${forMs / 60_000} min`),
    ),
  );

describe('the documents of a Kafka cluster', () => {
  it('become samples of services, brokers, topics and groups, whose metrics are all in the catalogue', async () => {
    const samples = samplesOf(await collect(healthy));
    const names = samples.map(({ entity: { kind, name }, dimensions }) => [kind, name, dimensions]);
    expect(names).toEqual([
      ['service', '10.77.0.20:9092', {}],
      ['broker', '10.77.0.20:9092', {}],
      ['broker', '[fd00::2]:9092', {}],
      ['topic', 'orders', {}],
      ['topic', 'orders', { partition: '0' }],
      ['topic', 'orders', { partition: '1' }],
      ['consumer-group', 'billing', {}],
      ['consumer-group', 'billing', { topic: 'orders' }],
      ['consumer-group', 'billing', { topic: 'orders', partition: '0' }],
      ['consumer-group', 'billing', { topic: 'orders', partition: '1' }],
    ]);
    const metrics = new Set(samples.flatMap(({ measurements }) => Object.keys(measurements)));
    expect([...metrics].filter((metric) => catalogueFacts(metric) === undefined)).toEqual([]);
  });

  it('of a healthy cluster are beyond no limit', async () => {
    const documents = await collect(healthy);
    expect(documents[0]!.kafka.cluster).toMatchObject({ status: 'ok', up: true, collected: true });
    expect(beyond(samplesOf(documents))).toEqual([]);
  });

  it('measure offsets and lags under the names of Metricbeat', async () => {
    const samples = samplesOf(await collect(healthy));
    const of = (kind: string, dimensions: object) =>
      samples.find(({ entity, dimensions: found }) => entity.kind === kind && isDeepStrictEqual(found, dimensions))!
        .measurements;
    expect(of('topic', { partition: '0' })).toMatchObject({
      'kafka.partition.offset.newest': 100,
      'kafka.partition.offset.oldest': 20,
      'kafka.partition.partition.insync_replica': 1,
    });
    expect(of('consumer-group', { topic: 'orders', partition: '0' })).toEqual({
      'kafka.consumergroup.offset': 90,
      'kafka.consumergroup.consumer_lag': 10,
    });
    expect(of('consumer-group', {})).toEqual({
      'kafka.consumergroup.partitions.count': 2,
      'kafka.consumergroup.total_lag': 10,
    });
  });

  it('measure the traffic of a topic and of a group: messages are counters, bytes an estimate since the snapshot before', async () => {
    const now = withEnds({ 0: 1_100, 1: 1_050 }, { 0: 190, 1: 60 });
    const documents = await collect(now, healthy);
    const [topic] = documents.flatMap(({ event, kafka }) => (event.dataset === 'kafka.topic' ? [kafka.topic] : []));
    // 1,000 bytes for 1,080 + 1,020 messages that are kept, and 2,000 messages written.
    expect(topic).toEqual({
      name: 'orders',
      partitions: { count: 2, offline: 0, under_replicated: 0 },
      messages: { in: 2_150, kept: 2_100 },
      log: { bytes: 1_000 },
      message: { mean: { bytes: 1_000 / 2_100 } },
      bytes: { in: 952 },
      skew: 1,
    });
    const [ofGroup] = groupsIn(documents).filter(({ messages }) => messages !== undefined);
    expect(ofGroup).toEqual({
      id: 'billing',
      messages: { out: 250 },
      bytes: { out: Math.round((110 * 1_000) / 2_100) },
    });
    const [sample] = samplesOf(documents).filter(({ measurements }) => 'kafka.topic.messages.in' in measurements);
    expect(catalogueFacts('kafka.topic.messages.in')!.kind).toBe('counter');
    expect(sample!.measurements['kafka.topic.bytes.in']).toBe(952);
  });

  it('say how much busier than the mean the busiest partition is, once enough was written', async () => {
    const skewOf = async (snapshot: KafkaSnapshot) =>
      (await collect(snapshot, healthy)).find(({ kafka }) => kafka.topic?.partitions)!.kafka.topic!.skew;
    expect(await skewOf(withEnds({ 0: 1_900, 1: 250 }, {}))).toBe(1.8);
    expect(await skewOf(withEnds({ 0: 1_098, 1: 50 }, {}))).toBeUndefined();
  });

  it('count what a group read of a topic only if it reads every partition that has messages', async () => {
    const [group] = healthy.groups;
    const readsOne = [{ ...group!, offsets: group!.offsets.slice(0, 1) }];
    const readOf = async (snapshot: KafkaSnapshot) =>
      groupsIn(await collect(snapshot)).find(({ messages }) => messages !== undefined)?.messages;
    expect(await readOf(healthy)).toEqual({ out: 140 });
    expect(await readOf({ ...healthy, groups: readsOne })).toBeUndefined();
    const secondIsEmpty = withEnds({ 1: 0 }, {});
    expect(await readOf({ ...secondIsEmpty, groups: readsOne })).toEqual({ out: 90 });
  });

  it('tell for how long the next message waits for a group, and the longest of these times', async () => {
    const [group] = healthy.groups;
    const offsets = [{ ...group!.offsets[0]!, nextAtMs: startedAtMs - 90_000 }, group!.offsets[1]!];
    const [whole, , first, second] = groupsIn(await collect({ ...healthy, groups: [{ ...group!, offsets }] }));
    expect(whole!.max_lag_time).toEqual({ sec: 90 });
    expect(first!.lag_time).toEqual({ sec: 90 });
    expect(second!.lag_time).toEqual({ sec: 0 });
    const unknown = groupsIn(await collect(healthy))[0]!;
    expect(unknown.max_lag_time).toBeUndefined();
    const read = groupsIn(await collect(withEnds({}, { 0: 100 })))[0]!;
    expect(read.max_lag_time).toEqual({ sec: 0 });
  });

  it('tell that no message waits for a group that is behind by markers of transactions alone', async () => {
    const [group] = healthy.groups;
    const offsets = [{ ...group!.offsets[0]!, nextAtMs: 'none' as const }, group!.offsets[1]!];
    const [whole, , first] = groupsIn(await collect({ ...healthy, groups: [{ ...group!, offsets }] }));
    expect(whole).toMatchObject({ total_lag: 10, max_lag_time: { sec: 0 } });
    expect(first!.lag_time).toEqual({ sec: 0 });
  });

  it('say which partitions are offline, at once critical, and which are under-replicated, a warning after 5 minutes', async () => {
    const documents = await collect(troubled);
    expect(documents[0]!.kafka.cluster).toMatchObject({
      status: 'degraded',
      reason: '1 partition offline: orders/1; 1 partition under-replicated: orders/0',
      partitions: { offline: 1, under_replicated: 2 },
    });
    expect(beyond(samplesOf(documents))).toEqual([
      'kafka.cluster.partitions.offline critical 0 min',
      'kafka.cluster.partitions.under_replicated warning 5 min',
    ]);
  });

  it('count the replicas of a broker that do not keep up', async () => {
    const documents = await collect(troubled);
    expect(documents[2]!.kafka.broker!.partitions).toEqual({ leader: 0, replica: 2, out_of_sync: 2 });
  });

  it.each([
    ['it committed nothing while messages arrived', withEnds({ 0: 101 }, {}), true],
    ['no message arrived, although some wait', healthy, false],
    ['it committed in another partition', withEnds({ 0: 101, 1: 51 }, { 1: 51 }), false],
    ['messages arrived, and all are read', withEnds({ 0: 101, 1: 51 }, { 0: 101, 1: 51 }), false],
  ])('tell by the snapshot before whether a group is stopped: %s', async (_, now, stopped) => {
    expect(groupsIn(await collect(now, healthy))[0]!.stopped).toBe(stopped);
    expect(groupsIn(await collect(now))[0]!.stopped).toBeUndefined();
  });

  it.each([
    ['nothing arrived after the messages', withEnds({ 0: 101, 1: 51 }, {}), true],
    ['it committed', withEnds({ 0: 101, 1: 51 }, { 1: 51 }), false],
    ['what waited is gone', withEnds({ 0: 90, 1: 50 }, {}), false],
  ])('tell that a group is still stopped, or no longer: %s', async (_, now, stopped) => {
    const { snapshot } = await collection(withEnds({ 0: 101, 1: 51 }, {}), healthy);
    expect(groupsIn(await collect(now, snapshot))[0]!.stopped).toBe(stopped);
    expect(groupsIn(await collect(now, (await collection(now, snapshot)).snapshot))[0]!.stopped).toBe(stopped);
  });

  it('have no lag below 0 for a group that read on after the end was read', async () => {
    const groups = [{ id: 'fast', state: 'Stable', offsets: [{ topic: 'orders', partition: 0, offset: 101 }] }];
    const documents = await collect({ ...healthy, groups });
    expect(documents.at(-1)!.kafka.consumergroup).toMatchObject({ offset: 101, consumer_lag: 0 });
  });

  it('count no messages as lag that were deleted before the group read them', async () => {
    const [first, second] = healthy.partitions;
    const deleted = { ...first!, oldest: 95, newest: 100 };
    const groups = [{ id: 'late', state: 'Empty', offsets: [{ topic: 'orders', partition: 0, offset: 3 }] }];
    const documents = await collect({ ...healthy, partitions: [deleted, second!], groups });
    expect(documents.at(-1)!.kafka.consumergroup).toMatchObject({ offset: 3, consumer_lag: 5 });
  });

  it('say that a partition is under-replicated whose replicas in sync are others than it has', async () => {
    const [first, second] = healthy.partitions;
    const documents = await collect({ ...healthy, partitions: [{ ...first!, inSync: [1, 3] }, second!] });
    expect(documents[0]!.kafka.cluster!.reason).toBe('1 partition under-replicated: orders/0');
  });

  it('say that no controller is known, and what was not read', async () => {
    const { controller: _none, ...without } = healthy;
    const unread = [{ part: 'the groups', reason: 'denied' }];
    const documents = await collect({ ...without, unread });
    expect(documents[0]!.kafka.cluster!.reason).toBe('no controller is known; not read: the groups (denied)');
    expect(beyond(samplesOf(documents))).toEqual(['kafka.cluster.controller_known critical 1 min']);
  });

  it('are down with all partitions offline, or without a broker', async () => {
    const offline = troubled.partitions.slice(1);
    expect((await collect({ ...healthy, partitions: offline }))[0]!.kafka.cluster).toMatchObject({
      status: 'down',
      up: false,
    });
    expect((await collect({ ...healthy, brokers: [] }))[0]!.kafka.cluster!.status).toBe('down');
  });

  it.each([
    [true, 'down', ['kafka.cluster.up critical 1 min', 'kafka.cluster.collected warning 5 min']],
    [false, 'unknown', ['kafka.cluster.collected warning 5 min']],
  ])('are one when the cluster gave no answer; refused: %s', async (isRefused, status, limits) => {
    const documents = await collect(new ClusterUnreadableError('10.77.0.20:9092 is away', isRefused));
    expect(documents).toHaveLength(1);
    expect(documents[0]!.kafka.cluster).toMatchObject({ status, reason: '10.77.0.20:9092 is away' });
    expect(beyond(samplesOf(documents)).sort()).toEqual([...limits].sort());
  });
});

describe('the address of a Kafka cluster', () => {
  it('has port 9092 if it names none', () => {
    expect(parseKafkaTarget('kafka://broker-1')).toMatchObject({ host: 'broker-1', address: 'broker-1:9092' });
    expect(parseKafkaTarget('kafka://[fd00::2]:9094')).toMatchObject({ host: 'fd00::2', address: '[fd00::2]:9094' });
  });

  it.each(['kafka://', 'kafka://a:0', 'kafka://a/topic', 'kafka://a?x=1', 'broker:9092', 'kafka://a%0ab'])(
    'is refused as %s',
    (text) => expect(() => parseKafkaTarget(text)).toThrow(/kafka:\/\/HOST/),
  );

  it('may name a user, and never a password', () => {
    expect(parseKafkaTarget('kafka://o%40b@a')).toMatchObject({ username: 'o@b', address: 'a:9092' });
    expect(() => parseKafkaTarget('kafka://u:hunter2@a')).toThrow(/^an address has no password, /);
  });
});
