import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import type { Broker } from '../../functions/shared/ports/broker.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { GroupReader } from './group-reader.ts';
import type { GroupTimes, TopicPartition } from './member.ts';

export interface KafkaBrokerOptions {
  readonly connection: KafkaConnection;
  /** What each stage reads. */
  readonly stages: readonly { readonly name: string; readonly topics: readonly string[] }[];
  readonly telemetry: Telemetry;
  readonly times?: GroupTimes;
  /** Told the partitions of a stage that this process reads, whenever they change. */
  readonly onAssignment?: (stage: string, partitions: readonly TopicPartition[]) => void;
}

export interface KafkaBroker {
  /** What lanes of the stage read and commit through. @see AssignedLanes */
  source(stage: string): KafkaSource;
  /** Leaves the groups. To be called when nothing is in flight any more: the poller was stopped. */
  close(): Promise<void>;
}

export interface KafkaSource extends Broker {
  /** The partitions that this process can read now. */
  readonly assigned: readonly TopicPartition[];
}

const timesDefault: GroupTimes = { sessionMs: 30_000, heartbeatMs: 3_000 };

/**
 * Joins one consumer group for each stage, `offbeat-<stage>`. Processes that do so share the partitions.
 * @throws {UnavailableError} if the brokers do not answer, or do not let it in
 */
export async function openKafkaBroker(options: KafkaBrokerOptions): Promise<KafkaBroker> {
  const { connection, stages, telemetry, times = timesDefault, onAssignment } = options;
  const readers = new Map(
    stages.map(({ name, topics }) => {
      const tell = (partitions: readonly TopicPartition[]) => onAssignment?.(name, partitions);
      return [name, new GroupReader({ connection, stage: name, topics, times, telemetry, onAssignment: tell })];
    }),
  );
  const close = async () => {
    await Promise.all([...readers.values()].map((reader) => reader.close()));
  };
  const opened = await Promise.allSettled([...readers.values()].map((reader) => reader.open()));
  const failed = opened.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return {
    source(stage) {
      const reader = readers.get(stage);
      if (reader === undefined) throw new Error(`no stage "${stage}" reads from this broker`);
      return reader;
    },
    close,
  };
}
