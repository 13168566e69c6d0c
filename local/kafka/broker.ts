import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import type { StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { StageBroker } from '../lambda/stage-broker.ts';
import { GroupReader } from './group-reader.ts';
import { GroupsView, type GroupTopics } from './groups-view.ts';
import type { GroupTimes } from './member.ts';

export interface KafkaBrokerOptions {
  readonly connection: KafkaConnection;
  /** The stages with the topics that they read, in the order of the flow. */
  readonly stages: readonly GroupTopics[];
  readonly telemetry: Telemetry;
  readonly times?: GroupTimes | undefined;
  /**
   * The reason why only this process may read, as the end of a sentence.
   *
   * @default undefined: other processes may read too
   */
  readonly soleReaderBecause?: string | undefined;
  /** Gets the partitions of a stage that this process reads, whenever they change. */
  readonly onAssignment?: (stage: string, partitions: readonly TopicPartition[]) => void;
}

/**
 * The default times. The partitions of a process that was killed wait for the session to end; a process that only pauses
 * should not lose them.
 */
const timesDefault: GroupTimes = { sessionMs: 10_000, heartbeatMs: 1_000 };
/** Milliseconds after the end of a session within which the brokers notice it. */
const noticedWithinMs = 5_000;
const lookAgainMs = 500;

/**
 * Returns a broker that reads with one consumer group for each stage. Processes that join the groups share the partitions.
 * Nothing is connected before `join`.
 */
export function kafkaBroker(options: KafkaBrokerOptions): StageBroker {
  return new KafkaBroker(options);
}

class KafkaBroker implements StageBroker {
  readonly #readers: ReadonlyMap<string, GroupReader>;
  readonly #groups: GroupsView;
  readonly #telemetry: Telemetry;
  readonly #sessionMs: number;
  readonly #soleReaderBecause: string | undefined;
  /** The number of partitions that each group assigned to this process. */
  readonly #shares = new Map<string, number>();
  #joined: Promise<void> | undefined;

  constructor({ connection, stages, telemetry, soleReaderBecause, onAssignment, ...options }: KafkaBrokerOptions) {
    const times = options.times ?? timesDefault;
    const names = kafkaNames(connection.prefix);
    this.#readers = new Map(
      stages.map(({ stage, group, topics }) => {
        const groupId = names.group(group);
        const report = (partitions: readonly TopicPartition[]) => {
          this.#checkShare(groupId, partitions.length);
          onAssignment?.(stage, partitions);
        };
        return [stage, new GroupReader({ connection, stage, groupId, topics, times, telemetry, onAssignment: report })];
      }),
    );
    this.#groups = new GroupsView(connection, stages);
    this.#telemetry = telemetry;
    this.#sessionMs = times.sessionMs;
    this.#soleReaderBecause = soleReaderBecause;
  }

  source(stage: string): StageSource {
    const reader = this.#readers.get(stage);
    if (reader === undefined) throw new Error(`no stage "${stage}" reads from this broker`);
    return reader;
  }

  join(signal?: AbortSignal): Promise<void> {
    this.#joined ??= this.#soleReaderBecause === undefined ? this.#open() : this.#openAlone(signal);
    return this.#joined;
  }

  async #open(): Promise<void> {
    const opened = await Promise.allSettled([...this.#readers.values()].map((reader) => reader.open()));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #openAlone(signal: AbortSignal | undefined): Promise<void> {
    await this.#waitUntilAlone(signal);
    await this.#open();
    // Of several processes that started at once, each saw no other. Only the leader of the first group continues.
    const [first] = this.#readers.values();
    const shared = await this.#groupOfMoreThan(1);
    if (shared !== undefined && first?.isLeader === false) throw this.#refusal(shared);
  }

  /** Waits until no group has a member. A process that was killed counts as a member until its session is over. */
  async #waitUntilAlone(signal: AbortSignal | undefined): Promise<void> {
    const mostMs = this.#sessionMs + noticedWithinMs;
    const endsAtMs = performance.now() + mostMs;
    let isReported = false;
    for (;;) {
      const group = await this.#groupOfMoreThan(0);
      if (group === undefined) return;
      if (performance.now() > endsAtMs) throw this.#refusal(group);
      if (!isReported) {
        const seconds = mostMs / 1_000;
        this.#telemetry.warn(
          `another offbeat reads from this Kafka (group ${group}), or was killed a moment ago: waiting up to ${seconds} s for its session to end`,
        );
      }
      isReported = true;
      await delay(lookAgainMs, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** Reports an error if another process takes partitions over although it cannot read the state of this one. */
  #checkShare(group: string, share: number): void {
    const before = this.#shares.get(group) ?? 0;
    this.#shares.set(group, share);
    if (this.#soleReaderBecause === undefined || share === 0 || share >= before) return;
    this.#telemetry.error(this.#refusal(group).message);
  }

  async #groupOfMoreThan(members: number): Promise<string | undefined> {
    const shared = [...(await this.#groups.members())].find(([, found]) => found > members);
    return shared?.[0];
  }

  #refusal(group: string): UsageError {
    return new UsageError(
      `another offbeat reads from this Kafka (group ${group}), and ${this.#soleReaderBecause}; stop it`,
    );
  }

  isSettled(): Promise<boolean> {
    return this.#groups.isSettled();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
    await this.#groups.close();
  }
}
