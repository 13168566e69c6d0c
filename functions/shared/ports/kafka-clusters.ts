/** The ways to log in: as a role (IAM), or as a user with a password that is never sent (SCRAM). */
export const clusterLogins = ['iam', 'scram'] as const;
export type ClusterLogin = (typeof clusterLogins)[number];

/** A cluster as its provider knows it. */
export interface KafkaCluster {
  readonly kind: 'provisioned' | 'serverless';
  /** The state as the provider names it: `ACTIVE`, `CREATING`, … */
  readonly state: string;
  /** The version as the provider writes it, `3.9.x.kraft`; absent if the provider does not report it. */
  readonly version?: string;
  /** The ways to log in that are enabled. */
  readonly logins: readonly ClusterLogin[];
}

/** A provider of Kafka clusters. */
export interface KafkaClusters {
  /**
   * Returns a description of a cluster.
   * @throws {UsageError} if there is no such cluster
   * @throws {DeniedError} if no policy allows it, or one denies it
   * @throws {UnavailableError} if a later try may succeed
   */
  describe(arn: string): Promise<KafkaCluster>;
  /**
   * Returns addresses of a cluster's brokers.
   * @returns `host:port` of some brokers, in no order; none if the cluster has no address for this login
   * @throws as {@link describe}
   */
  brokers(arn: string, login: ClusterLogin): Promise<readonly string[]>;
  /**
   * Returns the ARNs of the secrets whose users may log in to a cluster by SCRAM, in no order.
   * @throws as {@link describe}
   */
  scramSecrets(arn: string): Promise<readonly string[]>;
}
