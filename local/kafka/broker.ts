import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { StageBroker } from '../stage-broker.ts';
import { GroupReader, groupOf } from './group-reader.ts';
import { GroupsView, type GroupTopics } from './groups-view.ts';
import type { GroupTimes } from './member.ts';

export interface KafkaBrokerOptions {
  readonly connection: KafkaConnection;
  /** What each stage reads, in the order of the flow. */
  readonly stages: readonly GroupTopics[];
  readonly telemetry: Telemetry;
  readonly times?: GroupTimes;
  /**
   * Why no other process may read beside this one, as the end of a sentence; `undefined` where others may.
   *
   * @default others may
   */
  readonly aloneBecause?: string | undefined;
  /** Told the partitions of a stage that this process reads, whenever they change. */
  readonly onAssignment?: (stage: string, partitions: readonly TopicPartition[]) => void;
}

const timesDefault: GroupTimes = { sessionMs: 30_000, heartbeatMs: 3_000 };

/**
 * One consumer group for each stage, `offbeat-<stage>`. Processes that join them share the partitions. Nothing is
 * connected before `join`.
 */
export function kafkaBroker(options: KafkaBrokerOptions): StageBroker {
  return new KafkaBroker(options);
}

class KafkaBroker implements StageBroker {
  readonly #readers: ReadonlyMap<string, GroupReader>;
  readonly #groups: GroupsView;
  readonly #sessionMs: number;
  readonly #aloneBecause: string | undefined;
  #joined: Promise<void> | undefined;

  constructor({ connection, stages, telemetry, times = timesDefault, aloneBecause, onAssignment }: KafkaBrokerOptions) {
    this.#readers = new Map(
      stages.map(({ stage, topics }) => {
        const tell = (partitions: readonly TopicPartition[]) => onAssignment?.(stage, partitions);
        return [stage, new GroupReader({ connection, stage, topics, times, telemetry, onAssignment: tell })];
      }),
    );
    this.#groups = new GroupsView(connection, stages);
    this.#sessionMs = times.sessionMs;
    this.#aloneBecause = aloneBecause;
  }

  source(stage: string): StageSource {
    const reader = this.#readers.get(stage);
    if (reader === undefined) throw new Error(`no stage "${stage}" reads from this broker`);
    return reader;
  }

  /**
   * @throws {UnavailableError} if the brokers do not answer, or do not let it in
   * @throws {UsageError} if another process is there where none may be
   */
  join(): Promise<void> {
    this.#joined ??= this.#join();
    return this.#joined;
  }

  async #join(): Promise<void> {
    if (this.#aloneBecause !== undefined) await this.#expectMembers(0);
    const opened = await Promise.allSettled([...this.#readers.values()].map((reader) => reader.open()));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    // Two that started at once saw nobody, each of them.
    if (this.#aloneBecause !== undefined) await this.#expectMembers(1);
  }

  isSettled(): Promise<boolean> {
    return this.#groups.isSettled();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
    await this.#groups.close();
  }

  async #expectMembers(most: number): Promise<void> {
    const crowded = [...(await this.#groups.members())].find(([, members]) => members > most);
    if (crowded === undefined) return;
    throw new UsageError(
      `another offbeat reads from this Kafka (group ${groupOf(crowded[0])}), and ${this.#aloneBecause}; stop it ` +
        `(one that was killed is forgotten after ${this.#sessionMs / 1_000} s)`,
    );
  }
}
