import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { javaOf } from './servers/artifacts.ts';
import { kafkaJars } from './servers/kafka.ts';

const run = promisify(execFile);

/** What the image does with its variables before it starts a broker, by its own class, and where. */
async function renderedBy(variables: Readonly<Record<string, string>>, folder: string): Promise<string> {
  const rooms = ['default', 'mounted', 'final'].map((name) => join(folder, name));
  for (const room of rooms) mkdirSync(room);
  for (const name of ['server.properties', 'log4j2.yaml', 'tools-log4j2.yaml'])
    writeFileSync(join(rooms[0]!, name), '');
  const flags = rooms.flatMap((room) => [`--${room.split('/').at(-1)}-configs-dir`, room]);
  const args = ['-cp', join(await kafkaJars(), '*'), 'kafka.docker.KafkaDockerWrapper', 'setup', ...flags];
  await run(await javaOf(17), args, { env: { ...variables, CLUSTER_ID: 'b2ZmYmVhdC10ZXN0LXJ1bg' } });
  return readFileSync(join(rooms[2]!, 'server.properties'), 'utf8');
}

it('the variables of Kafka in compose.yaml are settings that the image takes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-compose-'));
  const { environment } = parse(readFileSync('compose.yaml', 'utf8')).services.kafka;
  const variables = Object.entries({ ...environment, KAFKA_LOG_DIRS: join(folder, 'data') });
  const properties = await renderedBy(Object.fromEntries(variables.map(([name, value]) => [name, `${value}`])), folder);
  rmSync(folder, { recursive: true });
  // Each by itself: KAFKA_HEAP_OPTS is for the JVM.
  expect(properties.trim().split('\n').length).toBe(variables.length - 1);
  expect(properties).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:9092\n');
  expect(properties).toContain('auto.create.topics.enable=false\n');
});
