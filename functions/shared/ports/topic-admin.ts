import type { PartitionCounts, Topic } from '../log/topics.ts';

/** A client that may create topics. */
export interface TopicAdmin {
  /**
   * Creates those of Offbeat's topics that do not exist. Existing topics are not changed.
   * @param replicas the number of replicas of each new topic
   * @returns the topics that were created
   * @throws {UsageError} if a topic exists with another number of partitions, or does not store the append time
   * @throws {UnavailableError} if the brokers do not answer, or refuse
   */
  create(partitions: PartitionCounts, replicas: number): Promise<readonly Topic[]>;
}
