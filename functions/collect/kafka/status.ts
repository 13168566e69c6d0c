import { type ComponentStatus, counted, statusOf } from '../../shared/domain/component-status.ts';
import type { KafkaPartition, KafkaSnapshot } from '../../shared/ports/kafka-cluster.ts';

/** Returns whether no broker leads a partition: nobody can write to it or read from it. */
export const isOffline = ({ leader }: KafkaPartition): boolean => leader === undefined;

/** Returns whether a replica of a partition is missing or does not keep up. */
export const isUnderReplicated = ({ replicas, inSync }: KafkaPartition): boolean =>
  replicas.some((replica) => !inSync.includes(replica));

/** The partitions that a reason names. */
const namedMax = 3;

/** Returns the status of a cluster. */
export function clusterStatus({ brokers, controller, partitions, unread }: KafkaSnapshot): ComponentStatus {
  if (brokers.length === 0) return { status: 'down', reason: 'no broker is registered' };
  const offline = partitions.filter(isOffline);
  if (offline.length > 0 && offline.length === partitions.length)
    return { status: 'down', reason: `all ${counted(offline.length, 'partition')} offline` };
  const under = partitions.filter((partition) => !isOffline(partition) && isUnderReplicated(partition));
  const unnamed = unread.length - 1;
  return statusOf('degraded', [
    ...(offline.length > 0 ? [`${counted(offline.length, 'partition')} offline: ${named(offline)}`] : []),
    ...(under.length > 0 ? [`${counted(under.length, 'partition')} under-replicated: ${named(under)}`] : []),
    ...(controller === undefined ? ['no controller is known'] : []),
    ...(unread.length > 0
      ? [`not read: ${unread[0]!.part} (${unread[0]!.reason})${unnamed === 0 ? '' : ` and ${unnamed} more`}`]
      : []),
  ]);
}

function named(partitions: readonly KafkaPartition[]): string {
  const names = partitions.slice(0, namedMax).map(({ topic, partition }) => `${topic}/${partition}`);
  return `${names.join(', ')}${partitions.length > namedMax ? ', …' : ''}`;
}
