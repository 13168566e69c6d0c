import type { KafkaSnapshot } from '../../shared/ports/kafka-cluster.ts';
import type { ComponentStatus } from '../component-status.ts';
import { type CollectionContext, type MetricDocument, metricDocument } from '../metric-document.ts';
import {
  type BrokerFields,
  brokerFields,
  type ClusterFields,
  clusterFields,
  type GroupFields,
  groupFields,
  lagIn,
  type PartitionFields,
  partitionFields,
} from './fields.ts';
import { clusterStatus } from './status.ts';

/** The field `kafka` of a document. */
export interface KafkaFields {
  readonly cluster?: ClusterFields;
  readonly broker?: BrokerFields;
  readonly topic?: { readonly name: string };
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
 * Returns the documents of a snapshot: one of the cluster, then one for each broker and partition, one for each group, and one for each
 * partition in which a group has committed an offset.
 * @param before the snapshot before, by which a stopped group is known
 */
export function documentsOf(
  snapshot: KafkaSnapshot,
  context: CollectionContext,
  before?: KafkaSnapshot,
): KafkaDocument[] {
  const of = (name: string, kafka: KafkaFields): KafkaDocument => ({
    ...metricDocument('kafka', name, context),
    kafka,
  });
  const lagOf = lagIn(snapshot.partitions);
  const groupsBefore = new Map(before?.groups.map((group) => [group.id, group]));
  const committed = snapshot.groups.flatMap(({ id, offsets }) => offsets.map((offset) => ({ id, ...offset })));
  return [
    of('cluster', { cluster: clusterFields(snapshot, clusterStatus(snapshot)) }),
    ...brokerFields(snapshot).map((broker) => of('broker', { broker })),
    ...snapshot.partitions.map((partition) =>
      of('partition', {
        topic: { name: partition.topic },
        partition: { id: partition.partition, ...partitionFields(partition) },
      }),
    ),
    ...snapshot.groups.map((group) =>
      of('consumergroup', { consumergroup: groupFields(group, lagOf, groupsBefore.get(group.id)) }),
    ),
    ...committed.slice(0, groupPartitionsMax).map((each) => {
      const lag = lagOf(each);
      return of('consumergroup', {
        topic: { name: each.topic },
        partition: { id: each.partition },
        consumergroup: { id: each.id, offset: each.offset, ...(lag === undefined ? {} : { consumer_lag: lag }) },
      });
    }),
  ];
}

/** Returns the one document of a collection that failed: the status of the cluster in words. */
export const failureDocument = (status: ComponentStatus, context: CollectionContext): KafkaDocument => ({
  ...metricDocument('kafka', 'cluster', context),
  kafka: { cluster: { ...status, ...(status.status === 'down' ? { up: false } : {}), collected: false } },
});
