import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSetUpKafka } from '../../../functions/set-up-kafka/handler.ts';
import { checkTopic } from '../../../functions/shared/adapters/kafka/existing-topic.ts';
import { topicSpecs } from '../../../functions/shared/adapters/kafka/topics.ts';
import { DeniedError } from '../../../functions/shared/domain/errors.ts';
import { onePartitionEach, type PartitionCounts, type Topic, topics } from '../../../functions/shared/log/topics.ts';
import type { KafkaAdmin, TopicsSetUp } from '../../../functions/shared/ports/kafka-admin.ts';
import type { WaitTiming } from '../../../functions/shared/time/waits.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { fakeWaits } from '../../support/fake-waits.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const topicCount = Object.keys(topics).length;
const partitions: PartitionCounts = { ...onePartitionEach, [topics.samples]: 8 };

/** A stand-in for the topics and ACLs of Kafka. */
class MemoryKafka implements KafkaAdmin {
  readonly made = new Map<Topic, { partitions: number; replicas: number }>();

  readonly restricted = new Set<string>();
  /** The members of each group, by its name on the brokers. */
  readonly members = new Map<string, readonly string[]>();

  async groupsInUse(groups: readonly string[]): Promise<readonly string[]> {
    return groups.filter((group) => (this.members.get(group) ?? []).length > 0);
  }

  async restrictToShipping(user: string): Promise<number> {
    this.restricted.add(user);
    return 9;
  }

  async createTopics(wanted: PartitionCounts, replicas: number): Promise<TopicsSetUp> {
    const created = Object.values(topics).filter((topic) => !this.made.has(topic));
    for (const topic of created) this.made.set(topic, { partitions: wanted[topic], replicas });
    const warnings = topicSpecs(wanted, replicas).flatMap((spec) => {
      const { partitions: count, replicas: each } = this.made.get(spec.topic)!;
      return checkTopic(spec, { replicas: Array(count).fill(each), timestampType: 'LogAppendTime' }) ?? [];
    });
    return { created, warnings };
  }
}

interface Rig {
  readonly counts?: PartitionCounts;
  readonly timing?: WaitTiming;
  readonly log?: (line: string) => void;
}

function open(kafkaAdmin: KafkaAdmin, { counts = partitions, timing = fakeWaits(), log = () => {} }: Rig = {}) {
  const telemetry = new MemoryTelemetry(log);
  const handler = createSetUpKafka({ layout: { partitions: counts }, kafkaAdmin, telemetry, timing });
  return (RequestType: string, properties: object = { replicationFactor: '3' }) =>
    handler({ RequestType, PhysicalResourceId: 'offbeat-kafka', ResourceProperties: properties }, lambdaContext());
}

describe('set-up-kafka', () => {
  it('makes all topics with the partitions of the layout, and changes nothing the second time', async () => {
    const kafka = new MemoryKafka();
    const request = open(kafka);
    const PhysicalResourceId = 'offbeat-kafka';
    expect(await request('Create')).toEqual({ PhysicalResourceId, Data: { created: topicCount, unchanged: 0 } });
    expect(Object.fromEntries(kafka.made)).toEqual(
      Object.fromEntries(Object.values(topics).map((topic) => [topic, { partitions: partitions[topic], replicas: 3 }])),
    );
    expect(await request('Update')).toEqual({ PhysicalResourceId, Data: { created: 0, unchanged: topicCount } });
  });

  it('makes the topics once its own permissions are effective', async () => {
    const kafka = new MemoryKafka();
    const timing = fakeWaits();
    const createTopics = kafka.createTopics.bind(kafka);
    kafka.createTopics = async (...wanted) => {
      if (timing.passedMs() < 30_000) throw new DeniedError('TOPIC_AUTHORIZATION_FAILED');
      return createTopics(...wanted);
    };
    expect(await open(kafka, { timing })('Create')).toMatchObject({ Data: { created: topicCount } });
    expect(timing.passedMs()).toBe(30_000);
  });

  it('fails the deployment where a topic has other partitions', async () => {
    const kafka = new MemoryKafka();
    await open(kafka)('Create');
    const changed = open(kafka, { counts: { ...partitions, [topics.samples]: 16 } });
    await expect(changed('Update')).rejects.toThrow('topic offbeat.samples: expected 16 partitions');
  });

  it('fails the deployment where a topic has fewer replicas than the settings promise', async () => {
    const request = open(new MemoryKafka());
    await request('Create', { replicationFactor: '2' });
    await expect(request('Update', { replicationFactor: '3' })).rejects.toThrow(
      'topic offbeat.beats: expected 3 replicas, got 2, and existing topics are not changed: ' +
        'add replicas with kafka-reassign-partitions.sh, or set replicationFactor: 2',
    );
  });

  it('warns of each topic that has more replicas, and goes on', async () => {
    const lines: string[] = [];
    const request = open(new MemoryKafka(), { log: (line) => lines.push(line) });
    await request('Create', { replicationFactor: '3' });
    const before = lines.length;
    expect(await request('Update', { replicationFactor: '2' })).toMatchObject({ Data: { unchanged: topicCount } });
    const warned = lines.slice(before).filter((line) => line.includes('expected 2 replicas, got 3'));
    expect(warned).toHaveLength(topicCount);
  });

  it('leaves the topics there when the stack is deleted', async () => {
    const kafka = new MemoryKafka();
    const request = open(kafka);
    await request('Create');
    expect(await request('Delete')).toEqual({ PhysicalResourceId: 'offbeat-kafka' });
    expect(kafka.made.size).toBe(topicCount);
  });

  it.each(['0', '', '3.5', 'three', 3])('takes no replication factor of %j', async (replicationFactor) => {
    const kafka = new MemoryKafka();
    await expect(open(kafka)('Create', { replicationFactor })).rejects.toThrow(
      'ResourceProperties.replicationFactor: ',
    );
    expect(kafka.made.size).toBe(0);
  });

  it('sets the ACLs of the shippers on a created cluster, whose topics CloudFormation creates', async () => {
    const kafka = new MemoryKafka();
    const request = open(kafka);
    const answer = { PhysicalResourceId: 'offbeat-kafka', Data: { acls: 9 } };
    expect(await request('Create', { shipper: 'beats' })).toEqual(answer);
    expect(await request('Update', { shipper: 'beats' })).toEqual(answer);
    expect([...kafka.restricted]).toEqual(['beats']);
    expect(kafka.made.size).toBe(0);
  });

  it.each(['', '*', 'a b', 'beats*'])('refuses %j as a user, which is none or every one', async (shipper) => {
    const kafka = new MemoryKafka();
    await expect(open(kafka)('Create', { shipper })).rejects.toThrow('ResourceProperties.shipper: ');
    expect(kafka.restricted.size).toBe(0);
  });

  it('refuses a request that asks for nothing', async () => {
    await expect(open(new MemoryKafka())('Create', {})).rejects.toThrow('ResourceProperties.replicationFactor: ');
    await expect(open(new MemoryKafka())('Update', { prefix: 'team-a' })).rejects.toThrow('got neither');
  });

  it('accepts the sample event', async () => {
    const kafka = new MemoryKafka();
    const file = join(import.meta.dirname, '../../../events/set-up-kafka.create.json');
    const { ResourceProperties } = JSON.parse(readFileSync(file, 'utf8'));
    await open(kafka)('Create', ResourceProperties);
    expect(kafka.made.get(topics.beats)).toEqual({ partitions: 1, replicas: 1 });
  });

  describe('with the groups of the deployment', () => {
    const groups = ['offbeat-normalise', 'offbeat-detect'];
    const properties = { replicationFactor: '3', groups };

    it('refuses to create the stack while one of them has members, and makes no topic', async () => {
      const kafka = new MemoryKafka();
      const timing = fakeWaits();
      kafka.members.set('offbeat-detect', ['a poller of another deployment']);
      await expect(open(kafka, { timing })('Create', properties)).rejects.toThrow(
        'consumer group offbeat-detect has had members for 90 s: another deployment reads these topics. ' +
          'Set deployment.prefix to a name of its own, or delete the other deployment first',
      );
      expect(timing.passedMs()).toBe(90_000);
      expect(kafka.made.size).toBe(0);
    });

    it('waits until the members of mappings have left that a failed create deleted', async () => {
      const kafka = new MemoryKafka();
      const timing = fakeWaits((passedMs) => {
        if (passedMs >= 45_000) kafka.members.clear();
      });
      kafka.members.set('offbeat-normalise', ['a poller that does not answer any more']);
      const answer = { PhysicalResourceId: 'offbeat-kafka', Data: { created: topicCount, unchanged: 0 } };
      expect(await open(kafka, { timing })('Create', properties)).toEqual(answer);
      expect(timing.passedMs()).toBe(45_000);
    });

    it('updates and deletes the stack while its own mappings are the members', async () => {
      const kafka = new MemoryKafka();
      const timing = fakeWaits();
      const request = open(kafka, { timing });
      await request('Create', properties);
      kafka.members.set('offbeat-detect', ['its own poller']);
      expect(await request('Update', properties)).toMatchObject({ Data: { unchanged: topicCount } });
      expect(await request('Delete', properties)).toEqual({ PhysicalResourceId: 'offbeat-kafka' });
      expect(timing.passedMs()).toBe(0);
    });

    it('does not wait for members of other groups', async () => {
      const kafka = new MemoryKafka();
      const timing = fakeWaits();
      kafka.members.set('team-a.offbeat-detect', ['a poller of a deployment with a prefix']);
      await open(kafka, { timing })('Create', properties);
      expect(timing.passedMs()).toBe(0);
    });

    it.each(['offbeat-detect', [''], [7]])('refuses %j in place of groups', async (wrong) => {
      await expect(open(new MemoryKafka())('Create', { groups: wrong })).rejects.toThrow('ResourceProperties.groups');
    });
  });
});
