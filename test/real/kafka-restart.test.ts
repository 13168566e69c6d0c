import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { KafkaReader, numbered, recreateTopics, textsOf } from './kafka.ts';
import { KafkaStage, partitions } from './kafka-stage.ts';
import { startKafka } from './servers/kafka.ts';
import type { StartedServer } from './servers/server.ts';

describe('a broker that is killed and started again', () => {
  let kafka: StartedServer;
  let connection: KafkaConnection;
  beforeAll(async () => {
    kafka = await startKafka();
    connection = { brokers: [kafka.address] };
  });
  afterAll(() => kafka?.close());

  it('fails the call in flight; the records that arrived are a prefix, and all can be sent again', async () => {
    await recreateTopics(connection, { ...onePartitionEach, [topics.samples]: 2 });
    const records = numbered(60_000, (nth) => nth % 2).map((sent) => ({
      ...sent,
      value: Buffer.from(`${sent.value}`.padEnd(1_000)),
    }));
    const log = kafkaEventLog(connection, { deadlineMs: 10_000 });
    const reader = new KafkaReader(connection);
    const appending = log.append(records).then(
      () => 'all of it',
      (error: unknown) => error,
    );
    await vi.waitUntil(async () => (await reader.endOffset(topics.samples, 0)) > 0, {
      interval: 1,
      timeout: 10_000,
    });
    await kafka.server.kill();
    expect(await appending).toBeInstanceOf(UnavailableError);
    await expect(log.append(records)).rejects.toThrow(UnavailableError);

    await kafka.server.start();
    const before = await Promise.all([0, 1].map(async (partition) => reader.read(topics.samples, partition)));
    expect(before[0]!.length).toBeGreaterThan(0);
    expect(await log.append(records)).toEqual([]);
    for (const [partition, { length }] of before.entries()) {
      const sent = textsOf(records, partition);
      expect(length).toBeLessThan(sent.length);
      const found = (await reader.read(topics.samples, partition)).map(({ value }) => `${value}`);
      expect(found).toEqual([...sent.slice(0, length), ...sent]);
    }
    await Promise.all([log.close(), reader.close()]);
  });

  it('is read further by its groups without intervention', async () => {
    const stage = await KafkaStage.open(connection);
    const one = await stage.start('one');
    await stage.append(10);
    await stage.allCommitted();
    expect(one.trouble).toBeUndefined();
    await kafka.server.kill();
    await vi.waitFor(() => expect(one.trouble).toContain('ECONNREFUSED'), { timeout: 40_000, interval: 50 });
    await kafka.server.start();
    await vi.waitFor(() => stage.append(10), { timeout: 40_000, interval: 200 });
    await stage.allCommitted();
    await vi.waitFor(() => expect(one.trouble).toBeUndefined(), { timeout: 40_000, interval: 50 });
    stage.expectAllInOrder();
    expect(one.partitions).toEqual(partitions);
    await stage.close();
  });
});
