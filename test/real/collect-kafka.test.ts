import { existsSync } from 'node:fs';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectKafka } from '../../functions/collect/kafka/collect-kafka.ts';
import type { KafkaDocument } from '../../functions/collect/kafka/documents.ts';
import { parseKafkaTarget } from '../../functions/collect/kafka/target.ts';
import { kafkaCluster } from '../../functions/shared/adapters/kafka/cluster.ts';
import { clientOptions } from '../../functions/shared/adapters/kafka/connection.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { KafkaSnapshot } from '../../functions/shared/ports/kafka-cluster.ts';
import { patience } from '../support/patience.ts';
import { type Appended, alertsOf } from '../support/pure-flow.ts';
import { sharedKafka, testAdmin } from './kafka.ts';
import { Kcat } from './kcat.ts';

const connection = sharedKafka();
const target = parseKafkaTarget(`kafka://${connection.brokers[0]}`);
const cluster = kafkaCluster(connection);
const topic = 'collected-orders';
const group = 'collected-billing';
const partitions = 2;

const admin = testAdmin(connection);
const producer = new Producer({ ...clientOptions(connection, 'collected', 10_000), serializers: stringSerializers });

beforeAll(async () => {
  const configs = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
  await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs });
});
afterAll(async () => {
  await admin.deleteTopics({ topics: [topic] });
  await admin.deleteGroups({ groups: [...(await admin.listGroups()).keys()].filter((id) => id.startsWith(group)) });
  await Promise.all([admin.close(), producer.close()]);
});

const collect = (nowMs: number, before?: KafkaSnapshot) =>
  collectKafka(target, { cluster, clock: { nowMs: () => nowMs }, hostName: 'test', ...(before && { before }) });
const ofTopic = (documents: readonly KafkaDocument[]) =>
  documents.find(({ event, kafka }) => event.dataset === 'kafka.topic' && kafka.topic?.name === topic)!.kafka.topic!;
const ofGroup = (documents: readonly KafkaDocument[], id: string) =>
  documents.flatMap(({ kafka: { consumergroup } }) => (consumergroup?.id === id ? [consumergroup] : []));

describe.skipIf(!existsSync('/usr/bin/apt-get'))('the traffic of a topic on a real Kafka', () => {
  it('is what kcat counts, written and read', async () => {
    const kcat = await Kcat.of(connection.brokers[0]!);
    await vi.waitFor(
      async () => expect(ofTopic((await collect(Date.now())).documents).partitions!.count).toBe(2),
      patience,
    );
    const before = await collect(Date.now());
    await kcat.produce(
      topic,
      Array.from({ length: 1_234 }, (_, nth) => `message ${nth}`),
    );
    const counted = await kcat.count(topic);
    const read = await kcat.read(`${group}-kcat`, topic);
    const { documents } = await collect(Date.now(), before.snapshot);
    expect(ofTopic(before.documents).messages).toEqual({ in: 0, kept: 0 });
    expect(ofTopic(documents).messages).toEqual({ in: counted, kept: counted });
    expect([counted, read]).toEqual([1_234, 1_234]);
    const [whole, messages] = ofGroup(documents, `${group}-kcat`);
    expect(whole).toMatchObject({ total_lag: 0, max_lag_time: { sec: 0 } });
    expect(messages!.messages).toEqual({ out: read });
    // Each message is 12 bytes at least, and a batch of many has few bytes of its own.
    expect(ofTopic(documents).bytes!.in / counted).toBeGreaterThan(12);
    expect(ofTopic(documents).bytes!.in / counted).toBeLessThan(100);
  });
});

describe('a group on a real Kafka that stops to read', () => {
  const stepMs = 10_000;
  const [usual, stalled, recovered] = [200, 90, 90];
  const startMs = Date.now() - (usual + stalled + recovered) * stepMs;

  /** Writes messages, lets the group commit unless it is stalled, and collects; ten seconds later again. */
  async function run(): Promise<Appended[]> {
    const appended: Appended[] = [];
    let before: KafkaSnapshot | undefined;
    const ends = new Map(before === undefined ? await endsNow() : []);
    for (let step = 0; step < usual + stalled + recovered; step += 1) {
      const nowMs = startMs + step * stepMs;
      for (let partition = 0; partition < partitions; partition += 1) {
        const count = 20 + ((step * 7 + partition * 3) % 5);
        const message = { topic, partition, key: 'k', value: `${step}`, timestamp: BigInt(nowMs - 1_000) };
        await producer.send({ messages: Array.from({ length: count }, () => message) });
        ends.set(partition, ends.get(partition)! + count);
      }
      const isStalled = step >= usual && step < usual + stalled;
      // A group at work is a few messages behind.
      if (!isStalled) await commit(ends, step % 3);
      const { documents, snapshot } = await collect(nowMs, before);
      before = snapshot;
      const own = documents.filter(({ kafka: { consumergroup } }) => consumergroup?.id === group);
      appended.push(...own.map((document) => ({ appendedMs: nowMs, host: 'test', document })));
    }
    return appended;
  }
  const endsNow = async (): Promise<[number, number][]> =>
    (await collect(startMs)).snapshot!.partitions.flatMap((each) =>
      each.topic === topic ? [[each.partition, each.newest!]] : [],
    );
  const commit = (ends: ReadonlyMap<number, number>, behind: number) =>
    admin.alterConsumerGroupOffsets({
      groupId: group,
      topics: [
        {
          name: topic,
          partitionOffsets: [...ends].map(([partition, end]) => ({ partition, offset: BigInt(end - behind) })),
        },
      ],
    });

  it('raises one alert that names it, about its lag in messages and in seconds, which resolves after it reads again', async () => {
    const appended = await run();
    const course = { beats: 1, samples: 1, signals: 1, random: () => 0.5 };
    const alerts = [...alertsOf(appended, defaultSettings, course).values()].map((states): Alert => states.at(-1)!);
    expect(alerts).toHaveLength(1);
    const [alert] = alerts;
    const stallMs = startMs + usual * stepMs;
    expect(alert).toMatchObject({ status: 'resolved', entity: { kind: 'consumer-group', name: group } });
    expect(alert!.headline).toContain(`stopped on ${group}`);
    expect((alert!.startsAtMs - stallMs) / stepMs).toBeGreaterThanOrEqual(0);
    expect((alert!.startsAtMs - stallMs) / stepMs).toBeLessThan(6);
    // It ends with the last collection that found the group stopped.
    expect(alert!.endsAtMs).toBeGreaterThanOrEqual(stallMs + (stalled - 1) * stepMs);
    const details = alert!.trace.map(({ detail }) => detail).join('\n');
    expect(details).toMatch(/consumer_lag\{.*\}: .* messages/);
    expect(details).toMatch(/max_lag_time\.sec: .* s,/);
  });
});
