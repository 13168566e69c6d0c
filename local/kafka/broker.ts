import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { StageBroker } from '../lambda/stage-broker.ts';
import { GroupReader } from './group-reader.ts';
import { GroupsView, type GroupTopics } from './groups-view.ts';
import type { GroupTimes } from './member.ts';

export interface KafkaBrokerOptions {
  readonly connection: KafkaConnection;
  /** What each stage reads, in the order of the flow. */
  readonly stages: readonly GroupTopics[];
  readonly telemetry: Telemetry;
  readonly times?: GroupTimes | undefined;
  /**
   * Why no other process may read beside this one, as the end of a sentence; `undefined` where others may.
   *
   * @default others may
   */
  readonly soleReaderBecause?: string | undefined;
  /** Told the partitions of a stage that this process reads, whenever they change. */
  readonly onAssignment?: (stage: string, partitions: readonly TopicPartition[]) => void;
}

/** Partitions of a process that was killed wait for so long; one that only pauses should not lose them. */
const timesDefault: GroupTimes = { sessionMs: 10_000, heartbeatMs: 1_000 };
/** Beyond a session: brokers look now and then. */
const forgottenLateMs = 5_000;
const lookAgainMs = 500;

/**
 * One consumer group for each stage. Processes that join them share the partitions. Nothing is
 * connected before `join`.
 */
export function kafkaBroker(options: KafkaBrokerOptions): StageBroker {
  return new KafkaBroker(options);
}

class KafkaBroker implements StageBroker {
  readonly #readers: ReadonlyMap<string, GroupReader>;
  readonly #groups: GroupsView;
  readonly #telemetry: Telemetry;
  readonly #sessionMs: number;
  readonly #aloneBecause: string | undefined;
  /** How many partitions each group gave this process. */
  readonly #shares = new Map<string, number>();
  #joined: Promise<void> | undefined;

  constructor({
    connection,
    stages,
    telemetry,
    soleReaderBecause: aloneBecause,
    onAssignment,
    ...options
  }: KafkaBrokerOptions) {
    const times = options.times ?? timesDefault;
    this.#readers = new Map(
      stages.map(({ stage, group: groupId, topics }) => {
        const tell = (partitions: readonly TopicPartition[]) => {
          this.#lookForOthers(groupId, partitions.length);
          onAssignment?.(stage, partitions);
        };
        return [stage, new GroupReader({ connection, stage, groupId, topics, times, telemetry, onAssignment: tell })];
      }),
    );
    this.#groups = new GroupsView(connection, stages);
    this.#telemetry = telemetry;
    this.#sessionMs = times.sessionMs;
    this.#aloneBecause = aloneBecause;
  }

  source(stage: string): StageSource {
    const reader = this.#readers.get(stage);
    if (reader === undefined) throw new Error(`no stage "${stage}" reads from this broker`);
    return reader;
  }

  join(signal?: AbortSignal): Promise<void> {
    this.#joined ??= this.#aloneBecause === undefined ? this.#open() : this.#openAlone(signal);
    return this.#joined;
  }

  async #open(): Promise<void> {
    const opened = await Promise.allSettled([...this.#readers.values()].map((reader) => reader.open()));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #openAlone(signal: AbortSignal | undefined): Promise<void> {
    await this.#waitUntilForgotten(signal);
    await this.#open();
    // Of several that started at once each saw nobody. The one that the first group takes for its first goes on.
    const [first] = this.#readers.values();
    const crowded = await this.#groupOfMoreThan(1);
    if (crowded !== undefined && first?.isLeader === false) throw this.#refusal(crowded);
  }

  /** One that was killed is a member until its session is over, and looks like one that lives. */
  async #waitUntilForgotten(signal: AbortSignal | undefined): Promise<void> {
    const mostMs = this.#sessionMs + forgottenLateMs;
    const endsAtMs = performance.now() + mostMs;
    let told = false;
    for (;;) {
      const group = await this.#groupOfMoreThan(0);
      if (group === undefined) return;
      if (performance.now() > endsAtMs) throw this.#refusal(group);
      if (!told) {
        const seconds = mostMs / 1_000;
        this.#telemetry.warn(
          `another offbeat reads from this Kafka (group ${group}), or was killed a moment ago: waiting up to ${seconds} s until it is gone`,
        );
      }
      told = true;
      await delay(lookAgainMs, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** One that was told nothing of this one's state takes some of the partitions, and sees nothing wrong in it. */
  #lookForOthers(group: string, share: number): void {
    const before = this.#shares.get(group) ?? 0;
    this.#shares.set(group, share);
    if (this.#aloneBecause === undefined || share === 0 || share >= before) return;
    this.#telemetry.error(this.#refusal(group).message);
  }

  async #groupOfMoreThan(members: number): Promise<string | undefined> {
    const crowded = [...(await this.#groups.members())].find(([, found]) => found > members);
    return crowded?.[0];
  }

  #refusal(group: string): UsageError {
    return new UsageError(`another offbeat reads from this Kafka (group ${group}), and ${this.#aloneBecause}; stop it`);
  }

  isSettled(): Promise<boolean> {
    return this.#groups.isSettled();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
    await this.#groups.close();
  }
}
