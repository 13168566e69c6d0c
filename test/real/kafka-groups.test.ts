import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeKafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import { sharedKafka } from './kafka.ts';
import { KafkaStage, partitions, patience } from './kafka-stage.ts';

describe('consumer groups on a real broker', () => {
  let stage: KafkaStage;
  beforeEach(async () => {
    stage = await KafkaStage.open(sharedKafka());
  });
  afterEach(() => stage?.close());

  it('read a new group from the first record, in order and with broker time, and commit it', async () => {
    await stage.append(50);
    const one = await stage.start('one');
    await stage.allCommitted();
    stage.expectAllInOrder();
    expect(one.partitions).toEqual(partitions);
    expect(stage.handled).toHaveLength(50 * partitions.length);
    expect(stage.handled.every(({ timestampMs }) => timestampMs > 1_700_000_000_000)).toBe(true);
    await vi.waitFor(
      () => expect(one.assigned.pollers.map(({ lagRecords }) => lagRecords)).toEqual([0, 0, 0, 0]),
      patience,
    );
  });

  it('continue where they stopped, and hand no record over twice', async () => {
    await stage.append(20);
    const one = await stage.start('one');
    await stage.allCommitted();
    await one.stop();
    const before = stage.handled.length;
    await stage.append(20);
    await stage.start('two');
    await stage.allCommitted();
    expect(stage.handled.length - before).toBe(20 * partitions.length);
    stage.expectAllInOrder();
  });

  it('share the partitions among their processes, and reassign them when one leaves', async () => {
    const [one, two] = [await stage.start('one'), await stage.start('two')];
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    await stage.append(30);
    await stage.allCommitted();
    expect([...one.partitions, ...two.partitions].sort()).toEqual(partitions);
    await two.stop();
    await vi.waitFor(() => expect(one.partitions).toEqual(partitions), patience);
    await stage.append(30);
    await stage.allCommitted();
    stage.expectAllInOrder();
  });

  it('lose nothing when a process leaves with a batch in flight, which another one reads again', async () => {
    await stage.append(30);
    const gate = Promise.withResolvers<void>();
    const inFlight = Promise.withResolvers<number>();
    let isGated = false;
    const one = await stage.start('one');
    const two = await stage.start('two', {
      invoke: async (event) => {
        if (!isGated) return;
        inFlight.resolve(decodeKafkaEvent(event)[0]!.partition);
        await gate.promise;
      },
    });
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    await stage.allCommitted();
    isGated = true;
    await stage.append(30);
    const partition = await inFlight.promise;
    // As if it were disconnected: it leaves before its batch is done.
    await two.broker.close();
    await stage.allCommitted();
    expect(stage.offsetsOf(partition, 'one')).toContain(stage.end - 1);
    gate.resolve();
    await two.stop();
    expect(await stage.committed()).toEqual(partitions.map(() => stage.end));
    stage.expectAllInOrder();
    expect(stage.offsetsOf(partition).length).toBeGreaterThan(stage.end);
  });

  it('let a batch end whose partition moved to a new process, and keep the order in each process', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = new Set<number>();
    const one = await stage.start('one', {
      batchSize: 1_000,
      invoke: async (event) => {
        begun.add(decodeKafkaEvent(event)[0]!.partition);
        await gate.promise;
      },
    });
    await stage.append(30);
    await vi.waitFor(() => expect(begun.size).toBe(1), patience);
    const two = await stage.start('two');
    await vi.waitFor(() => expect([one.partitions.length, two.partitions.length]).toEqual([2, 2]), patience);
    gate.resolve();
    await stage.append(30);
    await stage.allCommitted();
    stage.expectAllInOrder();
    for (const partition of partitions) {
      for (const by of ['one', 'two']) {
        const offsets = stage.offsetsOf(partition, by);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
    }
  });

  it('hand a batch in again until it succeeds, and commit nothing before', async () => {
    let isDown = true;
    const one = await stage.start('one', {
      invoke: async () => {
        if (isDown) throw new Error('down');
      },
    });
    await stage.append(10);
    await vi.waitFor(
      () => expect(one.assigned.pollers.every(({ trouble }) => trouble !== undefined)).toBe(true),
      patience,
    );
    expect((await stage.committed()).every((offset) => !(offset > 0))).toBe(true);
    expect(Math.max(...one.assigned.pollers.map(({ lagRecords }) => lagRecords))).toBe(stage.end);
    isDown = false;
    await stage.allCommitted();
    stage.expectAllInOrder();
  });

  it('start again with a topic that is recreated while they read, with any content and any records in flight', async () => {
    const gate = Promise.withResolvers<void>();
    const inFlight = Promise.withResolvers<void>();
    let isGated = false;
    const one = await stage.start('one', {
      invoke: async () => {
        if (!isGated) return;
        inFlight.resolve();
        await gate.promise;
      },
    });
    await stage.append(20);
    await stage.allCommitted();
    isGated = true;
    await stage.append(10);
    await inFlight.promise;
    await stage.recreate();
    await stage.append(50);
    await vi.waitFor(
      () => expect(one.assigned.pollers.map(({ lagRecords }) => lagRecords)).toEqual([50, 50, 50, 50]),
      patience,
    );
    gate.resolve();
    await stage.allCommitted();
    stage.expectAllInOrder();
  });
});
