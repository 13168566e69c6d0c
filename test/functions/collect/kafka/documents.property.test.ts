import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentsOf, type KafkaDocument } from '../../../../functions/collect/kafka/documents.ts';
import type { KafkaGroup, KafkaPartition, KafkaSnapshot } from '../../../../functions/shared/ports/kafka-cluster.ts';
import { sampleOf } from '../../normalise/beats.ts';

const context = {
  address: '10.77.0.20:9092',
  hostName: 'kafka-1',
  startedAtMs: Date.parse('2026-11-23T14:23:35Z'),
  durationMs: 40,
};

const id = fc.integer({ min: 0, max: 3 });
const offset = fc.integer({ min: 0, max: 5_000 });
const topic = fc.constantFrom('orders', '__consumer_offsets', 'a.b-c_d');
const place = fc.record({ topic, partition: fc.integer({ min: 0, max: 3 }) });
const partitions = fc.uniqueArray(
  fc
    .record(
      {
        place,
        leader: id,
        replicas: fc.uniqueArray(id, { maxLength: 3 }),
        inSync: fc.uniqueArray(id, { maxLength: 3 }),
        newest: offset,
        oldest: offset,
        bytes: offset,
      },
      { requiredKeys: ['place', 'replicas', 'inSync'] },
    )
    .map(({ place, ...rest }): KafkaPartition => ({ ...place, ...rest })),
  { selector: ({ topic, partition }) => `${topic}/${partition}`, maxLength: 8 },
);
const offsets = fc.uniqueArray(
  fc
    .record({ place, offset, nextAtMs: fc.integer({ min: 0, max: 2 ** 42 }) }, { requiredKeys: ['place', 'offset'] })
    .map(({ place, ...rest }) => ({ ...place, ...rest })),
  { selector: ({ topic, partition }) => `${topic}/${partition}`, maxLength: 6 },
);
const groups = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('billing', 'audit', 'Ünïcode group'),
    state: fc.constantFrom('Stable', 'Empty'),
    offsets,
  }),
  { selector: ({ id }) => id },
) as fc.Arbitrary<KafkaGroup[]>;
const snapshots: fc.Arbitrary<KafkaSnapshot> = fc
  .record({ partitions, groups, controller: fc.option(id, { nil: undefined }), size: fc.integer({ min: 0, max: 4 }) })
  .map(({ partitions: found, groups: of, controller, size }) => ({
    ...(controller === undefined ? {} : { controller }),
    brokers: Array.from({ length: size }, (_, nth) => ({ id: nth, host: `10.77.0.${20 + nth}`, port: 9092 })),
    partitions: found,
    groups: of,
    logs: Array.from({ length: size }, (_, nth) => ({ broker: nth, bytes: 100 * nth })),
    unread: [],
  }));

const of = (documents: readonly KafkaDocument[], dataset: string): KafkaDocument[] =>
  documents.filter(({ event }) => event.dataset === dataset);

describe('the documents of any snapshot', () => {
  it('are all read by normalise, and no two are of the same series', () => {
    fc.assert(
      fc.property(snapshots, fc.option(snapshots, { nil: undefined }), (snapshot, before) => {
        const samples = documentsOf(snapshot, context, before).map((document) => sampleOf(document));
        const series = samples.flatMap(({ entity, dimensions, measurements }) =>
          Object.keys(measurements).map((metric) => JSON.stringify([entity, dimensions, metric])),
        );
        expect(new Set(series).size).toBe(series.length);
        const values = samples.flatMap(({ measurements }) => Object.values(measurements));
        expect(values.filter((value) => !Number.isFinite(value) || value < 0)).toEqual([]);
      }),
    );
  });

  it('count every partition once: in the cluster, in its topic, and as a leader of its broker', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const documents = documentsOf(snapshot, context);
        const ofTopics = of(documents, 'kafka.topic').map(({ kafka }) => kafka.topic!.partitions!);
        const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
        const { partitions: all } = documents[0]!.kafka.cluster!;
        expect(sum(ofTopics.map(({ count }) => count))).toBe(snapshot.partitions.length);
        expect(sum(ofTopics.map(({ offline }) => offline))).toBe(all!.offline);
        expect(sum(ofTopics.map(({ under_replicated: under }) => under))).toBe(all!.under_replicated);
        const led = of(documents, 'kafka.broker').map(({ kafka }) => kafka.broker!.partitions.leader);
        const known = snapshot.partitions.filter(
          ({ leader }) => leader !== undefined && leader < snapshot.brokers.length,
        );
        expect(sum(led)).toBe(known.length);
      }),
    );
  });

  it('tell nothing about the time between two snapshots without a snapshot before', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        for (const { kafka } of documentsOf(snapshot, context)) {
          expect(kafka.consumergroup?.stopped).toBeUndefined();
          expect(kafka.consumergroup?.bytes).toBeUndefined();
          expect(kafka.topic?.skew ?? kafka.topic?.bytes).toBeUndefined();
        }
      }),
    );
  });

  it('tell no group as stopped, and no traffic, between a snapshot and itself', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const documents = documentsOf(snapshot, context, snapshot);
        expect(documents.filter(({ kafka }) => kafka.consumergroup?.stopped)).toEqual([]);
        expect(documents.filter(({ kafka }) => kafka.topic?.bytes?.in)).toEqual([]);
      }),
    );
  });
});
