import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Admin, Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaConnection, parseBrokers } from '../../functions/shared/adapters/kafka/connection.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import type { LogRecord } from '../../functions/shared/domain/record.ts';
import { type PartitionCounts, topics } from '../../functions/shared/domain/topics.ts';
import { decodeBatches } from '../../local/kafka/decode.ts';
import { javaOf, mavenJars } from './servers/artifacts.ts';
import { folderFor, freePort, Server } from './servers/server.ts';

const run = promisify(execFile);

export interface KafkaServer {
  readonly connection: KafkaConnection;
  readonly server: Server;
  close(): Promise<void>;
}

/** Starts one empty broker that is its own controller. */
export async function startKafka(): Promise<KafkaServer> {
  const [jars, java] = await Promise.all([
    mavenJars('kafka', 'org.apache.kafka:kafka_2.13:4.3.1', 'org.slf4j:slf4j-simple:1.7.36'),
    javaOf(17),
  ]);
  const folder = folderFor('kafka');
  const [port, controllerPort] = [await freePort(), await freePort()];
  const properties = join(folder.path, 'server.properties');
  writeFileSync(properties, propertiesOf(port, controllerPort, join(folder.path, 'data')));
  const classPath = ['-cp', join(jars, '*')];
  const clusterId = Buffer.from('offbeat-test-run').toString('base64url');
  await run(java, [...classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]);
  const connection = { brokers: [`127.0.0.1:${port}`] };
  const args = ['-Xmx512m', ...classPath, 'kafka.Kafka', properties];
  const server = new Server({ name: 'kafka', command: java, args, isUp: () => isUp(connection) }, folder.path);
  await server.start();
  return {
    connection,
    server,
    async close() {
      await server.stop();
      folder.remove();
    },
  };
}

function propertiesOf(port: number, controllerPort: number, data: string): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function isUp(connection: KafkaConnection): Promise<boolean> {
  const admin = new Admin(clientOptions(connection, 'is-up', 2_000));
  try {
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}

/** The broker that the environment names, its topics emptied; or one of this test's own. */
export async function openKafka(
  partitions: PartitionCounts,
): Promise<{ readonly connection: KafkaConnection; close(): Promise<void> }> {
  const named = process.env.OFFBEAT_KAFKA_BROKERS;
  if (named === undefined) {
    const started = await startKafka();
    await createTopics(started.connection, partitions);
    return started;
  }
  const connection = { brokers: parseBrokers(named) };
  if (!connection.brokers.every((broker) => /^(127\.|localhost:)/.test(broker))) {
    throw new Error('OFFBEAT_KAFKA_BROKERS: these tests delete topics, so they take a broker on loopback alone');
  }
  await deleteTopics(connection);
  await createTopics(connection, partitions);
  return { connection, close: async () => {} };
}

async function deleteTopics(connection: KafkaConnection): Promise<void> {
  const admin = new Admin({ ...clientOptions(connection, 'test', 10_000), retries: 5, retryDelay: 200 });
  try {
    const ours = new Set<string>(Object.values(topics));
    const there = (await admin.listTopics()).filter((topic) => ours.has(topic));
    if (there.length > 0) await admin.deleteTopics({ topics: there });
    while ((await admin.listTopics()).some((topic) => ours.has(topic))) await delay(50);
    const groups = [...(await admin.listGroups()).keys()].filter((group) => group.startsWith('offbeat-'));
    if (groups.length > 0) await admin.deleteGroups({ groups });
  } finally {
    await admin.close();
  }
}

/** Reads as any consumer does, without a group. */
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

  /** From `offset` on, or from the first one held, to the end as it is now. */
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
    const metadata = await this.#client.metadata({ topics: [topic] });
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
