import type { ComponentStatus } from '../../shared/domain/component-status.ts';
import type { KafkaSnapshot } from '../../shared/ports/kafka-cluster.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import { type KafkaBefore, keyOf, offsetsOf } from './before.ts';
import {
  type BrokerFields,
  brokerFields,
  type ClusterFields,
  clusterFields,
  type PartitionFields,
  partitionFields,
} from './fields.ts';
import {
  type GroupContext,
  type GroupFields,
  groupFields,
  groupPartitionFields,
  groupTopicFields,
} from './group-fields.ts';
import { clusterStatus } from './status.ts';
import { type TopicFields, topicFields } from './topic-fields.ts';

/** The field `kafka` of a document. */
export interface KafkaFields {
  readonly cluster?: ClusterFields;
  readonly broker?: BrokerFields;
  /** The name of the topic, and of a document of `kafka.topic` also its other fields. */
  readonly topic?: { readonly name: string } & Partial<TopicFields>;
  /** The number of the partition, and of a document of `kafka.partition` also its fields. */
  readonly partition?: { readonly id: number } & Partial<PartitionFields>;
  readonly consumergroup?: GroupFields;
}

/** A document for topic `beats`, in the shape of Metricbeat. */
export interface KafkaDocument extends MetricDocument<'kafka'> {
  readonly kafka: KafkaFields;
}

/** The most partitions of groups that become documents. Totals contain all. */
export const groupPartitionsMax = 100_000;

/**
 * Returns the documents of a snapshot: one of the cluster, then one for each broker, topic and partition, one for each group, one for
 * each topic that a group reads whole, and one for each partition in which it has committed an offset.
 * @param before the snapshot before. What is told of the time between two snapshots is absent without it
 */
export function documentsOf(
  snapshot: KafkaSnapshot,
  context: CollectionContext,
  before?: KafkaBefore,
): KafkaDocument[] {
  const of = (name: string, kafka: KafkaFields): KafkaDocument => ({
    ...metricDocument('kafka', name, context),
    kafka,
  });
  const topics = Map.groupBy(snapshot.partitions, ({ topic }) => topic);
  const offsetsBefore = offsetsOf(before);
  return [
    of('cluster', { cluster: clusterFields(snapshot, clusterStatus(snapshot)) }),
    ...brokerFields(snapshot).map((broker) => of('broker', { broker })),
    ...[...topics.values()].map((partitions) => of('topic', { topic: topicFields(partitions, offsetsBefore) })),
    ...snapshot.partitions.map((partition) =>
      of('partition', {
        topic: { name: partition.topic },
        partition: { id: partition.partition, ...partitionFields(partition) },
      }),
    ),
    ...groupsOf(snapshot, {
      partitions: new Map(snapshot.partitions.map((partition) => [keyOf(partition), partition])),
      topics,
      before: offsetsBefore,
      nowMs: context.startedAtMs + context.durationMs,
    }).map((kafka) => of('consumergroup', kafka)),
  ];
}

function groupsOf({ groups }: KafkaSnapshot, context: GroupContext): KafkaFields[] {
  const committed = groups.flatMap(({ id, offsets }) => offsets.map((offset) => ({ id, offset })));
  return [
    ...groups.map((group) => ({ consumergroup: groupFields(group, context) })),
    ...groups.flatMap((group) =>
      groupTopicFields(group, context).map(({ topic, fields }) => ({ topic: { name: topic }, consumergroup: fields })),
    ),
    ...committed.slice(0, groupPartitionsMax).map(({ id, offset }) => ({
      topic: { name: offset.topic },
      partition: { id: offset.partition },
      consumergroup: groupPartitionFields(id, offset, context),
    })),
  ];
}

/** Returns the one document of a collection that failed: the status of the cluster in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): KafkaDocument => ({
  ...metricDocument('kafka', 'cluster', context),
  kafka: { cluster: { ...status, ...(status.status === 'down' ? { up: false } : {}), collected: false } },
});
