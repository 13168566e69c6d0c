import { Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import { stagesOfTopics } from '../../functions/functions.ts';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import { kafkaNames } from '../../functions/shared/log/kafka-names.ts';

/** A stage, the topics that it reads, and the consumer group that reads them, by their logical names. */
export interface GroupTopics {
  readonly stage: string;
  readonly topics: readonly string[];
  readonly group: string;
}

/** Returns the stages of the flow with their groups. @param prefix the beginning of the groups' names */
export function groupsOfFlow(prefix = 'offbeat'): readonly GroupTopics[] {
  return stagesOfTopics.map((stage) => ({ ...stage, group: `${prefix}-${stage.stage}` }));
}

const requestTimeoutMs = 10_000;
const deadlineMs = 15_000;

/** A view of the stages' groups as the brokers report them, whichever processes their members are. */
export class GroupsView {
  /** The stages with the names that their topics and groups have on the brokers. */
  readonly #stages: readonly GroupTopics[];
  readonly #admin: Admin;

  constructor(connection: KafkaConnection, stages: readonly GroupTopics[]) {
    const names = kafkaNames(connection.prefix);
    this.#stages = stages.map(({ stage, topics, group }) => ({
      stage,
      topics: topics.map(names.topic),
      group: names.group(group),
    }));
    // These requests only read, so that the client may repeat them.
    const options = clientOptions(connection, 'offbeat-groups', requestTimeoutMs);
    this.#admin = new Admin({ ...options, retries: 5, retryDelay: 200 });
  }

  /**
   * Returns the number of members of each group, by its name on the brokers.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async members(): Promise<ReadonlyMap<string, number>> {
    const groups = this.#stages.map(({ group }) => group);
    const described = await this.#ask('the members of the groups', this.#admin.describeGroups({ groups }));
    return new Map(groups.map((group) => [group, described.get(group)?.members.size ?? 0]));
  }

  /**
   * Returns whether each group has committed all records of its topics. Asks in the order of the flow: a stage appends its
   * records before it commits, so that a later stage which has nothing left gets no more from it.
   * @throws {UnavailableError} if the brokers do not answer
   */
  async isSettled(): Promise<boolean> {
    for (const { group, topics } of this.#stages) {
      for (const topic of topics) {
        if (!(await this.#hasReadAll(group, topic))) return false;
      }
    }
    return true;
  }

  async #hasReadAll(groupId: string, topic: string): Promise<boolean> {
    const what = `what group ${groupId} has read of ${topic}`;
    const { topics } = await this.#ask(what, this.#admin.metadata({ topics: [topic] }));
    const partitions = Array.from({ length: topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => partition);
    const groups = [{ groupId, topics: [{ name: topic, partitionIndexes: partitions }] }];
    const [earliest, ends, listed] = await Promise.all([
      this.#offsets(topic, partitions, ListOffsetTimestamps.EARLIEST),
      this.#offsets(topic, partitions, ListOffsetTimestamps.LATEST),
      this.#ask(what, this.#admin.listConsumerGroupOffsets({ groups })),
    ]);
    const committed = new Map(
      (listed[0]?.topics[0]?.partitions ?? []).map(({ partitionIndex, committedOffset }) => [
        partitionIndex,
        Number(committedOffset),
      ]),
    );
    return partitions.every((partition) => {
      const next = committed.get(partition) ?? -1;
      return Math.max(next, earliest.get(partition)!) >= ends.get(partition)!;
    });
  }

  async #offsets(topic: string, partitions: readonly number[], timestamp: bigint) {
    const wanted = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }));
    const listing = this.#admin.listOffsets({ topics: [{ name: topic, partitions: wanted }] });
    const [found] = await this.#ask(`the offsets of ${topic}`, listing);
    return new Map(found!.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
  }

  close(): Promise<void> {
    return this.#admin.close();
  }

  async #ask<T>(what: string, answer: Promise<T>): Promise<T> {
    try {
      return await withDeadline(answer, deadlineMs, `Kafka: ${what}: no answer`);
    } catch (error) {
      throw unavailable(`Kafka: ${what}`, error);
    }
  }
}
