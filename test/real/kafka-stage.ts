import type { Admin } from '@platformatic/kafka';
import { expect, vi } from 'vitest';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { decodeKafkaEvent, type KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import type { StageSource } from '../../functions/shared/ports/broker.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { kafkaBroker } from '../../local/kafka/broker.ts';
import { AssignedPollers } from '../../local/lambda/assigned-pollers.ts';
import type { PartitionPollerOptions } from '../../local/lambda/partition-poller.ts';
import { Poller } from '../../local/lambda/poller.ts';
import type { StageBroker } from '../../local/lambda/stage-broker.ts';
import { unique } from '../contract/unique.ts';
import { recreateTopics, testAdmin } from './kafka.ts';

export const partitions = [0, 1, 2, 3];
const partitionCounts = { ...onePartitionEach, [topics.samples]: partitions.length };
/** The shortest session that a broker allows, ms. */
const times = { sessionMs: 6_000, heartbeatMs: 200 };
export const patience = { timeout: 40_000, interval: 20 };

interface Handled {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly by: string;
}

/** A stage over an empty topic of samples, and the appended records that its processes received. */
export class KafkaStage {
  readonly name = unique('stage');
  readonly connection: KafkaConnection;
  readonly handled: Handled[] = [];
  readonly processes = new Set<StageProcess>();
  readonly #log: KafkaEventLog;
  readonly #admin: Admin;
  /** The records of each partition. */
  #sent = 0;
  /** The time at which the topic was created again; records of the one before do not count any more. */
  #madeMs = 0;

  static async open(connection: KafkaConnection): Promise<KafkaStage> {
    await recreateTopics(connection, partitionCounts);
    return new KafkaStage(connection);
  }

  private constructor(connection: KafkaConnection) {
    this.connection = connection;
    this.#log = kafkaEventLog(connection);
    this.#admin = testAdmin(connection);
  }

  /** The offset that each partition's next record gets. */
  get end(): number {
    return this.#sent;
  }

  /** Starts one more process of the stage. */
  async start(name: string, options: Partial<PartitionPollerOptions> = {}): Promise<StageProcess> {
    const stages = [{ stage: this.name, group: `offbeat-${this.name}`, topics: [topics.samples] }];
    const { connection } = this;
    const broker = kafkaBroker({ connection, stages, telemetry: silentTelemetry, times });
    await broker.join();
    const process = new StageProcess(this, broker, name, options);
    process.poller.start();
    return process;
  }

  /** Appends `count` records to every partition. */
  async append(count: number): Promise<void> {
    const records = Array.from({ length: count * partitions.length }, (_, at) => ({
      topic: topics.samples,
      partition: at % partitions.length,
      key: null,
      value: Buffer.from('{}'),
      headers: {},
    }));
    expect(await this.#log.append(records)).toEqual([]);
    this.#sent += count;
  }

  /** Deletes the topic with all its records, and creates it again. */
  async recreate(): Promise<void> {
    await this.#admin.deleteTopics({ topics: [topics.samples] });
    this.#madeMs = Date.now();
    await createTopics(this.connection, partitionCounts);
    this.#sent = 0;
  }

  /** Returns the offset that the group has committed of each partition; NaN where there is none. */
  async committed(): Promise<number[]> {
    const wanted = { name: topics.samples, partitionIndexes: [...partitions] };
    const groups = [{ groupId: `offbeat-${this.name}`, topics: [wanted] }];
    const [group] = await this.#admin.listConsumerGroupOffsets({ groups });
    const found = group!.topics[0]?.partitions ?? [];
    return partitions.map((index) =>
      Number(found.find(({ partitionIndex }) => partitionIndex === index)?.committedOffset),
    );
  }

  /** Waits until everything that was appended is committed. */
  async allCommitted(): Promise<void> {
    const ends = partitions.map(() => this.#sent);
    await vi.waitFor(async () => expect(await this.committed()).toEqual(ends), patience);
  }

  /** Returns the records in the order in which they were handed over. */
  offsetsOf(partition: number, by?: string): number[] {
    const ofTopic = this.handled.filter(({ timestampMs }) => timestampMs >= this.#madeMs);
    const ofPartition = ofTopic.filter((one) => one.partition === partition && (by ?? one.by) === one.by);
    return ofPartition.map(({ offset }) => offset);
  }

  /** Expects every record at least once, and each for the first time in its order. */
  expectAllInOrder(): void {
    const all = Array.from({ length: this.#sent }, (_, offset) => offset);
    for (const partition of partitions) expect([...new Set(this.offsetsOf(partition))]).toEqual(all);
  }

  async close(): Promise<void> {
    await Promise.all([...this.processes].map((process) => process.stop()));
    await Promise.all([this.#log.close(), this.#admin.close()]);
  }
}

/** A process of several that share the partitions, as separate processes would. */
export class StageProcess {
  readonly broker: StageBroker;
  readonly assigned: AssignedPollers;
  readonly poller: Poller;
  readonly #stage: KafkaStage;
  readonly #source: StageSource;

  constructor(stage: KafkaStage, broker: StageBroker, name: string, options: Partial<PartitionPollerOptions>) {
    this.#stage = stage;
    this.broker = broker;
    this.#source = broker.source(stage.name);
    const defaults = { group: stage.name, batchSize: 20, windowMs: 10, bisect: true, invoke: async () => {} };
    const all = { ...defaults, ...options };
    const invoke = async (event: KafkaEvent) => {
      await all.invoke(event);
      for (const { partition, records } of decodeKafkaEvent(event)) {
        for (const { offset, timestampMs } of records) stage.handled.push({ partition, offset, timestampMs, by: name });
      }
    };
    const assigned = new AssignedPollers(this.#source, { ...all, invoke }, systemClock);
    this.assigned = assigned;
    const polled = {
      name: stage.name,
      get sources() {
        return assigned.pollers;
      },
    };
    this.poller = new Poller([polled], systemClock, silentTelemetry);
    stage.processes.add(this);
  }

  get trouble(): string | undefined {
    return this.#source.trouble;
  }

  get partitions(): number[] {
    return this.#source.assigned.map(({ partition }) => partition).sort();
  }

  async stop(): Promise<void> {
    this.#stage.processes.delete(this);
    await this.poller.stop();
    await this.broker.close();
  }
}
