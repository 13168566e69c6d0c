import { describe, expect, it } from 'vitest';
import { createNormalise, type NormalisePorts } from '../../../functions/normalise/handler.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { endVersion, heartbeatVersion, tickVersion } from '../../../functions/shared/domain/signal.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { onePartitionEach, topics } from '../../../functions/shared/log/topics.ts';
import { freshLedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { Dedup } from '../../../functions/shared/runner/dedup.ts';
import { newEpoch } from '../../../functions/shared/runner/new-epoch.ts';
import { failOnce, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { beat, brokerMs, metricbeat, replayed, timeMs } from './beats.ts';
import { metricsOf, nsOf, point } from './otlp/otlp.ts';

const load = (value: number) => metricbeat('system.load', { system: { load: { 1: value } } });

type MemoryPorts = ReturnType<typeof memoryPorts>;

function invoke(ports: NormalisePorts, ...records: readonly LogRecord[]): Promise<void> {
  return createNormalise(ports)(encodeKafkaEvent(records), lambdaContext());
}

const recordsOf = ({ eventLog }: MemoryPorts, schema: string): LogRecord[] =>
  eventLog.records(topics.samples).filter(({ headers }) => headers[header.schema] === schema);
const samples = (ports: MemoryPorts): LogRecord[] => recordsOf(ports, sampleVersion);
const positionsOf = (records: readonly LogRecord[]): (string | undefined)[] =>
  records.map(({ headers }) => headers[header.position]);
const positions = (ports: MemoryPorts): (string | undefined)[] => positionsOf(samples(ports));
/** Returns a time as `15:00:00`. */
const ticks = (ports: MemoryPorts): string[] =>
  recordsOf(ports, tickVersion).map(({ value }) => new Date(JSON.parse(`${value}`).timeMs).toISOString().slice(11, 19));

const ledgerKey = { stage: 'normalise', topic: topics.beats, partition: 0 };

/** Returns the same record with another append time. */
const appendedAt = (timestampMs: number, record: LogRecord): LogRecord => ({ ...record, timestampMs });

describe('the normalise function', () => {
  it('says why a sample was refused beside others of its record, which become no dead letter', async () => {
    const warnings: unknown[] = [];
    const ports = memoryPorts();
    const telemetry = { ...silentTelemetry, warn: (...warning: unknown[]) => void warnings.push(warning) };
    const dataPoints = [point({ asInt: '1' }), point({ asInt: '1', timeUnixNano: nsOf(timeMs + 172_800_000) })];
    await invoke({ ...ports, telemetry }, beat(metricsOf([{ name: 'a.b', gauge: { dataPoints } }])));
    expect([samples(ports).length, ports.eventLog.records(topics.deadLetters).length]).toEqual([1, 0]);
    expect(warnings).toEqual([
      [
        'samples of a record were refused',
        { first: expect.stringMatching(/^timestamp out of range: .*2026-11-25T15/) },
      ],
    ]);
  });

  it('continues after a record that cannot be read, which becomes a dead letter with its bytes, offset and reason', async () => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), {}, 7), beat('{torn', {}, 8), beat(load(3), {}, 9));
    expect(samples(ports).map(({ value }) => JSON.parse(`${value}`).measurements)).toEqual([
      { 'system.load.1': 1 },
      { 'system.load.1': 3 },
    ]);
    const [letter, ...others] = ports.eventLog.records(topics.deadLetters);
    expect(others).toEqual([]);
    expect(`${letter?.value}`).toBe('{torn');
    expect(letter?.headers).toMatchObject({
      [letterHeader.topic]: topics.beats,
      [letterHeader.partition]: '0',
      [letterHeader.offset]: '8',
      [letterHeader.stage]: 'normalise',
      [letterHeader.reason]: 'not JSON',
    });
  });

  it("gives each sample its document's offset as position and append time, after the ticks that were due", async () => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), {}, 7), beat(load(2), {}, 8));
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 7 1', 'normalise/offbeat.beats/0 0 8 0']);
    expect(positionsOf(recordsOf(ports, tickVersion))).toEqual(['normalise/offbeat.beats/0 0 7 0']);
    expect(samples(ports)[0]?.headers).toMatchObject({
      [header.schema]: 'sample/2',
      [header.sourceTime]: String(brokerMs),
      [header.lane]: '0/1',
    });
  });

  it('gives the samples of one message consecutive positions, in the epoch of the ledger item', async () => {
    const ports = memoryPorts();
    await ports.ledger.raiseEpoch(ledgerKey, freshLedgerItem, { nextOffset: null, newestRecordMs: brokerMs });
    const list = {
      values: [1],
      dstypes: ['gauge'],
      dsnames: ['value'],
      time: brokerMs / 1000,
      host: 'a',
      plugin: 'p',
      type: 't',
    };
    await invoke(ports, beat([list, { ...list, type: 'u' }], {}, 4));
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 1 4 0', 'normalise/offbeat.beats/0 1 4 1']);
  });

  it('passes on the position that a replayed document carries', async () => {
    const ports = memoryPorts();
    const place = { ...replayed, [header.position]: 'replay/abc 0 12 20000' };
    await invoke(ports, beat(load(1), place, 99));
    expect(positions(ports)).toEqual(['replay/abc 0 12 20000']);
  });

  it('gives the samples of one replayed message consecutive positions from that one on', async () => {
    const ports = memoryPorts();
    const list = { values: [1], dstypes: ['gauge'], dsnames: ['value'], time: brokerMs / 1000, host: 'a', plugin: 'p' };
    const message = ['t', 'u', 'v'].map((type) => ({ ...list, type }));
    await invoke(ports, beat(message, { ...replayed, [header.position]: 'replay/abc 0 12 20000' }));
    expect(positions(ports)).toEqual(['replay/abc 0 12 20000', 'replay/abc 0 12 20001', 'replay/abc 0 12 20002']);
  });

  it('passes on the position that a redriven document carries', async () => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), { [header.position]: 'redrive/abc 0 3 0' }, 99));
    expect(positions(ports)).toEqual(['redrive/abc 0 3 0']);
  });

  it.each([
    ['another producer', 'normalise/offbeat.beats/0 9 9 9'],
    ['no producer, since it is incomplete', 'replay/abc 0'],
  ])('ignores the position of %s', async (_name, position) => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), { ...replayed, [header.position]: position }, 5));
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 5 1']);
  });

  it('counts a batch once that it receives again in other parts', async () => {
    const ports = memoryPorts();
    const batch = [1, 2, 3, 4].map((value) => beat(load(value), {}, value));
    await invoke(ports, ...batch);
    await invoke(ports, ...batch.slice(2));
    await invoke(ports, ...batch);
    expect(samples(ports).map(({ value }) => JSON.parse(`${value}`).measurements['system.load.1'])).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('emits the same samples with the same positions again for a batch whose acknowledgement was lost', async () => {
    const ports = memoryPorts();
    const lost = failOnce('eventLog.append', 'after', new UnavailableError('time-out'));
    const handler = createNormalise({ ...ports, eventLog: withFaults('eventLog', ports.eventLog, lost) });
    const event = encodeKafkaEvent([beat(load(1), {}, 1), beat(load(2), {}, 2)]);
    await expect(handler(event, lambdaContext())).rejects.toThrow('time-out');
    await handler(event, lambdaContext());
    const reader = new Dedup();
    const all = ports.eventLog.records(topics.samples);
    const admitted = all.filter((record) => reader.admit(record, { stage: 'detect', epoch: 0 }) === 'new');
    expect(positionsOf(all.slice(3))).toEqual(positionsOf(all.slice(0, 3)));
    expect(admitted).toHaveLength(3);
  });

  it('appends nothing when a topic was created again, and continues after a new epoch', async () => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), {}, 7));
    const before = ports.eventLog.records(topics.samples).length;
    const recreated = appendedAt(brokerMs + 1, beat(load(2), {}, 0));
    await expect(invoke(ports, recreated)).rejects.toThrow(/was recreated. Run "npx offbeat new-epoch normalise"/);
    expect(ports.eventLog.records(topics.samples)).toHaveLength(before);
    await newEpoch(ledgerKey, null, ports);
    await invoke(ports, recreated);
    expect(positions(ports).at(-1)).toBe('normalise/offbeat.beats/0 1 0 0');
  });

  it('stops where records were skipped, and after a new epoch with the offset emits only those, each once', async () => {
    const ports = memoryPorts();
    const [one, two, three, four] = [1, 2, 3, 4].map((value) => beat(load(value), {}, value));
    await invoke(ports, one!, two!);
    await expect(invoke(ports, four!)).rejects.toThrow(/expected offset 3, got 4.*new-epoch normalise/);
    await newEpoch(ledgerKey, 3, ports);
    await invoke(ports, two!, three!, four!);
    expect(samples(ports).map(({ value }) => JSON.parse(`${value}`).measurements['system.load.1'])).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('reads a new epoch with its next batch, however long it has been running', async () => {
    const ports = memoryPorts();
    const handler = createNormalise(ports);
    await handler(encodeKafkaEvent([beat(load(1), {}, 7)]), lambdaContext());
    await newEpoch(ledgerKey, null, ports);
    await handler(encodeKafkaEvent([appendedAt(brokerMs + 1, beat(load(1), {}, 0))]), lambdaContext());
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 7 1', 'normalise/offbeat.beats/0 1 0 0']);
  });

  it('makes a dead letter of a document whose sample is too large for the log', async () => {
    const ports = memoryPorts();
    const eventLog = Object.assign(Object.create(ports.eventLog), {
      append: async (records: Parameters<typeof ports.eventLog.append>[0]) => {
        if (records.every(({ topic }) => topic !== topics.samples)) return ports.eventLog.append(records);
        return [{ index: 2, reason: 'message too large' }];
      },
    });
    await invoke({ ...ports, eventLog }, beat(load(1), {}, 1), beat(load(2), {}, 2));
    expect(
      ports.eventLog
        .records(topics.deadLetters)
        .map(({ headers }) => [headers[letterHeader.offset], headers[letterHeader.reason]]),
    ).toEqual([['2', 'message too large']]);
  });

  it.each([[tickVersion], [endVersion]])(
    "emits a replay's time (%s) to the partitions of its documents",
    async (schema) => {
      const ports = memoryPorts();
      const headers = { ...replayed, [header.schema]: schema, [header.position]: 'replay/abc 0 3 0' };
      await invoke(ports, beat({ scope: 'recorded', timeMs: 1 }, headers));
      const passedOn = recordsOf(ports, schema).filter(({ key }) => key === 'recorded');
      expect(positionsOf(passedOn)).toEqual(['replay/abc 0 3 0']);
      expect(passedOn[0]?.headers[header.lane]).toBe('0/1');
    },
  );
});

describe('live time', () => {
  const quiet = (offset: number, clock: string): LogRecord =>
    appendedAt(Date.parse(`2026-11-23T${clock}Z`), beat('', { [header.schema]: heartbeatVersion }, offset));

  it('has a tick for every multiple of 2 s that append time passes, before the record that passes it', async () => {
    const ports = memoryPorts();
    await invoke(ports, quiet(0, '15:00:01'), quiet(1, '15:00:01.999'), quiet(2, '15:00:07'), quiet(3, '15:00:08'));
    expect(ticks(ports)).toEqual(['15:00:00', '15:00:02', '15:00:04', '15:00:06', '15:00:08']);
    expect(recordsOf(ports, tickVersion)[0]?.headers[header.lane]).toBe('0/1');
  });

  it('is the same for any split of the records into batches', async () => {
    const together = memoryPorts();
    const apart = memoryPorts();
    const records = ['15:00:01', '15:00:03', '15:00:09', '15:05', '15:05:03'].map((clock, nth) => quiet(nth, clock));
    await invoke(together, ...records);
    for (const record of records) await invoke(apart, record);
    expect(ticks(apart)).toEqual(ticks(together));
    expect(positionsOf(apart.eventLog.records(topics.samples))).toEqual(
      positionsOf(together.eventLog.records(topics.samples)),
    );
  });

  it('has one tick after a jump of more than 2 min, and none for a record older than the last one', async () => {
    const ports = memoryPorts();
    await invoke(ports, quiet(0, '15:00:01'), quiet(1, '15:02:02'), quiet(2, '15:01:00'), quiet(3, '15:02:03'));
    expect(ticks(ports)).toEqual(['15:00:00', '15:02:02']);
  });

  it('goes to every partition of samples', async () => {
    const ports = { ...memoryPorts(), layout: { partitions: { ...onePartitionEach, [topics.samples]: 3 } } };
    await invoke(ports, quiet(0, '15:00:01'));
    expect([0, 1, 2].map((partition) => ports.eventLog.records(topics.samples, partition).length)).toEqual([1, 1, 1]);
  });

  it('moves on with a document that cannot be read', async () => {
    const ports = memoryPorts();
    await invoke(ports, appendedAt(Date.parse('2026-11-23T15:00:01Z'), beat('{torn')));
    expect(ticks(ports)).toEqual(['15:00:00']);
  });

  it.each([
    ['a tick that calls itself live', { scope: 'live', timeMs: 4_102_444_800_000 }, { [header.schema]: tickVersion }],
    [
      'a replay that calls itself live',
      { scope: 'live', timeMs: 4_102_444_800_000 },
      { [header.schema]: tickVersion, [header.replay]: 'live' },
    ],
    ['headers of another producer', { scope: 'live', timeMs: 1 }, { schema: tickVersion, replay: 'live', id: 'x' }],
  ])('is moved by append time alone, not by %s', async (_name, value, headers) => {
    const ports = memoryPorts();
    await invoke(ports, appendedAt(Date.parse('2026-11-23T15:00:01Z'), beat(value, headers)));
    expect(ticks(ports)).toEqual(['15:00:00']);
    expect(ports.eventLog.records(topics.deadLetters)).toHaveLength(1);
  });

  it('is all that a forged heartbeat can change', async () => {
    const ports = memoryPorts();
    const forged = beat({ scope: 'live', timeMs: 4_102_444_800_000 }, { [header.schema]: heartbeatVersion });
    await invoke(ports, appendedAt(Date.parse('2026-11-23T15:00:01Z'), forged));
    expect(ticks(ports)).toEqual(['15:00:00']);
    expect(samples(ports)).toEqual([]);
    // A document with the header of a heartbeat is not lost: it becomes a dead letter.
    expect(ports.eventLog.records(topics.deadLetters)).toHaveLength(1);
  });
});
