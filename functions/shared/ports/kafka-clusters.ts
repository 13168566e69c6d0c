/** Who may log in: roles, or users with a password that is never sent. */
export const clusterLogins = ['iam', 'scram'] as const;
export type ClusterLogin = (typeof clusterLogins)[number];

/** A cluster as its provider knows it. */
export interface KafkaCluster {
  readonly kind: 'provisioned' | 'serverless';
  /** In the provider's word: `ACTIVE`, `CREATING`, … */
  readonly state: string;
  /** As the provider writes it, `3.9.x.kraft`; absent where it does not tell. */
  readonly version?: string;
  /** Those that are switched on. */
  readonly logins: readonly ClusterLogin[];
}

/** A provider of Kafka clusters. */
export interface KafkaClusters {
  /**
   * @throws {UsageError} if there is no such cluster
   * @throws {UnavailableError} if a later try may succeed
   */
  describe(arn: string): Promise<KafkaCluster>;
  /**
   * @returns `host:port` of some brokers, in no order; none where the cluster has no address for this login
   * @throws what {@link describe} does
   */
  brokers(arn: string, login: ClusterLogin): Promise<readonly string[]>;
}
