import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, withDeadline } from '../../functions/shared/adapters/kafka/connection.ts';
import { unavailable } from '../../functions/shared/adapters/kafka/errors.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, type Topic } from '../../functions/shared/log/topics.ts';
import { decodeBatches } from './decode.ts';

const requestTimeoutMs = 10_000;
const deadlineMs = 30_000;
/** Of batches that hold nothing of anybody's, one after the other. */
const waitMs = 100;
/** More than the largest batch of a topic. */
const roomBytes = 1_000_000;

/** Reads a topic as it lies there, beside the groups: it joins none, and nobody's offsets move. */
export class LogReader {
  readonly #client: Consumer;

  /** Nothing is connected before the first read. */
  constructor(connection: KafkaConnection) {
    // The client wants a name; without joining there is no such group.
    const groupId = 'offbeat-reader';
    const options = clientOptions(connection, groupId, requestTimeoutMs);
    this.#client = new Consumer({ ...options, retries: 2, retryDelay: 200, groupId, autocommit: false });
  }

  /**
   * Some records from `offset` on, or from the first one still held, in order.
   * @returns none at the end
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
    const { topics } = await this.#client.metadata({ topics: [topic] });
    const { id, partitions } = topics.get(topic)!;
    const wanted = {
      partition,
      fetchOffset: BigInt(offset),
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: messageBytesMax[topic] + roomBytes,
    };
    const node = partitions[partition]!.leader;
    const asked = { node, topics: [{ topicId: id, partitions: [wanted] }], maxWaitTime: waitMs };
    const { responses } = await this.#client.fetch(asked);
    return decodeBatches(responses[0]?.partitions[0]?.records ?? [], topic, partition, offset);
  }

  async #offset(topic: string, partition: number, timestamp: bigint): Promise<number> {
    const listed = await this.#client.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp });
    return Number(listed.get(topic)![partition]);
  }
}
