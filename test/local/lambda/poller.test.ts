import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { DamagedStoreError, PartitionStoppedError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { decodeKafkaEvent, type KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { PartitionPoller } from '../../../local/lambda/partition-poller.ts';
import { Poller } from '../../../local/lambda/poller.ts';
import { patience } from '../../support/patience.ts';
import { ManualClock, MemoryBroker } from '../memory-broker.ts';

/** Two stages in a row: the first passes its records on, and those of the second are the results. */
function openFlow(fail: (stage: string) => unknown = () => undefined) {
  const broker = new MemoryBroker();
  const clock = new ManualClock();
  const results: string[] = [];
  const pass = {
    first: (texts: readonly string[]) =>
      broker.append(...texts.map((text) => ({ topic: 'offbeat.samples', value: Buffer.from(text) }))),
    second: async (texts: readonly string[]) => void results.push(...texts),
  };
  const open = (group: 'first' | 'second', topic: string) => {
    const invoke = async (event: KafkaEvent): Promise<void> => {
      const error = fail(group);
      if (error !== undefined) throw error;
      await pass[group](decodeKafkaEvent(event).flatMap(({ records }) => records.map(({ value }) => `${value}`)));
    };
    const options = { group, topic, partition: 0, batchSize: 2, windowMs: 0, bisect: false, invoke };
    return { name: group, sources: [new PartitionPoller(options, broker, clock)] };
  };
  // The second stage is first in the list, so that one pass over the stages is not enough.
  const stages = [open('second', 'offbeat.samples'), open('first', 'offbeat.beats')];
  const poller = new Poller(stages, clock, silentTelemetry, { sleep: clock.sleep });
  const feed = (...texts: string[]) => broker.append(...texts.map((text) => ({ value: Buffer.from(text) })));
  return { poller, feed, results, clock, stages };
}

describe('drain', () => {
  it('runs until no stage has records left', async () => {
    const { poller, feed, results } = openFlow();
    await feed('a', 'b', 'c');
    await poller.drain();
    expect(results).toEqual(['a', 'b', 'c']);
  });

  it('ends at once if there are no records', async () => {
    const { poller, results } = openFlow();
    await poller.drain();
    expect(results).toEqual([]);
  });

  it('tries again after a failure until it succeeds', async () => {
    let failures = 3;
    const { poller, feed, results, clock } = openFlow(() => (failures-- > 0 ? new Error('down') : undefined));
    const beganAtMs = clock.timeMs;
    await feed('a');
    await poller.drain();
    expect(results).toEqual(['a']);
    expect(clock.timeMs - beganAtMs).toBeGreaterThanOrEqual(200 + 400 + 800);
  });

  it('throws an error that only a person can resolve', async () => {
    const { poller, feed } = openFlow(() => new PartitionStoppedError('the topic was made again'));
    await feed('a');
    await expect(poller.drain()).rejects.toThrow('the topic was made again');
  });

  it('throws the error after eight failures in a row', async () => {
    let tries = 0;
    const { poller, feed } = openFlow((stage) => {
      tries += 1;
      return new Error(`${stage} is down`);
    });
    await feed('a');
    await expect(poller.drain()).rejects.toThrow('first is down');
    expect(tries).toBe(8);
  });

  it('ends between two batches when its signal aborts', async () => {
    const stop = new AbortController();
    const { poller, feed, results, stages } = openFlow((stage) => {
      if (stage === 'second') stop.abort(new Error('stopped'));
      return undefined;
    });
    await feed('a', 'b', 'c');
    await expect(poller.drain(stop.signal)).rejects.toThrow('stopped');
    expect(results).toEqual(['a', 'b']);
    expect(stages[0]?.sources[0]?.lagRecords).toBe(0);
  });

  it('waits until its pollers see all records that exist', async () => {
    const { poller, feed, results, clock, stages } = openFlow();
    let looks = 0;
    const far = new Poller(stages, clock, silentTelemetry, {
      sleep: clock.sleep,
      async isSettled() {
        looks += 1;
        // A remote broker: a record of another process was not fetched so far.
        if (looks === 2) await feed('b');
        return looks > 3;
      },
    });
    await feed('a');
    await far.drain();
    expect([results, looks]).toEqual([['a', 'b'], 4]);
    await poller.drain();
  });

  it('throws the error of the check whether all records are seen', async () => {
    const { stages, clock } = openFlow();
    const isSettled = () => Promise.reject(new Error('Kafka: no answer'));
    const poller = new Poller(stages, clock, silentTelemetry, { sleep: clock.sleep, isSettled });
    await expect(poller.drain()).rejects.toThrow('Kafka: no answer');
  });

  it('does not run that check while a partition is held up, and throws its error', async () => {
    const { stages, clock, feed } = openFlow(() => new PartitionStoppedError('the topic was made again'));
    const isSettled = () => Promise.reject(new Error('must not be called'));
    const poller = new Poller(stages, clock, silentTelemetry, { sleep: clock.sleep, isSettled });
    await feed('a');
    await expect(poller.drain()).rejects.toThrow('the topic was made again');
  });

  it('is refused while the poller runs in the background', async () => {
    const { poller } = openFlow();
    poller.start();
    await expect(poller.drain()).rejects.toThrow('stop it first');
    await poller.stop();
  });
});

describe('the background run', () => {
  /** A flow with real waits, in which the loops must let each other run. */
  function openBackground(fail?: (stage: string) => unknown) {
    const flow = openFlow(fail);
    return { ...flow, poller: new Poller(flow.stages, flow.clock, silentTelemetry) };
  }

  it('handles records that arrive while it runs', async () => {
    const { poller, feed, results } = openBackground();
    poller.start();
    await feed('a');
    await vi.waitFor(() => expect(results).toEqual(['a']), patience);
    await feed('b');
    await vi.waitFor(() => expect(results).toEqual(['a', 'b']), patience);
    await poller.stop();
  });

  it('has as many batches of a stage in progress as are allowed, so that a slow one does not delay others', async () => {
    const slow = Promise.withResolvers<'idle'>();
    const begun: number[] = [];
    const poll = (): Promise<'idle' | 'invoked'> => {
      begun.push(begun.length);
      if (begun.length === 1) return slow.promise;
      return Promise.resolve(begun.length <= 3 ? 'invoked' : 'idle');
    };
    const sources = [{ dueAtMs: undefined, trouble: undefined, lagRecords: 0, poll }];
    const poller = new Poller([{ name: 'notify', sources, batchesAtOnce: 2 }], new ManualClock(), silentTelemetry);
    poller.start();
    await vi.waitFor(() => expect(begun.length).toBeGreaterThan(3), patience);
    slow.resolve('idle');
    await poller.stop();
  });

  it('finishes and commits the batch in flight before it stops, and begins no other', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { poller, feed, stages } = openBackground();
    const source = stages[1]!.sources[0]!;
    const invoke = source.options.invoke;
    Object.assign(source.options, {
      invoke: async (event: KafkaEvent) => {
        reach();
        await released;
        await invoke(event);
      },
    });
    await feed('a', 'b', 'c');
    poller.start();
    await reached;
    const stopped = poller.stop();
    release();
    await stopped;
    expect(source.lagRecords).toBe(1);
  });

  it('continues after a failure of the store', async () => {
    const { poller, feed, results, stages } = openBackground();
    const source = stages[1]!.sources[0]!;
    const poll = source.poll.bind(source);
    let failures = 1;
    source.poll = (wait) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : poll(wait));
    await feed('a');
    poller.start();
    await vi.waitFor(() => expect(results).toEqual(['a']), patience);
    await poller.stop();
  });

  it('logs a store that failed, and not one that is damaged, which ends the run', async () => {
    const errors: string[] = [];
    const telemetry = { ...silentTelemetry, error: (message: string) => void errors.push(message) };
    const clock = new ManualClock();
    const failures = [new DamagedStoreError('the file is damaged'), new UnavailableError('the disk is full')];
    let polls = 0;
    const poll = async () => {
      polls += 1;
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return 'idle' as const;
    };
    const source = { dueAtMs: undefined, trouble: undefined, lagRecords: 0, poll };
    const poller = new Poller([{ name: 'stage', sources: [source] }], clock, telemetry, { sleep: () => turn() });
    poller.start();
    await vi.waitFor(() => expect(polls).toBeGreaterThan(2), patience);
    await poller.stop();
    expect(errors).toEqual(['stage: the store failed']);
  });

  it('does not pause after a notice of new records, even one that came while it polled', async () => {
    const { feed, results, clock, stages } = openFlow();
    const listeners: (() => void)[] = [];
    const notified = stages.map((stage) => ({
      ...stage,
      onRecords: (listener: () => void) => listeners.push(listener),
    }));
    const pauses: number[] = [];
    // A sleep ends only when its signal aborts.
    const sleep = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
      pauses.push(ms);
      await once(signal!, 'abort');
      signal!.throwIfAborted();
    };
    const poller = new Poller(notified, clock, silentTelemetry, { sleep });
    poller.start();
    for (const listener of listeners) listener();
    await vi.waitFor(() => expect(pauses).toHaveLength(2), patience);
    await feed('a');
    const [second, first] = listeners;
    first!();
    await vi.waitFor(() => expect(stages[1]?.sources[0]?.lagRecords).toBe(0), patience);
    second!();
    await vi.waitFor(() => expect(results).toEqual(['a']), patience);
    await poller.stop();
  });

  it('pauses until a window closes, but no longer than new records may wait', async () => {
    const pauses: number[] = [];
    const { broker, clock } = { broker: new MemoryBroker(), clock: new ManualClock() };
    await broker.append({});
    const { promise: invoked, resolve } = Promise.withResolvers<void>();
    const invoke = async () => resolve();
    const options = { group: 'one', topic: 'offbeat.beats', partition: 0, batchSize: 2, bisect: false, invoke };
    const source = new PartitionPoller({ ...options, windowMs: 35 }, broker, clock);
    const sleep = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
      pauses.push(ms);
      await clock.sleep(ms, signal);
      await new Promise(setImmediate);
    };
    const poller = new Poller([{ name: 'one', sources: [source] }], clock, silentTelemetry, { sleep });
    poller.start();
    await invoked;
    await poller.stop();
    expect(pauses.slice(0, 2)).toEqual([25, 10]);
  });

  it('can be stopped twice, and started again', async () => {
    const { poller, feed, results } = openBackground();
    poller.start();
    await poller.stop();
    await poller.stop();
    await feed('a');
    poller.start();
    await vi.waitFor(() => expect(results).toEqual(['a']), patience);
    await poller.stop();
  });
});
