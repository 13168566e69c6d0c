import type { KafkaBroker, KafkaGroupOffset, KafkaPartition } from '../../ports/kafka-cluster.ts';
import type { LogDirsAnswer, MetadataAnswer, OffsetsAnswer } from './cluster-requests.ts';

/** A partition of a topic. */
interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Returns the name of a partition, `orders/3`, as a key of maps. */
export const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** The names that Kafka allows for topics. Others cannot be of a Kafka. */
const topicName = /^[\w.-]{1,249}$/;
const hostName = /^[\w.:-]{1,253}$/;
/** The longest name of a group that is read. Kafka has no limit, and a document has one. */
const groupCharactersMax = 1_000;

/** Returns whether a group has a name that a document can have. */
export const hasShortName = ({ id }: { readonly id: string }): boolean => id.length <= groupCharactersMax;

/** Returns the brokers of an answer whose address can be one, by number. */
export const brokersOf = ({ brokers }: MetadataAnswer): KafkaBroker[] =>
  brokers
    .filter(({ host, port }) => hostName.test(host) && port > 0 && port < 65_536)
    .map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
    .sort((a, b) => a.id - b.id);

/** Returns the partitions of an answer, by topic and number. */
export function partitionsOf({ topics }: MetadataAnswer): KafkaPartition[] {
  const all = topics.flatMap(({ name, partitions }) =>
    name === null || !topicName.test(name)
      ? []
      : partitions.map(
          ({ partitionIndex, leaderId, replicaNodes, isrNodes }): KafkaPartition => ({
            topic: name,
            partition: partitionIndex,
            ...(leaderId < 0 ? {} : { leader: leaderId }),
            replicas: replicaNodes,
            inSync: isrNodes,
          }),
        ),
  );
  return all.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/** Returns the offsets of an answer by {@link keyOf} their partition. */
export const offsetsByPartition = (answer: OffsetsAnswer | undefined): [string, number][] =>
  (answer?.topics ?? []).flatMap(({ name: topic, partitions }) =>
    partitions
      .filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n)
      .map(({ partitionIndex: partition, offset }): [string, number] => [keyOf({ topic, partition }), Number(offset)]),
  );

/** The contents of the log directories of a broker. */
export interface LogSizes {
  readonly bytes: number;
  readonly totalBytes: number;
  /** The share of the fullest disk that is in use. */
  readonly usedShare: number;
  /** The directories that the broker cannot read. */
  readonly offline: number;
  /** The bytes of the broker's replicas by {@link keyOf} their partition. */
  readonly byPartition: ReadonlyMap<string, number>;
}

/** Returns the sums over the log directories of a broker. */
export function logSizesOf({ results }: LogDirsAnswer): LogSizes {
  const byPartition = new Map<string, number>();
  let bytes = 0;
  let totalBytes = 0;
  let usedShare = 0;
  for (const { topics, totalBytes: total = -1n, usableBytes: usable = -1n } of results) {
    for (const { name: topic, partitions } of topics) {
      for (const { partitionIndex: partition, partitionSize } of partitions) {
        const size = Number(partitionSize);
        bytes += size;
        byPartition.set(keyOf({ topic, partition }), size);
      }
    }
    if (total <= 0n || usable < 0n) continue;
    totalBytes += Number(total);
    usedShare = Math.max(usedShare, 1 - Number(usable) / Number(total));
  }
  const offline = results.filter(({ errorCode }) => errorCode !== 0).length;
  return { bytes, totalBytes, usedShare, offline, byPartition };
}

interface FoundOffsets {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: bigint }[];
}

/** Returns the committed offsets of a group; -1 is none. */
export const committedOf = (topics: readonly FoundOffsets[]): KafkaGroupOffset[] =>
  topics.flatMap(({ name: topic, partitions }) =>
    partitions
      .filter(({ committedOffset }) => committedOffset >= 0n)
      .map(({ partitionIndex: partition, committedOffset: offset }) => ({ topic, partition, offset: Number(offset) })),
  );
