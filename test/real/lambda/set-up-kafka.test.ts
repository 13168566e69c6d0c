import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigResourceTypes } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicSpecs } from '../../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, type PartitionCounts, topics } from '../../../functions/shared/log/topics.ts';
import { bundleFunction } from '../../../lib/bundle/build.ts';
import type { Answer } from '../../support/runtime-api.ts';
import { deleteTopics, recreateTopics, sharedKafka, testAdmin } from '../kafka.ts';
import { eventOf } from './effects.ts';
import { LambdaFunction, runtimeClientFile } from './lambda-function.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

const connection = sharedKafka();
const partitions: PartitionCounts = { ...onePartitionEach, [topics.samples]: 3 };
const folder = mkdtempSync(join(tmpdir(), 'offbeat-lambda-'));

beforeAll(async () => {
  await runtimeClientFile();
  await deleteTopics(connection);
}, openTimeoutMs);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await recreateTopics(connection, onePartitionEach);
});

/** Invokes the function once, deployed with that many partitions. */
async function setUp(counts: PartitionCounts): Promise<Answer> {
  const deployed = { settings: {}, layout: { partitions: counts } };
  const bundle = await bundleFunction('set-up-kafka', mkdtempSync(join(folder, 'bundle-')), deployed);
  const env = { OFFBEAT_KAFKA_BROKERS: connection.brokers.join(',') };
  const lambda = await LambdaFunction.start('set-up-kafka', bundle, env);
  try {
    return await lambda.invoke(eventOf('set-up-kafka.create'));
  } finally {
    await lambda.stop();
  }
}

describe('set-up-kafka as Lambda runs it, on a broker without topics', () => {
  const PhysicalResourceId = 'offbeat-kafka';

  it('creates them with their settings, and changes nothing the second time', async () => {
    expect(await setUp(partitions)).toEqual({ response: { PhysicalResourceId, Data: { created: 6, unchanged: 0 } } });
    expect(await setUp(partitions)).toEqual({ response: { PhysicalResourceId, Data: { created: 0, unchanged: 6 } } });

    const admin = testAdmin(connection);
    const resourceType = ConfigResourceTypes.TOPIC;
    const specs = topicSpecs(partitions, 1);
    const resources = specs.map(({ topic }) => ({ resourceType, resourceName: topic, configurationKeys: [] }));
    const described = await admin.describeConfigs({ resources });
    const { topics: there } = await admin.metadata({ topics: specs.map(({ topic }) => topic), forceUpdate: true });
    await admin.close();
    for (const { topic, partitions: count, configs } of specs) {
      const found = described.find(({ resourceName }) => resourceName === topic)!.configs;
      expect(Object.fromEntries(found.map(({ name, value }) => [name, value]))).toMatchObject(configs);
      expect(there.get(topic)?.partitionsCount).toBe(count);
    }
  });

  it('refuses a number of partitions that a topic does not have', async () => {
    expect(await setUp({ ...partitions, [topics.samples]: 5 })).toMatchObject({
      error: {
        errorType: 'UsageError',
        errorMessage:
          'topic offbeat.samples: expected 5 partitions, got 3; they are fixed for its life: ' +
          'go back to 3, or use new topics with a prefix of their own',
      },
    });
  });
});
