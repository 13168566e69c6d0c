import { Admin } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientOptions } from '../../functions/shared/adapters/kafka/connection.ts';
import { type KafkaEventLog, kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { decodeKafkaEvent, type KafkaEvent } from '../../functions/shared/domain/kafka-event.ts';
import { onePartitionEach, topics } from '../../functions/shared/domain/topics.ts';
import type { StageSource } from '../../functions/shared/ports/broker.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { AssignedLanes } from '../../local/assigned-lanes.ts';
import { kafkaBroker } from '../../local/kafka/broker.ts';
import type { LaneOptions } from '../../local/lane.ts';
import { Poller } from '../../local/poller.ts';
import type { StageBroker } from '../../local/stage-broker.ts';
import { type KafkaServer, startKafka } from './kafka-server.ts';

const partitions = [0, 1, 2, 3];
/** As short as a broker allows. */
const times = { sessionMs: 6_000, heartbeatMs: 200 };
const patience = { timeout: 40_000, interval: 20 };

interface Handled {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly by: string;
}

describe('consumer groups on a real broker', () => {
  let kafka: KafkaServer;
  let log: KafkaEventLog;
  let admin: Admin;
  let stage = 'stage-0';
  let nth = 0;
  const open = new Set<Process>();
  const handled: Handled[] = [];
  const sent = new Map<number, number>(partitions.map((partition) => [partition, 0]));

  beforeAll(async () => {
    kafka = await startKafka();
    await createTopics(kafka.connection, { ...onePartitionEach, [topics.samples]: partitions.length });
    log = kafkaEventLog(kafka.connection);
    admin = new Admin({ ...clientOptions(kafka.connection, 'test', 10_000), retries: 10, retryDelay: 200 });
  });
  afterEach(async () => {
    await Promise.all([...open].map((process) => process.stop()));
    handled.length = 0;
    // A group of its own for each test; it reads all there is, which is as good.
    nth += 1;
    stage = `stage-${nth}`;
  });
  afterAll(async () => {
    await Promise.all([log?.close(), admin?.close()]);
    await kafka?.close();
  });

  /** One of several that share the partitions, as separate processes would. */
  class Process {
    readonly name: string;
    readonly broker: StageBroker;
    readonly source: StageSource;
    readonly lanes: AssignedLanes;
    readonly poller: Poller;

    constructor(name: string, broker: StageBroker, options: Partial<LaneOptions>) {
      this.name = name;
      this.broker = broker;
      this.source = broker.source(stage);
      const defaults = { group: stage, batchSize: 20, windowMs: 10, bisect: true, invoke: async () => {} };
      const all = { ...defaults, ...options };
      const invoke = async (event: KafkaEvent) => {
        await all.invoke(event);
        for (const { partition, records } of decodeKafkaEvent(event)) {
          for (const { offset, timestampMs } of records) handled.push({ partition, offset, timestampMs, by: name });
        }
      };
      const lanes = new AssignedLanes(this.source, { ...all, invoke }, systemClock);
      this.lanes = lanes;
      const polled = {
        name: stage,
        get lanes() {
          return lanes.lanes;
        },
      };
      this.poller = new Poller([polled], systemClock, silentTelemetry);
      open.add(this);
    }

    get partitions(): number[] {
      return this.source.assigned.map(({ partition }) => partition).sort();
    }

    async stop(): Promise<void> {
      open.delete(this);
      await this.poller.stop();
      await this.broker.close();
    }
  }

  async function start(name: string, options: Partial<LaneOptions> = {}): Promise<Process> {
    const stages = [{ stage, topics: [topics.samples] }];
    const broker = kafkaBroker({ connection: kafka.connection, stages, telemetry: silentTelemetry, times });
    await broker.join();
    const process = new Process(name, broker, options);
    process.poller.start();
    return process;
  }

  async function append(count: number): Promise<void> {
    const records = Array.from({ length: count * partitions.length }, (_, at) => ({
      topic: topics.samples,
      partition: at % partitions.length,
      key: null,
      value: Buffer.from('{}'),
      headers: {},
    }));
    expect(await log.append(records)).toEqual([]);
    for (const partition of partitions) sent.set(partition, sent.get(partition)! + count);
  }

  async function committed(): Promise<number[]> {
    const groups = [
      { groupId: `offbeat-${stage}`, topics: [{ name: topics.samples, partitionIndexes: [...partitions] }] },
    ];
    const [group] = await admin.listConsumerGroupOffsets({ groups });
    const found = group!.topics[0]?.partitions ?? [];
    return partitions.map((index) =>
      Number(found.find(({ partitionIndex }) => partitionIndex === index)?.committedOffset),
    );
  }

  const ends = () => partitions.map((partition) => sent.get(partition)!);
  const allCommitted = () => vi.waitFor(async () => expect(await committed()).toEqual(ends()), patience);
  const offsetsOf = (partition: number, by?: string) =>
    handled.filter((one) => one.partition === partition && (by ?? one.by) === one.by).map(({ offset }) => offset);

  /** Every record at least once, and each for the first time in its order. */
  function expectAllInOrder(): void {
    for (const partition of partitions) {
      const all = Array.from({ length: sent.get(partition)! }, (_, offset) => offset);
      expect([...new Set(offsetsOf(partition))]).toEqual(all);
    }
  }

  it('reads a new group from the first record on, in order and in broker time, and commits it', async () => {
    await append(50);
    const one = await start('one');
    await allCommitted();
    expectAllInOrder();
    expect(one.partitions).toEqual(partitions);
    expect(handled).toHaveLength(50 * partitions.length);
    expect(handled.every(({ timestampMs }) => timestampMs > 1_700_000_000_000)).toBe(true);
    await vi.waitFor(() => expect(one.lanes.lanes.map(({ lagRecords }) => lagRecords)).toEqual([0, 0, 0, 0]), patience);
  });

  it('goes on where it stopped, and hands nothing over twice', async () => {
    await append(20);
    const one = await start('one');
    await allCommitted();
    await one.stop();
    const before = handled.length;
    await append(20);
    await start('two');
    await allCommitted();
    expect(handled.length - before).toBe(20 * partitions.length);
    expectAllInOrder();
  });

  it('shares the partitions of a group among its processes, and gives them back when one leaves', async () => {
    const [one, two] = [await start('one'), await start('two')];
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    await append(30);
    await allCommitted();
    expect([...one.partitions, ...two.partitions].sort()).toEqual(partitions);
    await two.stop();
    await vi.waitFor(() => expect(one.partitions).toEqual(partitions), patience);
    await append(30);
    await allCommitted();
    expectAllInOrder();
  });

  it('loses nothing when a process leaves with a batch in flight, which another reads again', async () => {
    await append(30);
    const gate = Promise.withResolvers<void>();
    const inFlight = Promise.withResolvers<number>();
    let isGated = false;
    const one = await start('one');
    const two = await start('two', {
      invoke: async (event) => {
        if (!isGated) return;
        inFlight.resolve(decodeKafkaEvent(event)[0]!.partition);
        await gate.promise;
      },
    });
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    await allCommitted();
    isGated = true;
    await append(30);
    const partition = await inFlight.promise;
    // As if it were cut off: it leaves before its batch is done.
    await two.broker.close();
    await allCommitted();
    expect(offsetsOf(partition, 'one')).toContain(sent.get(partition)! - 1);
    gate.resolve();
    await two.stop();
    expect(await committed()).toEqual(ends());
    expectAllInOrder();
    expect(offsetsOf(partition).length).toBeGreaterThan(sent.get(partition)!);
  });

  it('lets a batch end whose partition went to a process that came, and each of them keeps the order', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = new Set<number>();
    const one = await start('one', {
      batchSize: 1_000,
      invoke: async (event) => {
        begun.add(decodeKafkaEvent(event)[0]!.partition);
        await gate.promise;
      },
    });
    await append(30);
    await vi.waitFor(() => expect(begun.size).toBe(1), patience);
    const two = await start('two');
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    gate.resolve();
    await append(30);
    await allCommitted();
    expectAllInOrder();
    for (const partition of partitions) {
      for (const by of ['one', 'two']) {
        const offsets = offsetsOf(partition, by);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
    }
  });

  it('hands a batch in again until it succeeds, and commits nothing before', async () => {
    let isDown = true;
    const one = await start('one', {
      invoke: async () => {
        if (isDown) throw new Error('down');
      },
    });
    await append(10);
    await vi.waitFor(() => expect(one.lanes.lanes.every(({ trouble }) => trouble !== undefined)).toBe(true), patience);
    expect((await committed()).every((offset) => !(offset > 0))).toBe(true);
    expect(Math.max(...one.lanes.lanes.map(({ lagRecords }) => lagRecords))).toBe(sent.get(0));
    isDown = false;
    await allCommitted();
    expectAllInOrder();
  });

  it('goes on by itself after the broker was killed and came back', async () => {
    const one = await start('one');
    await append(10);
    await allCommitted();
    await kafka.server.kill();
    await kafka.server.start();
    await vi.waitFor(() => append(10), { timeout: 40_000, interval: 200 });
    await allCommitted();
    expectAllInOrder();
    expect(one.partitions).toEqual(partitions);
  });
});
