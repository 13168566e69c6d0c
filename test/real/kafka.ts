import { Admin, Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { vi } from 'vitest';
import { clientOptions, type KafkaConnection, parseBrokers } from '../../functions/shared/adapters/kafka/connection.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import type { LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import { type PartitionCounts, topics } from '../../functions/shared/log/topics.ts';
import { decodeBatches } from '../../local/kafka/decode.ts';

/** Returns the broker that all files share. Files that stop a broker start one of their own. */
export function sharedKafka(): KafkaConnection {
  const brokers = parseBrokers(process.env.OFFBEAT_KAFKA_BROKERS ?? '', 'OFFBEAT_KAFKA_BROKERS');
  if (!brokers.every((broker) => /^(127\.|localhost:)/.test(broker))) {
    throw new Error('OFFBEAT_KAFKA_BROKERS: these tests delete topics, so they take a broker on loopback alone');
  }
  return { brokers };
}

/** Removes all records of the topics, and the groups that read them. No group may have a member. */
export async function recreateTopics(connection: KafkaConnection, partitions: PartitionCounts): Promise<void> {
  await deleteTopics(connection);
  await createTopics(connection, partitions);
}

/** Deletes the topics themselves, and the groups that read them. */
export async function deleteTopics(connection: KafkaConnection): Promise<void> {
  const admin = testAdmin(connection);
  try {
    const ours = new Set<string>(Object.values(topics));
    const there = (await admin.listTopics()).filter((topic) => ours.has(topic));
    if (there.length > 0) await admin.deleteTopics({ topics: there });
    await vi.waitUntil(async () => !(await admin.listTopics()).some((topic) => ours.has(topic)), { timeout: 10_000 });
    const groups = [...(await admin.listGroups()).keys()].filter((group) => group.startsWith('offbeat-'));
    if (groups.length > 0) await admin.deleteGroups({ groups });
  } finally {
    await admin.close();
  }
}

/** Tries again what a broker refuses that has just been started. */
export function testAdmin(connection: KafkaConnection): Admin {
  return new Admin({ ...clientOptions(connection, 'test', 10_000), retries: 10, retryDelay: 200 });
}

/** A consumer without a group. */
export class KafkaReader {
  readonly #client: Consumer;

  constructor(connection: KafkaConnection) {
    this.#client = new Consumer({
      ...clientOptions(connection, 'reader', 10_000),
      groupId: 'offbeat-reader',
      retries: 20,
      retryDelay: 200,
    });
    this.#client.topics.trackAll(...Object.values(topics));
  }

  async endOffset(topic: string, partition: number): Promise<number> {
    return this.#offset(topic, partition, ListOffsetTimestamps.LATEST);
  }

  /** Returns the records from `offset`, or from the first one that is kept, to the present end. */
  async read(topic: string, partition: number, offset = 0): Promise<LogRecord[]> {
    const end = await this.endOffset(topic, partition);
    let next = Math.max(offset, await this.#offset(topic, partition, ListOffsetTimestamps.EARLIEST));
    const records: LogRecord[] = [];
    while (next < end) {
      const decoded = await this.#fetch(topic, partition, next);
      records.push(...decoded.records);
      next = decoded.nextOffset;
    }
    return records;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #fetch(topic: string, partition: number, offset: number) {
    // A topic that was made anew has another identifier than the one that is cached.
    const metadata = await this.#client.metadata({ topics: [topic], forceUpdate: true });
    const { id, partitions } = metadata.topics.get(topic)!;
    const wanted = {
      partition,
      fetchOffset: BigInt(offset),
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: 20_000_000,
    };
    const node = partitions[partition]!.leader;
    const response = await this.#client.fetch({
      node,
      topics: [{ topicId: id, partitions: [wanted] }],
      maxWaitTime: 100,
    });
    const fetched = response.responses.find(({ topicId }) => topicId === id)?.partitions[0]?.records ?? [];
    return decodeBatches(fetched, topic, partition, offset);
  }

  async #offset(topic: string, partition: number, timestamp: bigint): Promise<number> {
    const offsets = await this.#client.listOffsets({
      topics: [topic],
      partitions: { [topic]: [partition] },
      timestamp,
    });
    return Number(offsets.get(topic)![partition]);
  }
}

/** Returns a record of samples, on the first partition by default. */
export function record(parts: Partial<OutgoingRecord>): OutgoingRecord {
  return {
    topic: topics.samples,
    partition: 0,
    key: 'prod/host/node-a',
    value: Buffer.from('{}'),
    headers: {},
    ...parts,
  };
}

/** Returns records whose values are 0, 1, 2 and so on. */
export function numbered(count: number, partitionOf = (_nth: number) => 0): OutgoingRecord[] {
  return Array.from({ length: count }, (_, nth) =>
    record({ partition: partitionOf(nth), value: Buffer.from(`${nth}`) }),
  );
}

export const textsOf = (records: readonly OutgoingRecord[], partition: number): string[] =>
  records.filter((sent) => sent.partition === partition).map(({ value }) => `${value}`);
