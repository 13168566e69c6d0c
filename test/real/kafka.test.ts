import { ConfigResourceTypes } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics, topicSpecs } from '../../functions/shared/adapters/kafka/topics.ts';
import { UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';
import { heartbeatVersion } from '../../functions/shared/domain/signal.ts';
import { heartbeatRecords } from '../../functions/shared/log/live-records.ts';
import { header } from '../../functions/shared/log/record.ts';
import { messageBytesMax, onePartitionEach, retentionMs, topics } from '../../functions/shared/log/topics.ts';
import { unique } from '../contract/unique.ts';
import { KafkaReader, numbered, record, recreateTopics, sharedKafka, testAdmin, textsOf } from './kafka.ts';

const partitions = { ...onePartitionEach, [topics.samples]: 4, [topics.signals]: 2 };

describe('the event log on a real broker', () => {
  let connection: KafkaConnection;
  let log: KafkaEventLog;
  let reader: KafkaReader;
  beforeAll(async () => {
    connection = sharedKafka();
    await recreateTopics(connection, partitions);
    log = kafkaEventLog(connection, { deadlineMs: 10_000 });
    reader = new KafkaReader(connection);
  });
  afterAll(async () => {
    await Promise.all([log?.close(), reader?.close()]);
  });

  /** Returns the records that a partition gets while `act` runs, as texts. */
  async function appended(topic: string, partition: number, act: () => Promise<unknown>): Promise<string[]> {
    const end = await reader.endOffset(topic, partition);
    await act();
    return (await reader.read(topic, partition, end)).map(({ value }) => `${value}`);
  }

  it('accepts 10,000 records over all partitions, each in its order', async () => {
    const records = numbered(10_000, (nth) => nth % 4);
    const ends = await Promise.all([0, 1, 2, 3].map((partition) => reader.endOffset(topics.samples, partition)));
    expect(await log.append(records)).toEqual([]);
    for (const [partition, end] of ends.entries()) {
      const found = await reader.read(topics.samples, partition, end);
      expect(found.map(({ value }) => `${value}`)).toEqual(textsOf(records, partition));
    }
  });

  it('accepts 6 MB in one call, and a record of the largest size', async () => {
    const six = Array.from({ length: 600 }, (_, nth) => record({ value: Buffer.alloc(10_000, `${nth};`) }));
    expect(await appended(topics.samples, 0, () => log.append(six))).toEqual(six.map(({ value }) => `${value}`));
    const five = record({
      value: Buffer.alloc(messageBytesMax[topics.samples], 'x'),
      headers: { [header.replay]: 'x'.repeat(1_000) },
    });
    expect((await appended(topics.samples, 0, () => log.append([five])))[0]).toHaveLength(
      messageBytesMax[topics.samples],
    );
  });

  it('refuses by its index a record that is too large for the broker, and accepts the records around it in order', async () => {
    // The value fits, but not with what the broker adds, which only the broker counts.
    const heavy = record({ value: Buffer.alloc(100), headers: { [header.replay]: 'x'.repeat(6_000_000) } });
    const records = [...numbered(3), heavy, ...numbered(3), heavy];
    const found = await appended(topics.samples, 0, async () => {
      expect(await log.append(records)).toEqual([
        { index: 3, reason: 'message too large' },
        { index: 7, reason: 'message too large' },
      ]);
    });
    expect(found).toEqual(['0', '1', '2', '0', '1', '2']);
  });

  it('stores heartbeats without a key, with an empty value, with the time of the broker', async () => {
    const ends = await reader.endOffset(topics.beats, 0);
    expect(await log.append(heartbeatRecords({ partitions }))).toEqual([]);
    const [heartbeat, ...more] = await reader.read(topics.beats, 0, ends);
    expect(more).toEqual([]);
    expect(heartbeat).toMatchObject({
      key: null,
      value: Buffer.alloc(0),
      headers: { [header.schema]: heartbeatVersion },
    });
  });

  it('halves a chunk that a topic with a lower limit refuses', async () => {
    const topic = unique('small');
    const admin = testAdmin(connection);
    await admin.createTopics({
      topics: [topic],
      partitions: 1,
      configs: [{ name: 'max.message.bytes', value: '20000' }],
    });
    const records = Array.from({ length: 50 }, (_, nth) =>
      record({ topic, value: Buffer.alloc(nth === 20 ? 30_000 : 3_000, `${nth};`) }),
    );
    const refused = await vi.waitUntil(() => log.append(records).catch(() => undefined), { timeout: 10_000 });
    expect(refused).toEqual([{ index: 20, reason: 'message too large' }]);
    expect(await reader.endOffset(topic, 0)).toBe(49);
    await admin.deleteTopics({ topics: [topic] });
    await admin.close();
  });

  it('appends nothing of a call that names a partition that does not exist', async () => {
    const found = await appended(topics.samples, 0, async () => {
      await expect(log.append([record({}), record({ partition: 4 })])).rejects.toThrow(
        new UnavailableError('Kafka: there is no partition offbeat.samples/4'),
      );
      await expect(log.append([record({}), record({ topic: 'offbeat.none' })])).rejects.toThrow(UnavailableError);
    });
    expect(found).toEqual([]);
  });

  it('keeps the order of each call while other calls append to the same partitions', async () => {
    const calls = Array.from({ length: 8 }, (_, call) =>
      numbered(2_000, (nth) => nth % 2).map((sent) => ({ ...sent, topic: topics.signals, key: `call ${call}` })),
    );
    await Promise.all(calls.map((records) => log.append(records)));
    for (const partition of [0, 1]) {
      const found = await reader.read(topics.signals, partition);
      for (const [call, records] of calls.entries()) {
        const ofCall = found.filter(({ key }) => key === `call ${call}`).map(({ value }) => `${value}`);
        expect(ofCall).toEqual(textsOf(records, partition));
      }
    }
  });

  it('reports no first offset of a partition that does not exist', async () => {
    await expect(log.earliestOffset(topics.samples, 9)).rejects.toThrow(UnavailableError);
    await expect(log.earliestOffset('offbeat.none', 0)).rejects.toThrow(UnavailableError);
  });

  it('creates topics with the expected limits and retention', async () => {
    const admin = testAdmin(connection);
    const resources = topicSpecs(partitions).map(({ topic }) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: topic,
      configurationKeys: [],
    }));
    const described = await admin.describeConfigs({ resources });
    await admin.close();
    for (const { resourceName, configs } of described) {
      const found = Object.fromEntries(configs.map(({ name, value }) => [name, value]));
      expect(found).toMatchObject(topicSpecs(partitions).find(({ topic }) => topic === resourceName)!.configs);
    }
    expect(described).toHaveLength(Object.keys(retentionMs).length);
  });

  it('does not change existing topics, and refuses ones with another number of partitions', async () => {
    const end = await reader.endOffset(topics.samples, 0);
    expect(await createTopics(connection, partitions)).toEqual({ created: [], warnings: [] });
    expect(await reader.endOffset(topics.samples, 0)).toBe(end);
    await expect(createTopics(connection, { ...partitions, [topics.samples]: 5 })).rejects.toThrow(
      new UsageError(
        'topic offbeat.samples: expected 5 partitions, got 4; they are fixed for its life: ' +
          'go back to 4, or use new topics with a prefix of their own',
      ),
    );
  });

  it('refuses existing topics with fewer replicas than the settings promise', async () => {
    await expect(createTopics(connection, partitions, 2)).rejects.toThrow(
      new UsageError(
        'topic offbeat.beats: expected 2 replicas, got 1, and existing topics are not changed: ' +
          'add replicas with kafka-reassign-partitions.sh, or set replicationFactor: 1',
      ),
    );
    expect(await createTopics(connection, partitions, 1)).toEqual({ created: [], warnings: [] });
  });

  it('creates none where an existing one is refused', async () => {
    const admin = testAdmin(connection);
    const prefix = 'refused';
    try {
      await admin.createTopics({ topics: ['refused.offbeat.samples'], partitions: 2 });
      await expect(createTopics({ ...connection, prefix }, partitions, 1)).rejects.toThrow(
        'expected 4 partitions, got 2',
      );
      const ours = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
      expect(ours).toEqual(['refused.offbeat.samples']);
    } finally {
      await admin.close();
    }
  });
});
