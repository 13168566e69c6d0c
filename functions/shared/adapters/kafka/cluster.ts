import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type {
  KafkaBroker,
  KafkaCluster,
  KafkaGroup,
  KafkaLogs,
  KafkaPartition,
  KafkaSnapshot,
  KafkaSnapshotLimits,
  UnreadKafkaPart,
} from '../../ports/kafka-cluster.ts';
import { ClusterRequests } from './cluster-requests.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { deepestMessage } from './errors.ts';

const requestTimeoutMs = 5_000;
/** The groups whose offsets are asked for in one request. */
const groupsAtOnce = 100;

/** Returns the cluster that a connection leads to. Each snapshot has connections of its own, and closes them. */
export const kafkaCluster = (connection: KafkaConnection): KafkaCluster => ({
  takeSnapshot: async (limits) => {
    const client = new ClusterRequests(clientOptions(connection, 'offbeat-collect', requestTimeoutMs));
    try {
      return await new SnapshotReader(client, limits, connection.brokers.join(',')).read();
    } finally {
      await client.close();
    }
  },
});

/** The reading of one snapshot. */
class SnapshotReader {
  readonly #client: ClusterRequests;
  readonly #limits: KafkaSnapshotLimits;
  readonly #address: string;
  readonly #endsAtMs: number;
  readonly #unread: UnreadKafkaPart[] = [];

  constructor(client: ClusterRequests, limits: KafkaSnapshotLimits, address: string) {
    this.#client = client;
    this.#limits = limits;
    this.#address = address;
    this.#endsAtMs = performance.now() + limits.totalMs;
  }

  async read(): Promise<KafkaSnapshot> {
    const { brokers, controller, partitions } = await this.#readTopics();
    const offsets = await Promise.all(brokers.map((broker) => this.#readOffsets(broker, partitions)));
    const newest = new Map(offsets.flat());
    const logs = await Promise.all(brokers.map((broker) => this.#readLogs(broker)));
    const groups = await this.#readGroups();
    return {
      brokers,
      ...(brokers.some(({ id }) => id === controller) ? { controller } : {}),
      partitions: partitions.map((partition) => {
        const offset = newest.get(keyOf(partition));
        return offset === undefined ? partition : { ...partition, newest: offset };
      }),
      groups,
      logs: logs.filter((each) => each !== undefined),
      unread: this.#unread,
    };
  }

  /** @throws {ClusterUnreadableError} */
  async #readTopics() {
    try {
      const answer = await this.#inTime(this.#client.allTopics());
      const all = answer.topics.flatMap(({ name, partitions }) =>
        name === null ? [] : partitions.map((partition) => partitionOf(name, partition)),
      );
      all.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
      return {
        brokers: answer.brokers.map(({ nodeId, host, port }): KafkaBroker => ({ id: nodeId, host, port })),
        controller: answer.controllerId,
        partitions: this.#atMost(all, this.#limits.partitionsMax, 'partitions'),
      };
    } catch (error) {
      const reason = deepestMessage(error);
      const isRefused = reason.includes('ECONNREFUSED');
      const words = isRefused ? 'refused the connection: nothing listens there' : `gave no answer: ${reason}`;
      throw new ClusterUnreadableError(`${this.#address} ${words}`, isRefused, { cause: error });
    }
  }

  /** Returns the newest offsets of the partitions that a broker leads. */
  async #readOffsets(broker: KafkaBroker, partitions: readonly KafkaPartition[]): Promise<[string, number][]> {
    const led = partitions.filter(({ leader }) => leader === broker.id);
    if (led.length === 0) return [];
    const asked = [...Map.groupBy(led, ({ topic }) => topic)].map(([name, of]) => ({
      name,
      partitions: of.map(({ partition }) => partition),
    }));
    const answer = await this.#try(`the offsets of broker ${broker.id}`, () =>
      this.#client.newestOffsets(broker, asked),
    );
    return (answer?.topics ?? []).flatMap(({ name: topic, partitions: found }) =>
      found
        .filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n)
        .map(({ partitionIndex: partition, offset }): [string, number] => [
          keyOf({ topic, partition }),
          Number(offset),
        ]),
    );
  }

  async #readLogs(broker: KafkaBroker): Promise<KafkaLogs | undefined> {
    const answer = await this.#try(`the logs of broker ${broker.id}`, () => this.#client.logDirs(broker));
    if (answer === undefined) return undefined;
    let bytes = 0;
    let totalBytes = 0;
    let usableBytes = 0;
    for (const { errorCode, topics, totalBytes: total = -1n, usableBytes: usable = -1n } of answer.results) {
      if (errorCode !== 0)
        this.#unread.push({ part: `a log directory of broker ${broker.id}`, reason: 'it is offline' });
      for (const { partitions } of topics) for (const { partitionSize } of partitions) bytes += Number(partitionSize);
      if (total > 0n && usable >= 0n) {
        totalBytes += Number(total);
        usableBytes += Number(usable);
      }
    }
    return { broker: broker.id, bytes, ...(totalBytes === 0 ? {} : { disk: { totalBytes, usableBytes } }) };
  }

  async #readGroups(): Promise<KafkaGroup[]> {
    const listed = (await this.#try('the groups', () => this.#client.listGroups())) ?? new Map();
    const known = this.#atMost([...listed.values()], this.#limits.groupsMax, 'groups');
    const groups: KafkaGroup[] = [];
    for (let at = 0; at < known.length; at += groupsAtOnce) {
      const some = known.slice(at, at + groupsAtOnce);
      const answer = await this.#try(`the offsets of ${some.length} groups from ${some[0]!.id}`, () =>
        this.#client.listConsumerGroupOffsets({ groups: some.map(({ id }) => id) }),
      );
      const offsets = new Map(answer?.map(({ groupId, topics }) => [groupId, topics]));
      for (const { id, state } of some) groups.push({ id, state, offsets: offsetsOf(offsets.get(id) ?? []) });
    }
    return groups;
  }

  #atMost<Item>(items: readonly Item[], max: number, what: string): readonly Item[] {
    if (items.length <= max) return items;
    const reason = `there are ${items.length}, and at most ${max} are read`;
    this.#unread.push({ part: `some of the ${what}`, reason });
    return items.slice(0, max);
  }

  /** Reads what the snapshot can do without. @returns undefined if it could not be read */
  async #try<T>(part: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      if (performance.now() >= this.#endsAtMs) throw new Error('the time of the collection is over');
      return await this.#inTime(ask());
    } catch (error) {
      this.#unread.push({ part, reason: deepestMessage(error) });
      return undefined;
    }
  }

  #inTime<T>(asking: Promise<T>): Promise<T> {
    return withDeadline(asking, this.#endsAtMs - performance.now(), 'Kafka: no answer');
  }
}

const keyOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;

interface FoundPartition {
  readonly partitionIndex: number;
  readonly leaderId: number;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
}

const partitionOf = (topic: string, { partitionIndex, leaderId, replicaNodes, isrNodes }: FoundPartition) => ({
  topic,
  partition: partitionIndex,
  ...(leaderId < 0 ? {} : { leader: leaderId }),
  replicas: replicaNodes,
  inSync: isrNodes,
});

interface FoundOffsets {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: bigint }[];
}

/** Returns the committed offsets; -1 is none. */
const offsetsOf = (topics: readonly FoundOffsets[]) =>
  topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ committedOffset }) => committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset }) => ({
        topic: name,
        partition: partitionIndex,
        offset: Number(committedOffset),
      })),
  );
