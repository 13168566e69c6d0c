import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionStoppedError } from '../../../../functions/shared/domain/errors.ts';
import { stoppingAtCreateTime } from '../../../../functions/shared/handler/append-time.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

interface Shipped {
  readonly partition: number;
  readonly offset: number;
  readonly timestampType?: string | undefined;
}

/** Records of `beats` as Lambda hands them over. */
function eventOf(...shipped: readonly Shipped[]): KafkaEvent {
  const event = encodeKafkaEvent(
    shipped.map(({ partition, offset }) => ({
      topic: topics.beats,
      partition,
      offset,
      timestampMs: 1_000_000,
      key: null,
      value: Buffer.from('{}'),
      headers: {},
    })),
  );
  for (const records of Object.values(event.records)) {
    for (const record of records) {
      const { timestampType = 'LOG_APPEND_TIME' } = shipped.find(
        ({ partition, offset }) => partition === record.partition && offset === record.offset,
      )!;
      record.timestampType = timestampType;
    }
  }
  return event;
}

const made = (partition: number, offset: number): Shipped => ({ partition, offset, timestampType: 'CREATE_TIME' });
const appended = (partition: number, offset: number): Shipped => ({ partition, offset });

/** @param failing partitions that the handler itself fails on */
function open(failing: readonly number[] = []) {
  const lines: string[] = [];
  const telemetry = new MemoryTelemetry((line) => lines.push(line));
  const handled: string[] = [];
  const inner = kafkaHandler('normalise', telemetry, async ({ partition, records }) => {
    if (failing.includes(partition)) throw new Error('away');
    handled.push(...records.map(({ offset }) => `${partition}/${offset}`));
  });
  const handler = stoppingAtCreateTime('normalise', telemetry, inner);
  return { run: (event: KafkaEvent) => handler(event, lambdaContext()), telemetry, handled, lines };
}

const stopped = 'failures{reason=PARTITION_STOPPED,stage=normalise}';

describe("records with the broker's append time", () => {
  it('records with append time are passed on, and nothing is reported', async () => {
    const { run, handled, telemetry } = open();
    await run(eventOf(appended(0, 5), appended(0, 6), appended(1, 9)));
    expect(handled).toEqual(['0/5', '0/6', '1/9']);
    expect(telemetry.counts()).toEqual({});
  });

  it('records are passed on up to the first one with its producer’s time, in each partition', async () => {
    const { run, handled } = open();
    const event = eventOf(appended(0, 5), made(0, 6), appended(0, 7), appended(1, 9));
    await expect(run(event)).rejects.toThrow(PartitionStoppedError);
    expect(handled).toEqual(['0/5', '1/9']);
  });
});

describe("a record with its producer's time", () => {
  it("a record with its producer's time stops the partition, and one line names topic, partition, offset, setting and command", async () => {
    const { run, handled, telemetry, lines } = open();
    await expect(run(eventOf(made(3, 41)))).rejects.toThrow(
      "normalise offbeat.beats/3: the record at offset 41 has its producer's time (message.timestamp.type=CreateTime), " +
        'expected the broker\'s append time; run "kafka-configs.sh --bootstrap-server BROKERS --alter --entity-type topics ' +
        '--entity-name offbeat.beats --add-config message.timestamp.type=LogAppendTime", then remove what was appended ' +
        'before with kafka-delete-records.sh: docs/runbook.md, "A topic with CreateTime"',
    );
    expect(handled).toEqual([]);
    expect(telemetry.counts()).toEqual({ [stopped]: 1 });
    expect(lines.filter((line) => line.includes('offbeat.beats/3'))).toHaveLength(1);
  });

  it('the stop is reported in addition to a failure of the handler', async () => {
    const { run, telemetry } = open([0]);
    await expect(run(eventOf(appended(0, 5), made(1, 9)))).rejects.toThrow(PartitionStoppedError);
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNEXPECTED,stage=normalise}': 1, [stopped]: 1 });
  });

  it("no record with its producer's time, and none after it in its partition, is passed on; all others are, once and in order", async () => {
    const shipping = fc.uniqueArray(
      fc.record({
        partition: fc.integer({ min: 0, max: 3 }),
        offset: fc.integer({ min: 0, max: 20 }),
        timestampType: fc.constantFrom('CREATE_TIME', 'LOG_APPEND_TIME'),
      }),
      { selector: ({ partition, offset }) => `${partition}/${offset}` },
    );
    await fc.assert(
      fc.asyncProperty(shipping, async (shipped) => {
        const inOrder = [...shipped].sort((a, b) => a.offset - b.offset);
        const isTaken = ({ partition, offset }: Shipped): boolean =>
          !inOrder.some(
            (each) => each.partition === partition && each.offset <= offset && each.timestampType === 'CREATE_TIME',
          );
        const { run, handled } = open();
        const outcome = await run(eventOf(...inOrder)).then(
          () => 'done',
          () => 'failed',
        );
        expect(outcome).toBe(inOrder.every(isTaken) ? 'done' : 'failed');
        for (const partition of [0, 1, 2, 3]) {
          const expected = inOrder.filter((each) => each.partition === partition && isTaken(each));
          const got = handled.filter((place) => place.startsWith(`${partition}/`));
          expect(got).toEqual(expected.map(({ offset }) => `${partition}/${offset}`));
        }
      }),
    );
  });
});

it.each([{}, null, { records: null }])(
  'what is no event of Kafka is refused as without the check: %j',
  async (event) => {
    await expect(open().run(event as unknown as KafkaEvent)).rejects.toThrow(/event\.records: expected/);
  },
);
