import type { PartitionCounts, Topic } from '../log/topics.ts';

/** The outcome of the set-up of topics. */
export interface TopicsSetUp {
  /** The topics that were created. */
  readonly created: readonly Topic[];
  /** A sentence about each existing topic that differs from what is expected, harmlessly. */
  readonly warnings: readonly string[];
}

/** A client that may look at groups, create topics and set ACLs. */
export interface KafkaAdmin {
  /**
   * Returns those of the groups that have members now, by their names on the brokers.
   * @param groups logical names: `offbeat-detect`
   * @throws {DeniedError} if a permission is missing
   * @throws {UnavailableError} if the brokers do not answer, or refuse otherwise
   */
  groupsInUse(groups: readonly string[]): Promise<readonly string[]>;
  /**
   * Creates those of Offbeat's topics that do not exist. Existing topics are not changed.
   * @param replicas the number of replicas of each new topic
   * @returns the new topics, and a warning about each existing topic that has more replicas
   * @throws {UsageError} if a topic exists with another number of partitions or fewer replicas, or does not store the
   *   append time
   * @throws {DeniedError} if a permission is missing
   * @throws {UnavailableError} if the brokers do not answer, or refuse otherwise
   */
  createTopics(partitions: PartitionCounts, replicas: number): Promise<TopicsSetUp>;
  /**
   * Lets a user append to the topic of beats, and forbids the user everything else. A second call changes nothing, and
   * ACLs of others stay.
   * @param user the name with which shippers log in by SCRAM
   * @returns the number of ACLs that the user then has of Offbeat
   * @throws {DeniedError} if a permission is missing
   * @throws {UnavailableError} if the brokers do not answer, or refuse otherwise
   */
  restrictToShipping(user: string): Promise<number>;
}
