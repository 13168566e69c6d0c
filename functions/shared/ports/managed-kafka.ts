/** A broker, as the provider of its cluster lists it. */
export interface ManagedBroker {
  readonly id: number;
  /** The names that clients connect to, without ports: one for each listener, the private one first. */
  readonly hosts: readonly string[];
  /** The address within the network of the cluster; absent where the provider does not report it. */
  readonly ip?: string;
  readonly subnet?: string;
  readonly instanceType?: string;
  /** The version of Kafka that it runs, which differs from the others' during an update. */
  readonly version?: string;
}

/** A part of a snapshot that could not be read, or only in part, and why. */
export interface UnreadManagedPart {
  readonly part: string;
  readonly reason: string;
}

/** The report of a provider about one Kafka cluster at one moment. */
export interface ManagedKafkaSnapshot {
  readonly arn: string;
  readonly name: string;
  readonly kind: 'provisioned' | 'serverless';
  /** The state in the provider's word, which may be one that is not known here: `ACTIVE`. Empty if it reports none. */
  readonly state: string;
  /** The cause of the state in the provider's words; absent if it gives none. */
  readonly cause?: string;
  /** The version as the provider writes it: `3.9.x.kraft`. */
  readonly version?: string;
  readonly instanceType?: string;
  /** The brokers that the cluster should have; absent for a serverless one. */
  readonly brokersWanted?: number;
  /** The disk of each broker, bytes; absent where the provider does not limit it. */
  readonly volumeBytes?: number;
  /** The place of old segments in the provider's word: `LOCAL`, `TIERED`. */
  readonly storageMode?: string;
  /** The port on which clients connect, of those with the log-ins that are enabled; absent if there is none. */
  readonly port?: number;
  readonly brokers: readonly ManagedBroker[];
  readonly unread: readonly UnreadManagedPart[];
}

/** The cluster to read, and the bounds of one snapshot. */
export interface ManagedKafkaLimits {
  /** The name of the cluster, or its ARN. */
  readonly cluster: string;
  /** The longest time of the whole snapshot, tries and waits included, ms. */
  readonly totalMs: number;
  /** The most pages of each list. */
  readonly pagesMax: number;
  readonly brokersMax: number;
}

/** A provider of Kafka clusters, of which only the control plane is read. */
export interface ManagedKafka {
  /**
   * Reads a snapshot.
   * @param signal ends it when it aborts
   * @throws {ClusterUnreadableError} if the provider gives no answer or denies one, or has no such cluster, which is `isRefused`
   * @throws the reason of `signal`
   */
  takeSnapshot(limits: ManagedKafkaLimits, signal?: AbortSignal): Promise<ManagedKafkaSnapshot>;
}
