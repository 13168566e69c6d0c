import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import { type KafkaNames, kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, type Topic } from '../../functions/shared/log/topics.ts';
import { decodeBatches } from './decode.ts';

const requestTimeoutMs = 10_000;
const deadlineMs = 30_000;
/** Milliseconds that a fetch waits for records at a broker. */
const waitMs = 100;
/** Bytes to allow beyond the largest message of a topic, because a broker sends whole batches. */
const batchOverheadBytes = 1_000_000;

/** Reads the records of a topic without a consumer group, so that it changes no committed offset. */
export class LogReader {
  readonly #client: Consumer;
  readonly #names: KafkaNames;

  /** Makes a reader. It connects at the first read. */
  constructor(connection: KafkaConnection) {
    this.#names = kafkaNames(connection.prefix);
    // The client requires the name of a group. The group does not exist unless the client joins it.
    const groupId = 'offbeat-reader';
    const options = clientOptions(connection, groupId, requestTimeoutMs);
    this.#client = new Consumer({ ...options, retries: 2, retryDelay: 200, groupId, autocommit: false });
  }

  /**
   * Returns some records from `offset` on, or from the first record that the broker has, in order; none at the end.
   * @throws {UnavailableError} if the brokers do not answer, or refuse
   */
  async read(topic: Topic, partition: number, offset: number): Promise<readonly LogRecord[]> {
    const what = `Kafka: reading ${topic}/${partition}`;
    try {
      return await withDeadline(this.#read(topic, partition, offset), deadlineMs, `${what}: no answer`);
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #read(topic: Topic, partition: number, offset: number): Promise<readonly LogRecord[]> {
    const end = await this.#offset(topic, partition, ListOffsetTimestamps.LATEST);
    let next = Math.max(offset, await this.#offset(topic, partition, ListOffsetTimestamps.EARLIEST));
    while (next < end) {
      const { records, nextOffset } = await this.#fetch(topic, partition, next);
      if (records.length > 0) return records;
      next = nextOffset;
    }
    return [];
  }

  async #fetch(topic: Topic, partition: number, offset: number) {
    const name = this.#names.topic(topic);
    const { topics } = await this.#client.metadata({ topics: [name] });
    const { id, partitions } = topics.get(name)!;
    const wanted = {
      partition,
      fetchOffset: BigInt(offset),
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: messageBytesMax[topic] + batchOverheadBytes,
    };
    const node = partitions[partition]!.leader;
    const asked = { node, topics: [{ topicId: id, partitions: [wanted] }], maxWaitTime: waitMs };
    const { responses } = await this.#client.fetch(asked);
    return decodeBatches(responses[0]?.partitions[0]?.records ?? [], topic, partition, offset);
  }

  async #offset(topic: Topic, partition: number, timestamp: bigint): Promise<number> {
    const name = this.#names.topic(topic);
    const listed = await this.#client.listOffsets({ topics: [name], partitions: { [name]: [partition] }, timestamp });
    return Number(listed.get(name)![partition]);
  }
}
