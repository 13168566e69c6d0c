import { Admin, ConfigResourceTypes, ListOffsetTimestamps } from '@platformatic/kafka';
import { UsageError } from '../../domain/errors.ts';
import { kafkaNames } from '../../log/kafka-names.ts';
import { messageBytesMax, type PartitionCounts, retentionMs, type Topic, topics } from '../../log/topics.ts';
import type { TopicsSetUp } from '../../ports/kafka-admin.ts';
import { clientOptions, type KafkaConnection, withDeadline } from './connection.ts';
import { DelayedRetries } from './delayed-retries.ts';
import { hasApiId, unavailable } from './errors.ts';
import { checkTopic } from './existing-topic.ts';

/** A topic with the configuration with which it is created. */
export interface TopicSpec {
  readonly topic: Topic;
  /** The name on the brokers, with the prefix of the deployment. */
  readonly name: string;
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
 * The size at which a segment ends. Retention deletes whole segments, and a disk has one more of each partition than the
 * retention explains: Kafka's gibibyte would be a tenth of a small disk.
 */
const segmentBytes = 128 * 1_024 * 1_024;

/**
 * Returns all topics with their configurations.
 * @param replicas the number of replicas of each topic, of which one may be missing while records are accepted. Without it
 *   the cluster's defaults apply.
 * @param prefix the prefix of the deployment's topics and groups
 */
export function topicSpecs(partitions: PartitionCounts, replicas?: number, prefix?: string): readonly TopicSpec[] {
  const names = kafkaNames(prefix);
  return Object.values(topics).map((topic) => ({
    topic,
    name: names.topic(topic),
    partitions: partitions[topic],
    ...(replicas === undefined ? {} : { replicas }),
    configs: {
      ...(replicas === undefined ? {} : { 'min.insync.replicas': String(Math.max(1, replicas - 1)) }),
      'cleanup.policy': 'delete',
      'retention.ms': String(retentionMs[topic]),
      'segment.bytes': String(segmentBytes),
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
    const looking = look(admin, connection.prefix);
    return await withDeadline(looking, 2 * lookTimeoutMs, `Kafka: ${connection.brokers.join(',')}: no answer`);
  } catch (error) {
    throw unavailable(`Kafka: looking for topics at ${connection.brokers.join(',')}`, error);
  } finally {
    await admin.close();
  }
}

async function look(admin: Admin, prefix: string | undefined): Promise<Partial<PartitionCounts>> {
  const names = kafkaNames(prefix);
  const there = new Set(await admin.listTopics());
  const ours = Object.values(topics).filter((topic) => there.has(names.topic(topic)));
  if (ours.length === 0) return {};
  const { topics: described } = await admin.metadata({ topics: ours.map(names.topic), forceUpdate: true });
  return Object.fromEntries(ours.map((topic) => [topic, described.get(names.topic(topic))!.partitionsCount]));
}

const requestTimeoutMs = 15_000;
const deadlineMs = 30_000;

/**
 * Creates the topics that do not exist, and waits until they take records. Existing topics keep their replicas and retention.
 * @param replicas as for {@link topicSpecs}
 * @throws {UsageError} if a topic exists with another number of partitions or fewer replicas, or does not store the append
 *   time
 * @throws {UnavailableError} if the brokers do not answer, or refuse
 */
export async function createTopics(
  connection: KafkaConnection,
  partitions: PartitionCounts,
  replicas?: number,
): Promise<TopicsSetUp> {
  // A new topic has no leader for a moment. A retry is harmless here.
  const options = clientOptions(connection, 'offbeat-topics', requestTimeoutMs);
  const retries = new DelayedRetries();
  const admin = new Admin({ ...options, ...retries.options });
  try {
    const making = ensureAll(admin, topicSpecs(partitions, replicas, connection.prefix));
    return await withDeadline(making, deadlineMs, 'Kafka: the topics were not made');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw retries.explained(unavailable('Kafka: creating topics', error));
  } finally {
    await admin.close();
  }
}

async function ensureAll(admin: Admin, specs: readonly TopicSpec[]): Promise<TopicsSetUp> {
  const before = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !before.has(name));
  // What would refuse the deployment does so before it has changed anything.
  if (missing.length < specs.length) await check(admin, except(specs, missing));
  for (const spec of missing) await create(admin, spec);
  const warnings = await check(admin, specs);
  await untilLed(admin, missing);
  return { created: missing.map(({ topic }) => topic), warnings };
}

const except = <Item>(items: readonly Item[], left: readonly Item[]): Item[] =>
  items.filter((item) => !left.includes(item));

async function create(admin: Admin, { name: topic, partitions, replicas, configs }: TopicSpec): Promise<void> {
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

/**
 * Waits until each partition answers. A broker tells a new partition's leader before that leader takes records, and an append
 * in between is refused.
 */
async function untilLed(admin: Admin, made: readonly TopicSpec[]): Promise<void> {
  if (made.length === 0) return;
  const timestamp = ListOffsetTimestamps.LATEST;
  const topics = made.map(({ name, partitions }) => ({
    name,
    partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
  }));
  await admin.listOffsets({ topics });
}

/** Returns the warnings about existing topics. @throws as {@link checkTopic} */
async function check(admin: Admin, specs: readonly TopicSpec[]): Promise<readonly string[]> {
  const names = specs.map(({ name }) => name);
  const metadata = await admin.metadata({ topics: [...names], forceUpdate: true });
  const described = await admin.describeConfigs({
    resources: names.map((resourceName) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: ['message.timestamp.type'],
    })),
  });
  return specs.flatMap((spec) => {
    const partitions = metadata.topics.get(spec.name)?.partitions ?? [];
    const timestampType = described.find(({ resourceName }) => resourceName === spec.name)?.configs[0]?.value;
    const replicas = partitions.map((partition) => partition.replicas.length);
    return checkTopic(spec, { replicas, timestampType: timestampType ?? undefined }) ?? [];
  });
}
