import { describe, expect, it } from 'vitest';
import { PartitionStoppedError } from '../../../../functions/shared/domain/errors.ts';
import { kafkaPrefix } from '../../../../functions/shared/environment/server-variables.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { answering, polling } from '../../../../functions/shared/handler/polling.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const onDemand = { [kafkaPrefix]: 'team-a' };
const provisioned = { ...onDemand, [polling]: 'provisioned' };

const record = (topic: string, partition: number, offset: number): LogRecord => ({
  topic,
  partition,
  offset,
  timestampMs: 1_000_000,
  key: 'k',
  value: Buffer.from('{}'),
  headers: { a: 'b' },
});

/** The function `detect` by its mapping, which fails on the given partitions. */
function detect(env: Readonly<Record<string, string>>, failing: readonly number[] = []) {
  const telemetry = new MemoryTelemetry(() => {});
  const handled: LogRecord[] = [];
  const inner = kafkaHandler('detect', telemetry, async ({ partition, records }) => {
    if (failing.includes(partition)) throw new Error('away');
    handled.push(...records);
  });
  return { handler: answering(env, { stage: 'detect', telemetry }, inner), handled, telemetry };
}

const stoppedOnce = { 'failures{reason=PARTITION_STOPPED,stage=detect}': 1 };

describe('a function of a deployment with a prefix', () => {
  it('a stage gets records under the logical name of their topic, and else unchanged', async () => {
    const { handler, handled } = detect(onDemand);
    const sent = [record('team-a.offbeat.samples', 0, 5), record('team-a.offbeat.samples', 3, 7)];
    await handler(encodeKafkaEvent(sent), lambdaContext());
    expect(handled).toEqual(sent.map((each) => ({ ...each, topic: 'offbeat.samples' })));
  });

  it('the event is not changed', async () => {
    const event = encodeKafkaEvent([record('team-a.offbeat.samples', 0, 5)]);
    const before = structuredClone(event);
    await detect(provisioned, [0]).handler(event, lambdaContext());
    expect(event).toEqual(before);
  });

  it('the answer to provisioned pollers has the partition as Lambda sent it, with the prefix', async () => {
    const { handler } = detect(provisioned, [1]);
    const sent = [0, 1].flatMap((partition) => [4, 5].map((at) => record('team-a.offbeat.samples', partition, at)));
    expect(await handler(encodeKafkaEvent(sent), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'team-a.offbeat.samples-1', offset: 4 } }],
    });
  });

  it.each(['offbeat.samples', 'team-b.offbeat.samples', 'team-a.other', 'team-a.offbeat.samples.x'])(
    'a partition of %s is stopped, and those of our topics are processed',
    async (foreign) => {
      const { handler, handled, telemetry } = detect(onDemand);
      const event = encodeKafkaEvent([record(foreign, 0, 5), record('team-a.offbeat.samples', 1, 6)]);
      const running = handler(event, lambdaContext());
      await expect(running).rejects.toThrow(PartitionStoppedError);
      await expect(running).rejects.toThrow(
        `detect ${foreign}/0: expected a topic of this deployment, which has the prefix team-a; delete the event source`,
      );
      expect(handled.map(({ offset }) => offset)).toEqual([6]);
      expect(telemetry.counts()).toEqual(stoppedOnce);
    },
  );

  it('the answer to provisioned pollers has a partition of another topic as failed', async () => {
    const event = encodeKafkaEvent([record('offbeat.samples', 0, 5), record('team-a.offbeat.samples', 1, 6)]);
    expect(await detect(provisioned).handler(event, lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'offbeat.samples-0', offset: 5 } }],
    });
  });

  it('a record of another topic is not processed either where the envelope has it among records of ours', async () => {
    const { handler, handled } = detect(onDemand);
    const ours = encodeKafkaEvent([record('team-a.offbeat.samples', 1, 6)]);
    const foreign = encodeKafkaEvent([record('offbeat.samples', 1, 7)]);
    const mixed = [...Object.values(ours.records), ...Object.values(foreign.records)].flat();
    const running = handler({ ...ours, records: { 'team-a.offbeat.samples-1': mixed } }, lambdaContext());
    await expect(running).rejects.toThrow(PartitionStoppedError);
    expect(handled.map(({ offset }) => offset)).toEqual([6]);
  });

  it('the stop for records with their producer’s time names the topic as the remedy needs it', async () => {
    const event = encodeKafkaEvent([record('team-a.offbeat.samples', 0, 5)]);
    event.records['team-a.offbeat.samples-0']![0]!.timestampType = 'CREATE_TIME';
    await expect(detect(onDemand).handler(event, lambdaContext())).rejects.toThrow(
      '--entity-name team-a.offbeat.samples --add-config message.timestamp.type=LogAppendTime',
    );
  });

  it.each([{}, { records: null }, { records: { x: 'no list' } }, { records: { x: [{ topic: 1 }] } }, null])(
    'an input that is no event fails as without a prefix: %j',
    async (event) => {
      await expect(detect(onDemand).handler(event as unknown as KafkaEvent, lambdaContext())).rejects.toThrow(
        TypeError,
      );
    },
  );

  it('an error names the variable if it cannot be a prefix', () => {
    expect(() => detect({ [kafkaPrefix]: 'Team A' })).toThrow(
      'OFFBEAT_KAFKA_PREFIX: expected at most 32 lower-case letters',
    );
  });
});

describe('a function of a deployment without a prefix', () => {
  it('a partition of a deployment with a prefix is stopped', async () => {
    const event = encodeKafkaEvent([record('team-a.offbeat.samples', 0, 5)]);
    await expect(detect({}).handler(event, lambdaContext())).rejects.toThrow(
      'detect team-a.offbeat.samples/0: expected a topic of this deployment, which has no prefix',
    );
  });

  it('the stage gets the records of its topics', async () => {
    const { handler, handled } = detect({});
    await handler(encodeKafkaEvent([record('offbeat.samples', 0, 5)]), lambdaContext());
    expect(handled).toHaveLength(1);
  });
});
