import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHeartbeat } from '../../../functions/heartbeat/handler.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { onePartitionEach, topics } from '../../../functions/shared/log/topics.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryLog } from '../../support/memory-ports.ts';

/** Messages named `m0`, `m1`, … */
function eventOf(...bodies: readonly string[]): SQSEvent {
  const records = bodies.map((body, index) => ({ messageId: `m${index}`, body }));
  return { Records: records as SQSEvent['Records'] };
}

function open(eventLog: EventLog) {
  const lines: string[] = [];
  const telemetry = new MemoryTelemetry((line) => lines.push(line));
  const layout = { partitions: { ...onePartitionEach, [topics.beats]: 3, [topics.samples]: 2 } };
  const heartbeat = createHeartbeat({ eventLog, layout, telemetry });
  return { invoke: (event: SQSEvent) => heartbeat(event, lambdaContext()), telemetry, lines };
}

const away: EventLog = {
  append: () => Promise.reject(new UnavailableError('Kafka: no answer')),
  earliestOffset: async () => 0,
};
const refusing: EventLog = { ...away, append: async () => [{ index: 0, reason: 'message too large' }] };

const countsOn = (log: MemoryLog, topic: string, partitions: number): number[] =>
  Array.from({ length: partitions }, (_, partition) => log.records(topic, partition).length);

describe('heartbeat', () => {
  it('appends an empty record without a key to every partition of beats, and to no other topic', async () => {
    const log = new MemoryLog();
    const { invoke, telemetry } = open(log);
    expect(await invoke(eventOf('heartbeat'))).toEqual({ batchItemFailures: [] });
    for (const partition of [0, 1, 2]) {
      expect(log.records(topics.beats, partition)).toMatchObject([
        { key: null, value: Buffer.alloc(0), headers: { 'offbeat-schema': 'heartbeat/1' } },
      ]);
    }
    expect([...log.partitions.keys()].filter((place) => !place.startsWith(topics.beats))).toEqual([]);
    expect(telemetry.counts()).toEqual({});
  });

  it('appends once for several messages of a batch', async () => {
    const log = new MemoryLog();
    await open(log).invoke(eventOf('heartbeat', 'heartbeat', 'heartbeat'));
    expect(countsOn(log, topics.beats, 3)).toEqual([1, 1, 1]);
  });

  it.each(['', 'null', 'nonsense', '{"scheduledTime":"2026-11-28T07:10:00Z","afterSeconds":10}'])(
    'appends for a message whose body is %j: only its arrival counts',
    async (body) => {
      const log = new MemoryLog();
      const { invoke, telemetry } = open(log);
      await invoke(eventOf(body));
      expect(countsOn(log, topics.beats, 3)).toEqual([1, 1, 1]);
      expect(telemetry.counts()).toEqual({});
    },
  );

  it('appends again for a message that is delivered twice, which does no harm', async () => {
    const log = new MemoryLog();
    const { invoke } = open(log);
    for (let delivery = 0; delivery < 2; delivery += 1) await invoke(eventOf('heartbeat'));
    expect(countsOn(log, topics.beats, 3)).toEqual([2, 2, 2]);
  });

  it('hands all messages back while the log does not answer, and counts and logs that', async () => {
    const { invoke, telemetry, lines } = open(away);
    expect(await invoke(eventOf('heartbeat', 'heartbeat'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNAVAILABLE,stage=heartbeat}': 1 });
    expect(lines).toEqual([expect.stringContaining('no heartbeat was appended; the messages will be received again')]);
  });

  it('fails its invocation for any other cause', async () => {
    const { invoke, telemetry } = open({ ...away, append: () => Promise.reject(new TypeError('a defect')) });
    await expect(invoke(eventOf('heartbeat'))).rejects.toThrow('a defect');
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNEXPECTED,stage=heartbeat}': 1 });
  });

  it('fails its invocation if the log refuses a heartbeat', async () => {
    await expect(open(refusing).invoke(eventOf('heartbeat'))).rejects.toThrow(
      'the log refused a heartbeat: message too large',
    );
  });

  it('accepts the sample event', async () => {
    const log = new MemoryLog();
    const file = join(import.meta.dirname, '../../../events/heartbeat.schedule.json');
    await open(log).invoke(JSON.parse(readFileSync(file, 'utf8')));
    expect(countsOn(log, topics.beats, 3)).toEqual([1, 1, 1]);
  });
});
