import { describe, expect, it } from 'vitest';
import { createNormalise, type NormalisePorts } from '../../../functions/normalise/handler.ts';
import { letterHeader } from '../../../functions/shared/domain/dead-letter.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { encodeKafkaEvent } from '../../../functions/shared/domain/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/domain/record.ts';
import { endVersion, tickVersion } from '../../../functions/shared/domain/signal.ts';
import { topics } from '../../../functions/shared/domain/topics.ts';
import { Dedup } from '../../../functions/shared/runner/dedup.ts';
import { failOnce, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { beat, brokerMs, metricbeat, replayed } from './beats.ts';

const load = (value: number) => metricbeat('system.load', { system: { load: { 1: value } } });

type MemoryPorts = ReturnType<typeof memoryPorts>;

function invoke(ports: NormalisePorts, ...records: readonly LogRecord[]): Promise<void> {
  return createNormalise(ports)(encodeKafkaEvent(records), lambdaContext());
}

const samples = ({ eventLog }: MemoryPorts): LogRecord[] => eventLog.records(topics.samples);
const positions = (ports: MemoryPorts): (string | undefined)[] =>
  samples(ports).map(({ headers }) => headers[header.position]);

describe('normalise', () => {
  it('goes on beside what cannot be read, which becomes a dead letter with its bytes, place and reason', async () => {
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
      topic: topics.beats,
      partition: '0',
      offset: '8',
      stage: 'normalise',
      reason: 'not JSON',
    });
  });

  it("gives each sample its beat's offset as its position, and the broker's time of the beat", async () => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), {}, 7), beat(load(2), {}, 9));
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 7 0', 'normalise/offbeat.beats/0 0 9 0']);
    expect(samples(ports)[0]?.headers).toMatchObject({ schema: 'sample/1', [header.sourceTime]: String(brokerMs) });
  });

  it('numbers what one message became, and by its epoch', async () => {
    const ports = memoryPorts();
    await ports.ledger.raiseProducerEpoch('normalise');
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

  it('passes on the place in the file that a replayed document brings along', async () => {
    const ports = memoryPorts();
    const place = { ...replayed, [header.position]: 'replay/abc 0 12 20000' };
    await invoke(ports, beat(load(1), place, 99));
    expect(positions(ports)).toEqual(['replay/abc 0 12 20000']);
  });

  it('numbers what one replayed message became from that place on', async () => {
    const ports = memoryPorts();
    const list = { values: [1], dstypes: ['gauge'], dsnames: ['value'], time: brokerMs / 1000, host: 'a', plugin: 'p' };
    const message = ['t', 'u', 'v'].map((type) => ({ ...list, type }));
    await invoke(ports, beat(message, { ...replayed, [header.position]: 'replay/abc 0 12 20000' }));
    expect(positions(ports)).toEqual(['replay/abc 0 12 20000', 'replay/abc 0 12 20001', 'replay/abc 0 12 20002']);
  });

  it.each([
    [
      'a replay that pretends to be another producer',
      { ...replayed, [header.position]: 'normalise/offbeat.beats/0 9 9 9' },
    ],
    ['a replay with a torn one', { ...replayed, [header.position]: 'replay/abc 0' }],
  ])('does not believe the position of %s', async (_name, headers) => {
    const ports = memoryPorts();
    await invoke(ports, beat(load(1), headers, 5));
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 5 0']);
  });

  it('passes on the position of what was redriven, the same each time it comes', async () => {
    const ports = memoryPorts();
    const redriven = { [header.position]: 'redrive/run/offbeat.beats/0 0 3 0' };
    await invoke(ports, beat(load(1), redriven, 5));
    await invoke(ports, beat(load(1), redriven, 6));
    expect(positions(ports)).toEqual(['redrive/run/offbeat.beats/0 0 3 0', 'redrive/run/offbeat.beats/0 0 3 0']);
  });

  it('makes the same of a batch that comes again in other parts, so that its reader counts it once', async () => {
    const ports = memoryPorts();
    const batch = [1, 2, 3, 4].map((value) => beat(load(value), {}, value));
    await invoke(ports, ...batch);
    await invoke(ports, ...batch.slice(2));
    await invoke(ports, ...batch);
    const reader = new Dedup();
    const admitted = samples(ports).filter((record) => reader.admit(record) === 'new');
    expect(samples(ports)).toHaveLength(10);
    expect(admitted.map(({ value }) => JSON.parse(`${value}`).measurements['system.load.1'])).toEqual([1, 2, 3, 4]);
  });

  it('fails when the log does not answer, and does it all again', async () => {
    const ports = memoryPorts();
    const lost = failOnce('eventLog.append', 'after', new UnavailableError('time-out'));
    const handler = createNormalise({ ...ports, eventLog: withFaults('eventLog', ports.eventLog, lost) });
    const event = encodeKafkaEvent([beat(load(1), {}, 1)]);
    await expect(handler(event, lambdaContext())).rejects.toThrow('time-out');
    await handler(event, lambdaContext());
    expect(positions(ports)).toEqual(['normalise/offbeat.beats/0 0 1 0', 'normalise/offbeat.beats/0 0 1 0']);
  });

  it('asks for its epoch once, and again only if it got no answer', async () => {
    const ports = memoryPorts();
    const asked: string[] = [];
    const lost = failOnce('ledger.producerEpoch', 'before', new UnavailableError('throttled'));
    const ledger = withFaults('ledger', ports.ledger, (call, side) => {
      if (side === 'before') asked.push(call);
      return lost(call, side);
    });
    const handler = createNormalise({ ...ports, ledger });
    const event = encodeKafkaEvent([beat(load(1))]);
    await expect(handler(event, lambdaContext())).rejects.toThrow('throttled');
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(asked).toEqual(['ledger.producerEpoch', 'ledger.producerEpoch']);
  });

  it('makes a dead letter of a document whose sample the log refuses for its size', async () => {
    const ports = memoryPorts();
    const eventLog = Object.assign(Object.create(ports.eventLog), {
      append: async (records: Parameters<typeof ports.eventLog.append>[0]) => {
        if (records.every(({ topic }) => topic !== topics.samples)) return ports.eventLog.append(records);
        return [{ index: 1, reason: 'message too large' }];
      },
    });
    await invoke({ ...ports, eventLog }, beat(load(1), {}, 1), beat(load(2), {}, 2));
    expect(
      ports.eventLog
        .records(topics.deadLetters)
        .map(({ headers }) => [headers[letterHeader.offset], headers[letterHeader.reason]]),
    ).toEqual([['2', 'message too large']]);
  });

  it.each([[tickVersion], [endVersion]])("puts a replay's time (%s) where its documents went", async (schema) => {
    const ports = memoryPorts();
    const headers = { ...replayed, [header.schema]: schema, [header.position]: 'replay/abc 0 3 0' };
    await invoke(ports, beat({ scope: 'recorded', timeMs: 1 }, headers));
    expect(positions(ports)).toEqual(['replay/abc 0 3 0']);
    expect(samples(ports)[0]?.headers[header.schema]).toBe(schema);
  });
});
