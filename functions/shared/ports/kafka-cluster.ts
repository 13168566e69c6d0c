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
}

/** The offset that a group has committed in a partition: that of the next message it reads. */
export interface KafkaGroupOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
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
  /** The size of the file systems and what is free of them, bytes; absent before Kafka 3.3. */
  readonly disk?: { readonly totalBytes: number; readonly usableBytes: number };
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
  readonly partitionsMax: number;
  readonly groupsMax: number;
}

/** A Kafka cluster of anybody, which is only read. */
export interface KafkaCluster {
  /** Reads a snapshot. @throws {ClusterUnreadableError} if no broker answers, or none lists brokers and topics */
  takeSnapshot(limits: KafkaSnapshotLimits): Promise<KafkaSnapshot>;
}
