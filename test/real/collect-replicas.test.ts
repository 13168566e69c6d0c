import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectKafka } from '../../functions/collect/kafka/collect-kafka.ts';
import { parseKafkaTarget } from '../../functions/collect/kafka/target.ts';
import { kafkaCluster } from '../../functions/shared/adapters/kafka/cluster.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { testAdmin } from './kafka.ts';
import { startKafkaCluster } from './servers/kafka.ts';
import type { StartedServer } from './servers/server.ts';

/** Returns topics of one partition each, by name, with the brokers that have its replicas. */
const placed = (topics: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(topics).map(([topic, brokers]) => ({ topic, assignments: [{ partition: 0, brokers: [...brokers] }] }));

describe('a collection of a real Kafka of three brokers', () => {
  let brokers: StartedServer[] = [];
  beforeAll(async () => {
    brokers = await startKafkaCluster(3);
  });
  afterAll(() => Promise.all(brokers.map((broker) => broker.close())));

  const collected = async () => {
    const target = parseKafkaTarget(`kafka://${brokers[0]!.address}`);
    const cluster = kafkaCluster({ brokers: [target.address] });
    const { documents } = await collectKafka(target, { cluster, clock: systemClock, hostName: 'test' });
    return documents[0]!.kafka.cluster!;
  };
  const eventually = { timeout: 60_000, interval: 500 };

  it('names the partitions that are offline and under-replicated after a broker was killed, until it is back', async () => {
    const admin = testAdmin({ brokers: [brokers[0]!.address] });
    await admin.createTopics({ topics: placed({ kept: [1, 2, 3], lost: [3], safe: [1, 2] }) });
    await admin.close();
    await vi.waitFor(
      async () =>
        expect(await collected()).toMatchObject({
          status: 'ok',
          brokers: { count: 3 },
          partitions: { count: 3, offline: 0, under_replicated: 0 },
        }),
      eventually,
    );
    await brokers[2]!.server.kill();
    await vi.waitFor(
      async () =>
        expect(await collected()).toMatchObject({
          status: 'degraded',
          reason: '1 partition offline: lost/0; 1 partition under-replicated: kept/0',
          brokers: { count: 2 },
          partitions: { offline: 1 },
        }),
      eventually,
    );
    await brokers[2]!.server.start();
    await vi.waitFor(async () => expect(await collected()).toMatchObject({ status: 'ok' }), eventually);
  });
});
