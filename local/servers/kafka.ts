import { kafkaConnectionOf } from '../../functions/shared/adapters/kafka/connect.ts';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics, existingPartitions } from '../../functions/shared/adapters/kafka/topics.ts';
import { durationSchema } from '../../functions/shared/domain/duration-schema.ts';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { partitionsMax } from '../../functions/shared/domain/lane.ts';
import { quotedOrWithheld } from '../../functions/shared/domain/withheld.ts';
import { kafkaBrokers } from '../../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../../functions/shared/environment/variables.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { onePartitionEach, type PartitionCounts, type Topic } from '../../functions/shared/log/topics.ts';
import type { Secrets } from '../../functions/shared/ports/secrets.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { kafkaBroker } from '../kafka/broker.ts';
import { groupsOfFlow } from '../kafka/groups-view.ts';
import { LogReader } from '../kafka/log-reader.ts';
import type { GroupTimes } from '../kafka/member.ts';
import type { StageBroker } from '../lambda/stage-broker.ts';
import { reachServer } from './unreachable.ts';

/** A connected Kafka cluster. */
export interface KafkaServer {
  readonly eventLog: KafkaEventLog;
  readonly broker: StageBroker;
  readonly reader: LogReader;
  readonly layout: Layout;
  /** The brokers, and the prefix if there is one, for people. */
  readonly address: string;
}

export interface KafkaServerOptions {
  readonly env: Environment;
  readonly secrets: Secrets;
  readonly telemetry: Telemetry;
  /** @see KafkaBrokerOptions.soleReaderBecause */
  readonly soleReaderBecause: string | undefined;
}

const partitionsVariable = 'OFFBEAT_KAFKA_PARTITIONS';
/** The variable with the beginning of the consumer groups' names, after the prefix. */
const groupVariable = 'OFFBEAT_KAFKA_GROUP';
/** The variable with the time after which the partitions of a process that died go to another. */
const sessionVariable = 'OFFBEAT_KAFKA_SESSION';
/** The shortest session that can be set. Brokers accept less than 6 s only if they are configured for it. */
const sessionMsMin = 1_000;
/** The longest session that brokers accept. */
const sessionMsMax = 30 * minuteMs;
const credentials = 'see OFFBEAT_KAFKA_SASL, OFFBEAT_KAFKA_USERNAME and OFFBEAT_KAFKA_PASSWORD in docs/on-premises.md';

/**
 * Connects to the Kafka cluster that `OFFBEAT_KAFKA_BROKERS` names, and makes the topics that do not exist. Existing topics
 * keep their partitions.
 * @throws {UnavailableError} if it does not answer, or refuses the credentials
 * @throws {UsageError} if a variable is wrong
 */
export async function openKafka(options: KafkaServerOptions): Promise<KafkaServer> {
  const { env, secrets, telemetry, soleReaderBecause } = options;
  const connection = kafkaConnectionOf(env, secrets);
  const wanted = partitionsOf(env);
  const times = timesOf(env);
  const stages = groupsOfFlow(optional(env, groupVariable));
  await checkLogin(connection);
  const server = { variable: kafkaBrokers, credentials, trust: 'name its authority in OFFBEAT_KAFKA_CA' };
  const partitions = await reachServer(server, async () => {
    const counts: PartitionCounts = { ...wanted, ...(await existingPartitions(connection)) };
    await createTopics(connection, counts);
    return counts;
  });
  return {
    eventLog: kafkaEventLog(connection),
    broker: kafkaBroker({ connection, stages, telemetry, soleReaderBecause, times }),
    reader: new LogReader(connection),
    layout: { partitions },
    address: connection.brokers.join(',') + (connection.prefix === undefined ? '' : `, prefix ${connection.prefix}`),
  };
}

/** Returns the times of the session that is set. A heartbeat each tenth of it, so that some may get lost. */
function timesOf(env: Environment): GroupTimes | undefined {
  const text = optional(env, sessionVariable);
  if (text === undefined) return undefined;
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success || parsed.data < sessionMsMin || parsed.data > sessionMsMax) {
    throw new UsageError(`${sessionVariable}: expected a duration from 1s to 30m, got ${quotedOrWithheld(text)}`);
  }
  return { sessionMs: parsed.data, heartbeatMs: Math.min(3_000, parsed.data / 10) };
}

/** Reads the references to secrets once, so that a wrong one is reported by its own error and not as a failed log-in. */
async function checkLogin({ sasl }: KafkaConnection): Promise<void> {
  if (sasl === undefined || !('password' in sasl)) return;
  if (typeof sasl.username !== 'string') await checkReference('OFFBEAT_KAFKA_USERNAME', sasl.username);
  await checkReference('OFFBEAT_KAFKA_PASSWORD', sasl.password);
}

async function checkReference(variable: string, read: () => Promise<string>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${variable}: ${error.message}`, { cause: error });
  }
}

/** Returns the partition counts for topics that do not exist. Dead letters need no more than one partition. */
function partitionsOf(env: Environment): PartitionCounts {
  const text = optional(env, partitionsVariable) ?? '1';
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > partitionsMax) {
    throw new UsageError(
      `${partitionsVariable}: expected a whole number from 1 to ${partitionsMax}, got ${quotedOrWithheld(text)}`,
    );
  }
  const names = Object.keys(onePartitionEach) as Topic[];
  const counts = Object.fromEntries(names.map((topic) => [topic, count])) as Record<Topic, number>;
  return { ...counts, 'offbeat.dead-letters': 1 };
}
