import type { PartitionCounts, Topic } from '../log/topics.ts';

/** Who may make topics. */
export interface TopicAdmin {
  /**
   * Makes those of our topics that are missing; what is there stays as it is.
   * @param replicas of each new topic
   * @returns those that were missing
   * @throws {UsageError} if one is there with another number of partitions, or does not keep broker time
   * @throws {UnavailableError} if the brokers do not answer, or refuse
   */
  create(partitions: PartitionCounts, replicas: number): Promise<readonly Topic[]>;
}
