import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import {
  encodeKafkaEvent,
  type KafkaEvent,
  type PartitionBatch,
} from '../../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';
import { silentTelemetry } from '../../../../functions/shared/ports/telemetry.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const record = (topic: string, partition: number, offset: number): LogRecord => ({
  topic,
  partition,
  offset,
  timestampMs: 1_000_000,
  key: 'k',
  value: Buffer.from(`${topic}/${partition}/${offset}`),
  headers: {},
});

const batchName = ({ topic, partition, records }: PartitionBatch): string =>
  `${topic}/${partition}: ${records.map(({ offset }) => offset).join(',')}`;

describe('the shell of a stage that reads topics', () => {
  it('each partition runs once, one after the other, its records in order', async () => {
    const log: string[] = [];
    const handler = kafkaHandler('detect', silentTelemetry, async (batch) => {
      log.push(`begin ${batchName(batch)}`);
      await new Promise(setImmediate);
      log.push(`end ${batchName(batch)}`);
    });
    const records = [record('a', 0, 7), record('a', 0, 8), record('a', 1, 3), record('b', 0, 1)];
    await handler(encodeKafkaEvent(records), lambdaContext());
    expect(log).toEqual(['begin a/0: 7,8', 'end a/0: 7,8', 'begin a/1: 3', 'end a/1: 3', 'begin b/0: 1', 'end b/0: 1']);
  });

  it('records are passed as they were before the envelope', async () => {
    const batches: PartitionBatch[] = [];
    const handler = kafkaHandler('detect', silentTelemetry, async (batch) => void batches.push(batch));
    await handler(encodeKafkaEvent([record('a', 0, 7)]), lambdaContext());
    expect(batches.flatMap(({ records }) => records)).toMatchObject([record('a', 0, 7)]);
  });

  it('an event without records does nothing', async () => {
    const handler = kafkaHandler('detect', silentTelemetry, () => Promise.reject(new Error('ran')));
    await handler(encodeKafkaEvent([]), lambdaContext());
  });

  it('the whole batch is retried when a partition fails, and the partitions after it run nevertheless', async () => {
    const ran: number[] = [];
    const failure = new UnavailableError('the log is away');
    const handler = kafkaHandler('detect', silentTelemetry, async ({ partition }) => {
      ran.push(partition);
      if (partition === 1) throw failure;
    });
    const event = encodeKafkaEvent([0, 1, 2].map((partition) => record('a', partition, 0)));
    await expect(handler(event, lambdaContext())).rejects.toBe(failure);
    expect(ran).toEqual([0, 1, 2]);
  });

  it.each([{}, { records: null }, { records: 'x' }, null])(
    '%j is refused, because it is not an event of Kafka',
    async (event) => {
      const telemetry = new MemoryTelemetry(() => {});
      const handler = kafkaHandler('detect', telemetry, async () => {});
      await expect(handler(event as unknown as KafkaEvent, lambdaContext())).rejects.toThrow(
        /as Lambda sends for Kafka/,
      );
      expect(telemetry.counts()).toEqual({ 'failures{reason=UNEXPECTED,stage=detect}': 1 });
    },
  );

  it('the handler passes the remaining time, and aborts its signal before Lambda ends the function', async () => {
    const aborted = Promise.withResolvers<number>();
    const handler = kafkaHandler('detect', silentTelemetry, async (_, signal, remainingMs) => {
      expect(signal.aborted).toBe(false);
      await once(signal, 'abort');
      aborted.resolve(remainingMs());
    });
    const invoked = handler(encodeKafkaEvent([record('a', 0, 0)]), lambdaContext(20));
    await expect(invoked).rejects.toThrow(/aborted/);
    expect(await aborted.promise).toBe(20);
  });
});
