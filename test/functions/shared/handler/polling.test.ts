import { describe, expect, it } from 'vitest';
import { PartitionStoppedError } from '../../../../functions/shared/domain/errors.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { answering, polling } from '../../../../functions/shared/handler/polling.ts';
import { encodeKafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const record = { topic: topics.beats, offset: 7, timestampMs: 1, key: null, value: Buffer.from('{}'), headers: {} };

/** Two partitions, of which the second has its producers' time. */
function eventWithCreateTime() {
  const event = encodeKafkaEvent([0, 1].map((partition) => ({ ...record, partition })));
  event.records['offbeat.beats-1']![0]!.timestampType = 'CREATE_TIME';
  return event;
}

function open(env: Readonly<Record<string, string>>) {
  const telemetry = new MemoryTelemetry(() => {});
  const handled: number[] = [];
  const inner = kafkaHandler('normalise', telemetry, async ({ partition }) => void handled.push(partition));
  return { handler: answering(env, { stage: 'normalise', telemetry }, inner), handled, telemetry };
}

const stopped = { 'failures{reason=PARTITION_STOPPED,stage=normalise}': 1 };

describe('a function with event source mappings', () => {
  it.each([{}, { [polling]: 'on-demand' }])('a function fails for records without the append time: %j', async (env) => {
    const { handler, handled, telemetry } = open(env);
    await expect(handler(eventWithCreateTime(), lambdaContext())).rejects.toThrow(PartitionStoppedError);
    expect(handled).toEqual([0]);
    expect(telemetry.counts()).toEqual(stopped);
  });

  it('a function answers provisioned pollers with the partition that has such records, and reports it', async () => {
    const { handler, handled, telemetry } = open({ [polling]: 'provisioned' });
    expect(await handler(eventWithCreateTime(), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'offbeat.beats-1', offset: 7 } }],
    });
    expect(handled).toEqual([0]);
    expect(telemetry.counts()).toEqual(stopped);
  });

  it('an error names the variable if it has another value', () => {
    expect(() => open({ [polling]: 'sometimes' })).toThrow(`${polling}: expected one of on-demand, provisioned, got`);
  });
});
