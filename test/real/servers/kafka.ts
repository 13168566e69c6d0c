import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { clientOptions } from '../../../functions/shared/adapters/kafka/connection.ts';
import { javaOf, mavenJars } from './artifacts.ts';
import { freePort } from './loopback.ts';
import { type StartedServer, startServer } from './server.ts';
import { versions } from './versions.ts';

const run = promisify(execFile);

/** @returns a folder of jars */
export const kafkaJars = (): Promise<string> =>
  mavenJars('kafka', `org.apache.kafka:kafka_2.13:${versions.kafka}`, 'org.slf4j:slf4j-simple:1.7.36');

/** Starts one empty broker that is its own controller. Its address is `host:port`. */
export async function startKafka(): Promise<StartedServer> {
  return startBroker({ id: 1, controllerPort: await freePort() });
}

/** Starts a cluster of empty brokers. The first one is the only controller, and must not be stopped. */
export async function startKafkaCluster(size: number): Promise<StartedServer[]> {
  const controllerPort = await freePort();
  const started = await Promise.allSettled(
    Array.from({ length: size }, (_, nth) => startBroker({ id: nth + 1, controllerPort })),
  );
  const brokers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = started.find(({ status }) => status === 'rejected');
  if (failed?.status !== 'rejected') return brokers;
  await Promise.all(brokers.map((broker) => broker.close()));
  throw failed.reason;
}

/** A broker of a cluster; the one with id 1 is also the controller. */
interface BrokerOf {
  readonly id: number;
  readonly controllerPort: number;
}

async function startBroker(broker: BrokerOf): Promise<StartedServer> {
  const [jars, java] = await Promise.all([kafkaJars(), javaOf(17)]);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  return startServer('kafka', address, async (folder) => {
    const properties = join(folder, 'server.properties');
    writeFileSync(properties, propertiesOf(broker, port, join(folder, 'data')));
    const classPath = ['-cp', join(jars, '*')];
    const clusterId = Buffer.from('offbeat-test-run').toString('base64url');
    await run(java, [...classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]);
    const args = ['-Xmx512m', ...classPath, 'kafka.Kafka', properties];
    return { command: java, args, isUp: () => isUp(address) };
  });
}

function propertiesOf({ id, controllerPort }: BrokerOf, port: number, data: string): string {
  const isController = id === 1;
  return Object.entries({
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': id,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port}${isController ? `,CONTROLLER://127.0.0.1:${controllerPort}` : ''}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    // A broker that is killed is missed soon.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
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

/** Returns whether a broker answers without a log-in. */
export async function isUp(broker: string): Promise<boolean> {
  const admin = new Admin(clientOptions({ brokers: [broker] }, 'is-up', 2_000));
  try {
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}
