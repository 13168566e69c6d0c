import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPartition } from '../../../../functions/shared/handler/by-partition.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const topic = 'offbeat.samples';
const record = (partition: number, offset: number): LogRecord => ({
  topic,
  partition,
  offset,
  timestampMs: 1_000_000,
  key: null,
  value: Buffer.from('x'),
  headers: {},
});

/** Fails on these partitions. */
function failingOn(failing: ReadonlySet<number>, telemetry = new MemoryTelemetry(() => {})) {
  const handled: string[] = [];
  const handler = kafkaHandler('detect', telemetry, async ({ partition, records }) => {
    if (failing.has(partition)) throw new Error('away');
    handled.push(...records.map(({ offset }) => `${partition}/${offset}`));
  });
  return { handler: byPartition(handler), handled, telemetry };
}

describe('an answer by partition', () => {
  it('the answer names each partition that failed, with its first offset, and no other', async () => {
    const records = [record(0, 5), record(0, 6), record(1, 9), record(1, 10), record(2, 1)];
    const { handler, handled } = failingOn(new Set([1]));
    const answer = await handler(encodeKafkaEvent(records), lambdaContext());
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'offbeat.samples-1', offset: 9 } }],
    });
    expect(handled).toEqual(['0/5', '0/6', '2/1']);
  });

  it('every failure is reported', async () => {
    const { handler, telemetry } = failingOn(new Set([0, 1]));
    await handler(encodeKafkaEvent([record(0, 1), record(1, 1)]), lambdaContext());
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNEXPECTED,stage=detect}': 2 });
  });

  it('the answer names partitions as the event does, as Lambda requires', async () => {
    const partitions = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1 });
    const failing = fc.uniqueArray(fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(partitions, failing, async (there, failed) => {
        const event = encodeKafkaEvent(there.flatMap((partition) => [record(partition, 3), record(partition, 4)]));
        const { batchItemFailures } = await failingOn(new Set(failed)).handler(event, lambdaContext());
        const named = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
        for (const { partition, offset } of named) expect(event.records[partition]?.[0]?.offset).toBe(offset);
        expect(named).toHaveLength(there.filter((partition) => failed.includes(partition)).length);
      }),
    );
  });

  it('the answer is empty for an event without records, and an input that is not an event fails', async () => {
    const { handler } = failingOn(new Set());
    expect(await handler(encodeKafkaEvent([]), lambdaContext())).toEqual({ batchItemFailures: [] });
    await expect(handler({} as unknown as KafkaEvent, lambdaContext())).rejects.toThrow(TypeError);
  });
});
