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

/**
 * Runs the image's own class, which turns its variables into settings before a broker starts.
 * @returns the settings that it writes
 */
async function renderedBy(variables: Readonly<Record<string, string>>, folder: string): Promise<string> {
  const folders = ['default', 'mounted', 'final'].map((name) => join(folder, name));
  for (const path of folders) mkdirSync(path);
  for (const name of ['server.properties', 'log4j2.yaml', 'tools-log4j2.yaml'])
    writeFileSync(join(folders[0]!, name), '');
  const flags = folders.flatMap((path) => [`--${path.split('/').at(-1)}-configs-dir`, path]);
  const args = ['-cp', join(await kafkaJars(), '*'), 'kafka.docker.KafkaDockerWrapper', 'setup', ...flags];
  await run(await javaOf(17), args, { env: { ...variables, CLUSTER_ID: 'b2ZmYmVhdC10ZXN0LXJ1bg' } });
  return readFileSync(join(folders[2]!, 'server.properties'), 'utf8');
}

it('the variables of Kafka in compose.yaml are settings that the image accepts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-compose-'));
  const { environment } = parse(readFileSync('compose.yaml', 'utf8')).services.kafka;
  const variables = Object.entries({ ...environment, KAFKA_LOG_DIRS: join(folder, 'data') });
  const properties = await renderedBy(Object.fromEntries(variables.map(([name, value]) => [name, `${value}`])), folder);
  rmSync(folder, { recursive: true });
  // Excluded: KAFKA_HEAP_OPTS is for the JVM.
  expect(properties.trim().split('\n').length).toBe(variables.length - 1);
  expect(properties).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:9092\n');
  expect(properties).toContain('auto.create.topics.enable=false\n');
});
