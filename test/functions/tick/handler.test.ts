import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { LogRecord } from '../../../functions/shared/domain/record.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../../functions/shared/domain/topics.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import { createTick } from '../../../functions/tick/handler.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryLog } from '../../support/memory-ports.ts';

const scheduledTime = '2026-11-28T07:10:00Z';
const startMs = Date.parse(scheduledTime);

const bodyOf = (afterSeconds: number): string => JSON.stringify({ scheduledTime, afterSeconds });

/** Messages named `m0`, `m1`, … */
function eventOf(...bodies: readonly string[]): SQSEvent {
  const records = bodies.map((body, index) => ({ messageId: `m${index}`, body }));
  return { Records: records as SQSEvent['Records'] };
}

function open(eventLog: EventLog) {
  const lines: string[] = [];
  const telemetry = new MemoryTelemetry((line) => lines.push(line));
  const layout = { partitions: { ...onePartitionEach, [topics.samples]: 3 } };
  const tick = createTick({ eventLog, layout, telemetry });
  return { invoke: (event: SQSEvent) => tick(event, lambdaContext()), telemetry, lines };
}

const away: EventLog = {
  append: () => Promise.reject(new UnavailableError('Kafka: no answer')),
  earliestOffset: async () => 0,
};

const sentOf = ({ topic, key, value, headers }: LogRecord) => ({
  topic,
  key,
  value: `${value}`,
  headers: { ...headers },
});

const timesOn = (log: MemoryLog, partition: number): number[] =>
  log.records(topics.samples, partition).map(({ value }) => JSON.parse(`${value}`).timeMs - startMs);

describe('a tick of the schedule', () => {
  it('goes to every partition of samples, at the time of its message and never that of a clock', async () => {
    const log = new MemoryLog();
    const { invoke, telemetry } = open(log);
    expect(await invoke(eventOf(bodyOf(10)))).toEqual({ batchItemFailures: [] });
    expect([0, 1, 2].map((partition) => timesOn(log, partition))).toEqual([[10_000], [10_000], [10_000]]);
    expect(telemetry.counts()).toEqual({});
  });

  it('is the record that the embedded run makes', async () => {
    const log = new MemoryLog();
    await open(log).invoke(eventOf(bodyOf(0)));
    const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {} });
    try {
      await embedded.tick(startMs);
      const made = embedded.store.broker.read(topics.samples, 0, 0, 1, 1_000);
      expect(log.records(topics.samples, 0).map(sentOf)).toEqual(made.map(sentOf));
    } finally {
      await embedded.close();
    }
  });

  it('that is delivered twice is the same tick', async () => {
    const log = new MemoryLog();
    const { invoke } = open(log);
    for (let delivery = 0; delivery < 2; delivery += 1) await invoke(eventOf(bodyOf(20)));
    const [first, second] = log.records(topics.samples, 1);
    expect(second?.value).toEqual(first?.value);
  });

  it('that overtook others on its way goes behind them', async () => {
    const log = new MemoryLog();
    await open(log).invoke(eventOf(bodyOf(50), bodyOf(30), bodyOf(40)));
    expect(timesOn(log, 2)).toEqual([30_000, 40_000, 50_000]);
  });

  it('comes again while the log does not answer, which is counted and said', async () => {
    const { invoke, telemetry, lines } = open(away);
    expect(await invoke(eventOf(bodyOf(50), 'nonsense', bodyOf(30)))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm0' }],
    });
    expect(telemetry.counts()).toMatchObject({ 'failures{reason=UNAVAILABLE,stage=tick}': 1 });
    expect(lines).toContainEqual(expect.stringContaining('ticks were not appended, they come again'));
  });

  it('that fails for another cause fails its invocation', async () => {
    const { invoke, telemetry } = open({ ...away, append: () => Promise.reject(new TypeError('a defect')) });
    await expect(invoke(eventOf(bodyOf(0)))).rejects.toThrow('a defect');
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNEXPECTED,stage=tick}': 1 });
  });
});

describe('a message that is no tick', () => {
  it.each([
    ['nonsense', 'message: expected JSON'],
    ['null', 'message: '],
    [JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>', afterSeconds: 0 }), 'scheduledTime: '],
    [JSON.stringify({ scheduledTime: '2026-11-28', afterSeconds: 0 }), 'scheduledTime: '],
    [JSON.stringify({ scheduledTime }), 'afterSeconds: '],
    [JSON.stringify({ scheduledTime, afterSeconds: -10 }), 'afterSeconds: '],
    [JSON.stringify({ scheduledTime, afterSeconds: 0.5 }), 'afterSeconds: '],
    [JSON.stringify({ scheduledTime, afterSeconds: 901 }), 'afterSeconds: '],
  ])('as %s is dropped, counted and named, and holds up none beside it', async (body, detail) => {
    const log = new MemoryLog();
    const { invoke, telemetry, lines } = open(log);
    expect(await invoke(eventOf(body, bodyOf(10)))).toEqual({ batchItemFailures: [] });
    expect(timesOn(log, 0)).toEqual([10_000]);
    expect(telemetry.counts()).toEqual({ 'messages_refused{reason=not a tick}': 1 });
    expect(lines).toEqual([
      expect.stringContaining(`error: a message cannot be read {"messageId":"m0","detail":"${detail}`),
    ]);
  });
});
