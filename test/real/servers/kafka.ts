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
  const [jars, java] = await Promise.all([kafkaJars(), javaOf(17)]);
  const [port, controllerPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  return startServer('kafka', address, async (folder) => {
    const properties = join(folder, 'server.properties');
    writeFileSync(properties, propertiesOf(port, controllerPort, join(folder, 'data')));
    const classPath = ['-cp', join(jars, '*')];
    const clusterId = Buffer.from('offbeat-test-run').toString('base64url');
    await run(java, [...classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]);
    const args = ['-Xmx512m', ...classPath, 'kafka.Kafka', properties];
    return { command: java, args, isUp: () => isUp(address) };
  });
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
