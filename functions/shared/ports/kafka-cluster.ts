/** A broker, as the metadata of its cluster names it. */
export interface KafkaBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** A partition of a topic. */
export interface KafkaPartition {
  readonly topic: string;
  readonly partition: number;
  /** The id of the broker that leads it; absent while the partition is offline. */
  readonly leader?: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  /** The offset of the next message; absent if it could not be read. */
  readonly newest?: number;
  /** The offset of the first message that is kept; absent if it could not be read. */
  readonly oldest?: number;
  /** The size of the log of the leader; absent if it could not be read. */
  readonly bytes?: number;
}

/** The offset that a group has committed in a partition: that of the next message it reads. */
export interface KafkaGroupOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /**
   * The time at which that message was appended (or produced, where the topic keeps that time), ms since 1970; `none` if only markers
   * of transactions follow; absent if nothing follows, or it could not be read: that needs the right to read the topic.
   */
  readonly nextAtMs?: number | 'none';
}

/** A consumer group. */
export interface KafkaGroup {
  readonly id: string;
  /** The state in Kafka's words: `Stable`, `Empty` (without members), `Unknown` if the broker does not tell. */
  readonly state: string;
  readonly offsets: readonly KafkaGroupOffset[];
}

/** The contents of the log directories of a broker. */
export interface KafkaLogs {
  readonly broker: number;
  readonly bytes: number;
  /** The size of all file systems, bytes, and the share of the fullest one that is in use; absent before Kafka 3.3. */
  readonly disk?: { readonly totalBytes: number; readonly usedShare: number };
}

/** A part of a snapshot that could not be read, or only in part, and why. */
export interface UnreadKafkaPart {
  readonly part: string;
  readonly reason: string;
}

/** The report of a Kafka cluster at one moment. */
export interface KafkaSnapshot {
  /** The id of the controller; absent if the brokers know none. */
  readonly controller?: number;
  readonly brokers: readonly KafkaBroker[];
  /** All partitions, those of Kafka's own topics too, by topic and number. */
  readonly partitions: readonly KafkaPartition[];
  readonly groups: readonly KafkaGroup[];
  readonly logs: readonly KafkaLogs[];
  readonly unread: readonly UnreadKafkaPart[];
}

/** The bounds of one snapshot. */
export interface KafkaSnapshotLimits {
  /** The longest time of the whole snapshot, ms. What is not read by then is an unread part. */
  readonly totalMs: number;
  readonly brokersMax: number;
  readonly partitionsMax: number;
  readonly groupsMax: number;
  /** The most committed offsets, of all groups together. */
  readonly offsetsMax: number;
  /** The most partitions of groups whose next message is read, for its time. */
  readonly timesMax: number;
}

/** A Kafka cluster of anybody, which is only read. */
export interface KafkaCluster {
  /**
   * Reads a snapshot.
   * @param signal ends it when it aborts
   * @throws {ClusterUnreadableError} if no broker answers, or none lists brokers and topics
   * @throws the reason of `signal`
   */
  takeSnapshot(limits: KafkaSnapshotLimits, signal?: AbortSignal): Promise<KafkaSnapshot>;
}
