import type { ComponentStatus } from '../../shared/domain/component-status.ts';
import type { KafkaPartition, KafkaSnapshot } from '../../shared/ports/kafka-cluster.ts';
import { isOffline, isUnderReplicated } from './status.ts';

interface Count {
  readonly count: number;
}

/** The fields of `kafka.cluster`. Of one that gave no answer there is only its status. */
export interface ClusterFields extends ComponentStatus {
  /** A flag: the cluster serves. It is absent if that is unknown. */
  readonly up?: boolean;
  /** A flag: this collection saw the cluster. */
  readonly collected: boolean;
  readonly brokers?: Count;
  /** A flag: the brokers know a controller. */
  readonly controller_known?: boolean;
  readonly topics?: Count;
  readonly groups?: Count;
  readonly partitions?: Count & { readonly offline: number; readonly under_replicated: number };
  readonly unread_parts?: number;
}

/** The fields of `kafka.broker`. */
export interface BrokerFields {
  readonly id: number;
  readonly address: string;
  /** A flag: the broker is the controller. With KRaft it is any broker that forwards to the controller. */
  readonly controller: boolean;
  readonly partitions: { readonly leader: number; readonly replica: number; readonly out_of_sync: number };
  readonly log?: {
    readonly bytes: number;
    readonly disk?: { readonly total: { readonly bytes: number }; readonly used: { readonly pct: number } };
  };
}

/** The fields of `kafka.partition`, those of the leader as Metricbeat ships them. */
export interface PartitionFields {
  readonly partition: {
    readonly is_leader?: true;
    readonly leader?: number;
    readonly insync_replica?: boolean;
  };
  readonly offset?: { readonly newest: number; readonly oldest?: number };
  readonly offline: boolean;
  readonly under_replicated: boolean;
}

/** Returns the fields of a cluster that was read. */
export function clusterFields(snapshot: KafkaSnapshot, status: ComponentStatus): ClusterFields {
  const { brokers, controller, partitions, groups, unread } = snapshot;
  return {
    ...status,
    up: status.status !== 'down',
    collected: true,
    brokers: { count: brokers.length },
    controller_known: controller !== undefined,
    topics: { count: new Set(partitions.map(({ topic }) => topic)).size },
    groups: { count: groups.length },
    partitions: {
      count: partitions.length,
      offline: partitions.filter(isOffline).length,
      under_replicated: partitions.filter(isUnderReplicated).length,
    },
    unread_parts: unread.length,
  };
}

/** Returns the fields of all brokers, in one pass over the partitions. */
export function brokerFields({ brokers, controller, partitions, logs }: KafkaSnapshot): BrokerFields[] {
  const counts = new Map(brokers.map(({ id }) => [id, { leader: 0, replica: 0, out_of_sync: 0 }]));
  for (const { leader, replicas, inSync } of partitions) {
    const led = leader === undefined ? undefined : counts.get(leader);
    if (led !== undefined) led.leader += 1;
    for (const replica of replicas) {
      const of = counts.get(replica);
      if (of === undefined) continue;
      of.replica += 1;
      if (!inSync.includes(replica)) of.out_of_sync += 1;
    }
  }
  const logOf = new Map(logs.map((log) => [log.broker, log]));
  return brokers.map(({ id, host, port }) => {
    const log = logOf.get(id);
    const { totalBytes = 0, usedShare = 0 } = log?.disk ?? {};
    const disk = totalBytes === 0 ? {} : { disk: { total: { bytes: totalBytes }, used: { pct: usedShare } } };
    return {
      id,
      address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      controller: id === controller,
      partitions: counts.get(id)!,
      ...(log === undefined ? {} : { log: { bytes: log.bytes, ...disk } }),
    };
  });
}

/** Returns the fields of a partition. */
export const partitionFields = (partition: KafkaPartition): PartitionFields => ({
  partition:
    partition.leader === undefined
      ? {}
      : {
          is_leader: true,
          leader: partition.leader,
          insync_replica: partition.inSync.includes(partition.leader),
        },
  ...(partition.newest === undefined
    ? {}
    : {
        offset: {
          newest: partition.newest,
          ...(partition.oldest === undefined ? {} : { oldest: partition.oldest }),
        },
      }),
  offline: isOffline(partition),
  under_replicated: isUnderReplicated(partition),
});
