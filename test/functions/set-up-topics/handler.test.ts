import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSetUpTopics } from '../../../functions/set-up-topics/handler.ts';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { onePartitionEach, type PartitionCounts, type Topic, topics } from '../../../functions/shared/log/topics.ts';
import type { TopicAdmin } from '../../../functions/shared/ports/topic-admin.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const topicCount = Object.keys(topics).length;
const partitions: PartitionCounts = { ...onePartitionEach, [topics.samples]: 8 };

/** A stand-in for the topics of Kafka. */
class MemoryTopics implements TopicAdmin {
  readonly made = new Map<Topic, { partitions: number; replicas: number }>();

  async create(wanted: PartitionCounts, replicas: number): Promise<readonly Topic[]> {
    const missing = Object.values(topics).filter((topic) => !this.made.has(topic));
    for (const topic of missing) this.made.set(topic, { partitions: wanted[topic], replicas });
    const other = Object.values(topics).find((topic) => this.made.get(topic)?.partitions !== wanted[topic]);
    if (other !== undefined) throw new UsageError(`topic ${other}: expected ${wanted[other]} partitions`);
    return missing;
  }
}

function open(topicAdmin: TopicAdmin, counts = partitions) {
  const telemetry = new MemoryTelemetry(() => {});
  const handler = createSetUpTopics({ layout: { partitions: counts }, topicAdmin, telemetry });
  return (RequestType: string, properties: object = { replicationFactor: '3' }) =>
    handler({ RequestType, PhysicalResourceId: 'offbeat-topics', ResourceProperties: properties }, lambdaContext());
}

describe('set-up-topics', () => {
  it('makes all topics with the partitions of the layout, and changes nothing the second time', async () => {
    const kafka = new MemoryTopics();
    const request = open(kafka);
    const PhysicalResourceId = 'offbeat-topics';
    expect(await request('Create')).toEqual({ PhysicalResourceId, Data: { created: topicCount, unchanged: 0 } });
    expect(Object.fromEntries(kafka.made)).toEqual(
      Object.fromEntries(Object.values(topics).map((topic) => [topic, { partitions: partitions[topic], replicas: 3 }])),
    );
    expect(await request('Update')).toEqual({ PhysicalResourceId, Data: { created: 0, unchanged: topicCount } });
  });

  it('fails the deployment where a topic has other partitions', async () => {
    const kafka = new MemoryTopics();
    await open(kafka)('Create');
    const changed = open(kafka, { ...partitions, [topics.samples]: 16 });
    await expect(changed('Update')).rejects.toThrow('topic offbeat.samples: expected 16 partitions');
  });

  it('leaves the topics there when the stack is deleted', async () => {
    const kafka = new MemoryTopics();
    const request = open(kafka);
    await request('Create');
    expect(await request('Delete')).toEqual({ PhysicalResourceId: 'offbeat-topics' });
    expect(kafka.made.size).toBe(topicCount);
  });

  it.each(['0', '', '3.5', 'three', 3, undefined])('takes no replication factor of %j', async (replicationFactor) => {
    const kafka = new MemoryTopics();
    await expect(open(kafka)('Create', { replicationFactor })).rejects.toThrow(
      'ResourceProperties.replicationFactor: ',
    );
    expect(kafka.made.size).toBe(0);
  });

  it('accepts the sample event', async () => {
    const kafka = new MemoryTopics();
    const file = join(import.meta.dirname, '../../../events/set-up-topics.create.json');
    const { ResourceProperties } = JSON.parse(readFileSync(file, 'utf8'));
    await open(kafka)('Create', ResourceProperties);
    expect(kafka.made.get(topics.beats)).toEqual({ partitions: 1, replicas: 1 });
  });
});
