import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { UsageError } from '../../domain/errors.ts';
import { appendTimeRemedy } from '../../log/append-time.ts';
import { messageBytesMax, type PartitionCounts, retentionMs, type Topic, topics } from '../../log/topics.ts';
import type { TopicAdmin } from '../../ports/topic-admin.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { hasApiId, unavailable } from './errors.ts';

/** A topic with the configuration with which it is created. */
export interface TopicSpec {
  readonly topic: Topic;
  readonly partitions: number;
  /**
   * The number of replicas.
   * @default the cluster's default
   */
  readonly replicas?: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** The limit of the key, the headers and the head of the batch of a record, in bytes, which the broker counts too. */
const envelopeBytesMax = 100_000;

/**
 * Returns all topics with their configurations.
 * @param replicas the number of replicas of each topic, of which one may be missing while records are accepted. Without it
 *   the cluster's defaults apply.
 */
export function topicSpecs(partitions: PartitionCounts, replicas?: number): readonly TopicSpec[] {
  return Object.values(topics).map((topic) => ({
    topic,
    partitions: partitions[topic],
    ...(replicas === undefined ? {} : { replicas }),
    configs: {
      ...(replicas === undefined ? {} : { 'min.insync.replicas': String(Math.max(1, replicas - 1)) }),
      'cleanup.policy': 'delete',
      'retention.ms': String(retentionMs[topic]),
      'message.timestamp.type': 'LogAppendTime',
      'max.message.bytes': String(messageBytesMax[topic] + envelopeBytesMax),
    },
  }));
}

const lookTimeoutMs = 5_000;

/**
 * Returns the numbers of partitions of Offbeat's topics that exist. It does not retry, so that a caller soon learns whether
 * the brokers answer.
 * @throws {UnavailableError} if the brokers do not answer, or refuse
 */
export async function existingPartitions(connection: KafkaConnection): Promise<Partial<PartitionCounts>> {
  const admin = new Admin(clientOptions(connection, 'offbeat-topics', lookTimeoutMs));
  try {
    const looking = look(admin);
    return await withDeadline(looking, 2 * lookTimeoutMs, `Kafka: ${connection.brokers.join(',')}: no answer`);
  } catch (error) {
    throw unavailable(`Kafka: looking for topics at ${connection.brokers.join(',')}`, error);
  } finally {
    await admin.close();
  }
}

async function look(admin: Admin): Promise<Partial<PartitionCounts>> {
  const there = new Set(await admin.listTopics());
  const ours = Object.values(topics).filter((topic) => there.has(topic));
  if (ours.length === 0) return {};
  const { topics: described } = await admin.metadata({ topics: ours, forceUpdate: true });
  return Object.fromEntries(ours.map((topic) => [topic, described.get(topic)!.partitionsCount]));
}

const requestTimeoutMs = 15_000;
const deadlineMs = 30_000;

/**
 * Creates the topics that do not exist. Existing topics keep their replicas and retention.
 * @param replicas as for {@link topicSpecs}
 * @returns the topics that were created
 * @throws {UsageError} if a topic exists with another number of partitions, or does not store the append time
 * @throws {UnavailableError} if the brokers do not answer, or refuse
 */
export async function createTopics(
  connection: KafkaConnection,
  partitions: PartitionCounts,
  replicas?: number,
): Promise<readonly Topic[]> {
  // A new topic has no leader for a moment. A retry is harmless here.
  const options = clientOptions(connection, 'offbeat-topics', requestTimeoutMs);
  const admin = new Admin({ ...options, retries: 10, retryDelay: 200 });
  try {
    const making = ensureAll(admin, topicSpecs(partitions, replicas));
    return await withDeadline(making, deadlineMs, 'Kafka: the topics were not made');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unavailable('Kafka: creating topics', error);
  } finally {
    await admin.close();
  }
}

/** Returns {@link createTopics} as a port. */
export const kafkaTopicAdmin = (connection: KafkaConnection): TopicAdmin => ({
  create: (partitions, replicas) => createTopics(connection, partitions, replicas),
});

async function ensureAll(admin: Admin, specs: readonly TopicSpec[]): Promise<readonly Topic[]> {
  const before = new Set(await admin.listTopics());
  const missing = specs.filter(({ topic }) => !before.has(topic));
  for (const spec of missing) await create(admin, spec);
  await check(admin, specs);
  return missing.map(({ topic }) => topic);
}

async function create(admin: Admin, { topic, partitions, replicas, configs }: TopicSpec): Promise<void> {
  try {
    await admin.createTopics({
      topics: [topic],
      partitions,
      ...(replicas === undefined ? {} : { replicas }),
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    });
  } catch (error) {
    // Another process created it at the same time.
    if (!hasApiId(error, 'TOPIC_ALREADY_EXISTS')) throw error;
  }
}

async function check(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const names = specs.map(({ topic }) => topic);
  const metadata = await admin.metadata({ topics: [...names], forceUpdate: true });
  const described = await admin.describeConfigs({
    resources: names.map((resourceName) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: ['message.timestamp.type'],
    })),
  });
  for (const { topic, partitions } of specs) {
    const count = metadata.topics.get(topic)?.partitionsCount;
    if (count !== partitions) {
      throw new UsageError(
        `topic ${topic}: expected ${partitions} partitions, got ${count}; they are fixed for its life`,
      );
    }
    const type = described.find(({ resourceName }) => resourceName === topic)?.configs[0]?.value;
    if (type !== 'LogAppendTime') {
      throw new UsageError(
        `topic ${topic}: expected message.timestamp.type LogAppendTime, got ${type}; ${appendTimeRemedy(topic)}`,
      );
    }
  }
}
