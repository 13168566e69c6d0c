import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionStoppedError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { decodeKafkaEvent, type KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import {
  PartitionPoller,
  type PartitionPollerOptions,
  payloadBytesMax,
} from '../../../local/lambda/partition-poller.ts';
import { ManualClock, MemoryBroker } from '../memory-broker.ts';

const topic = 'offbeat.beats';

/** A partition poller over a new broker, with the batches that its function got. */
function openPoller(
  options: Partial<PartitionPollerOptions> = {},
  fails: (offsets: readonly number[]) => unknown = () => undefined,
) {
  const broker = new MemoryBroker();
  const clock = new ManualClock();
  const batches: number[][] = [];
  const invoke = async (event: KafkaEvent): Promise<void> => {
    const offsets = decodeKafkaEvent(event).flatMap(({ records }) => records.map(({ offset }) => offset));
    batches.push(offsets);
    const error = fails(offsets);
    if (error !== undefined) throw error;
  };
  const all = {
    group: 'normalise',
    topic,
    partition: 0,
    batchSize: 4,
    windowMs: 500,
    bisect: false,
    invoke,
    ...options,
  };
  return { broker, clock, batches, poller: new PartitionPoller(all, broker, clock), options: all };
}

const documents = (count: number) => Array.from({ length: count }, () => ({}));
const committed = (broker: MemoryBroker): number => broker.committed('normalise', topic, 0);

describe('a partition poller', () => {
  it('does not invoke the function without records', async () => {
    const { poller, batches } = openPoller();
    expect(await poller.poll(false)).toBe('idle');
    expect(batches).toEqual([]);
    expect(poller.lagRecords).toBe(0);
  });

  it('passes a partition in order, at most one batch at once', async () => {
    const { poller, broker, batches } = openPoller();
    await broker.append(...documents(6));
    expect(poller.lagRecords).toBe(6);
    expect(await poller.poll(false)).toBe('invoked');
    expect(await poller.poll(false)).toBe('invoked');
    expect(await poller.poll(false)).toBe('idle');
    expect(batches).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect(poller.lagRecords).toBe(0);
  });

  it('waits for more records while its window is open, and no longer', async () => {
    const { poller, broker, clock } = openPoller();
    await broker.append({});
    expect(await poller.poll(true)).toBe('gathering');
    expect(poller.dueAtMs).toBe(clock.timeMs + 500);
    clock.timeMs += 499;
    expect(await poller.poll(true)).toBe('gathering');
    clock.timeMs += 1;
    expect(await poller.poll(true)).toBe('invoked');
  });

  it('does not wait if the batch is full', async () => {
    const { poller, broker, batches } = openPoller();
    await broker.append(...documents(5));
    expect(await poller.poll(true)).toBe('invoked');
    expect(batches).toEqual([[0, 1, 2, 3]]);
    expect(await poller.poll(true)).toBe('gathering');
  });

  it('opens a new window for each batch', async () => {
    const { poller, broker, clock } = openPoller();
    await broker.append({});
    await poller.poll(true);
    clock.timeMs += 500;
    expect(await poller.poll(true)).toBe('invoked');
    await broker.append({});
    expect(await poller.poll(true)).toBe('gathering');
  });

  it('keeps an event below the largest payload of Lambda', async () => {
    const { poller, broker, batches } = openPoller({ batchSize: 10_000 });
    // Base64 makes 4 MB of 3 MB: two of them do not fit into 6 MB.
    await broker.append(...Array.from({ length: 3 }, () => ({ value: Buffer.alloc(3_000_000) })));
    await poller.poll(true);
    await poller.poll(true);
    expect(batches).toEqual([[0], [1]]);
  });

  it('passes a record that is too large for the payload alone', async () => {
    const { poller, broker, batches } = openPoller();
    await broker.append({ value: Buffer.alloc(5_000_000) }, {});
    await poller.poll(false);
    expect(batches).toEqual([[0]]);
  });

  it('never makes an event larger than the payload, whatever keys, headers and values contain', async () => {
    const record = fc.record({
      key: fc.option(fc.string({ maxLength: 300, unit: 'grapheme' })),
      value: fc.nat(900_000).map((bytes) => Buffer.alloc(bytes)),
      headers: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 20 }),
        fc.string({ maxLength: 3_000, unit: 'grapheme' }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
        const sizes: number[] = [];
        const invoke = async (event: KafkaEvent) => {
          sizes.push(JSON.stringify(event).length);
        };
        const { poller, broker } = openPoller({ batchSize: 100, invoke });
        await broker.append(...records);
        while ((await poller.poll(false)) === 'invoked');
        expect(poller.lagRecords).toBe(0);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(payloadBytesMax);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a partition poller whose function fails', () => {
  it('passes the same batch again, and commits nothing until it succeeds', async () => {
    let failures = 2;
    const { poller, broker, clock, batches } = openPoller({}, () => (failures-- > 0 ? new Error('down') : undefined));
    await broker.append(...documents(3));
    expect(await poller.poll(false)).toBe('failed');
    expect(committed(broker)).toBe(0);
    clock.timeMs = poller.dueAtMs!;
    expect(await poller.poll(false)).toBe('failed');
    clock.timeMs = poller.dueAtMs!;
    expect(await poller.poll(false)).toBe('invoked');
    expect(batches).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(committed(broker)).toBe(3);
    expect(poller.trouble).toBeUndefined();
  });

  it('waits longer after each failure, up to half a minute', async () => {
    const { poller, broker, clock } = openPoller({}, () => new Error('down'));
    await broker.append({});
    const waits: number[] = [];
    for (let failure = 0; failure < 10; failure += 1) {
      await poller.poll(false);
      expect(await poller.poll(false)).toBe('backing off');
      waits.push(poller.dueAtMs! - clock.timeMs);
      clock.timeMs = poller.dueAtMs!;
    }
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('reports the error, and whether a retry can help', async () => {
    const errors = [new UnavailableError('throttled'), new PartitionStoppedError('the topic was made again')];
    const { poller, broker, clock } = openPoller({}, () => errors.shift());
    await broker.append({});
    await poller.poll(false);
    expect(poller.trouble).toMatchObject({ failures: 1, permanent: false });
    clock.timeMs = poller.dueAtMs!;
    await poller.poll(false);
    expect(poller.trouble).toMatchObject({
      failures: 2,
      permanent: true,
      error: { message: 'the topic was made again' },
    });
  });

  it('halves the batch until only the poisonous record is held up, and passes whole batches after it', async () => {
    let poison: number | undefined = 2;
    const isPoisonous = (offsets: readonly number[]) => (offsets.includes(poison!) ? new Error('poison') : undefined);
    const { poller, broker, clock, batches } = openPoller({ bisect: true, batchSize: 8 }, isPoisonous);
    await broker.append(...documents(16));
    while (committed(broker) < 2) {
      await poller.poll(false);
      clock.timeMs = poller.dueAtMs ?? clock.timeMs;
    }
    await poller.poll(false);
    expect(poller.trouble).toMatchObject({ error: { message: 'poison' } });
    expect(committed(broker)).toBe(2);

    poison = undefined;
    batches.length = 0;
    clock.timeMs = poller.dueAtMs!;
    while ((await poller.poll(false)) === 'invoked');
    expect(batches).toEqual([[2], [3], [4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15]]);
  });

  it('passes the batch again after a crash between handler and commit', async () => {
    const { poller, broker, batches, options, clock } = openPoller();
    await broker.append(...documents(2));
    const commit = broker.commit;
    broker.commit = () => {
      throw new Error('killed');
    };
    await expect(poller.poll(false)).rejects.toThrow('killed');
    broker.commit = commit;
    await new PartitionPoller(options, broker, clock).poll(false);
    expect(batches).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(committed(broker)).toBe(2);
  });

  it('loses and reorders nothing, wherever it fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.array(fc.boolean(), { maxLength: 30 }),
        async (count, batchSize, bisect, outcomes) => {
          const handled: number[] = [];
          const { poller, broker, clock } = openPoller({ batchSize, bisect }, (offsets) => {
            if (outcomes.pop()) return new Error('down');
            handled.push(...offsets);
            return undefined;
          });
          await broker.append(...documents(count));
          while ((await poller.poll(false)) !== 'idle') clock.timeMs = poller.dueAtMs ?? clock.timeMs;
          expect(handled).toEqual(Array.from({ length: count }, (_, offset) => offset));
        },
      ),
    );
  });
});
