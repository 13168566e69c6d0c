import { describe, expect, it } from 'vitest';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { rejectRecords } from '../../../functions/shared/runner/reject-records.ts';
import {
  type LetterFilter,
  lettersToRedrive,
  type RedrivePorts,
  redriveLetters,
} from '../../../local/redrive/redrive.ts';
import { Crash, failOnce, withFaults } from '../../support/faults.ts';
import { addLetter, redrivePorts, type TestLetter, type TestPorts } from './letters.ts';

const bug = { stage: 'detect', reason: 'step failed' };
const gone = { stage: 'persist', reason: 'refused by the warehouse' };

/** Letters whose values are 0, 1, 2 and so on, made of records at these offsets. */
function portsWith(...letters: readonly Omit<TestLetter, 'value' | 'offset'>[]): TestPorts {
  const ports = redrivePorts();
  for (const [offset, letter] of letters.entries()) addLetter(ports, { ...letter, value: `${offset}`, offset });
  return ports;
}

async function offered(filter: LetterFilter, ports: RedrivePorts): Promise<string[]> {
  const values: string[] = [];
  for await (const { letters } of lettersToRedrive(filter, ports))
    values.push(...letters.map(({ value }) => `${value}`));
  return values;
}

/** Returns the values of the letters that were sent. */
async function redriveAll(filter: LetterFilter, ports: RedrivePorts, run = 'run'): Promise<string[]> {
  const sent: string[] = [];
  for await (const { letters } of redriveLetters(filter, ports, run))
    sent.push(...letters.map(({ value }) => `${value}`));
  return sent;
}

const positions = (ports: TestPorts, partition = 0) =>
  ports.eventLog.records(topics.samples, partition).map(({ headers }) => headers[header.position]);

describe('redrive', () => {
  it('sends the original bytes to the partition that they came from, with a position of the run', async () => {
    const ports = redrivePorts();
    const original = {
      [header.schema]: 'anomaly/1',
      [header.replay]: 'recorded',
      [header.detectPartition]: '3',
      [header.position]: 'detect/offbeat.samples/3 0 7 0',
      [header.sourceTime]: '12',
    };
    addLetter(ports, { ...bug, value: 'an anomaly', topic: topics.signals, headers: original });
    await redriveAll({}, ports);
    const [letter] = ports.eventLog.records(topics.deadLetters);
    expect(ports.eventLog.records(topics.signals)).toEqual([
      expect.objectContaining({
        partition: 0,
        key: 'prod/host/node-a',
        value: Buffer.from('an anomaly'),
        headers: {
          [header.schema]: 'anomaly/1',
          [header.replay]: 'recorded',
          [header.detectPartition]: '3',
          [header.position]: 'redrive/run/offbeat.signals/0 0 0 0',
          [header.sourceTime]: String(letter!.timestampMs),
        },
      }),
    ]);
  });

  it('numbers the letters of a run in order, over pages, for each partition separately', async () => {
    const ports = redrivePorts(2, { [topics.samples]: 2 });
    for (const [offset, partition] of [0, 1, 1, 0, 9].entries()) {
      addLetter(ports, { ...bug, value: `${offset}`, offset, partition });
    }
    await redriveAll({}, ports);
    expect(positions(ports, 0)).toEqual([0, 3].map((number) => `redrive/run/offbeat.samples/0 0 ${number} 0`));
    expect(positions(ports, 1)).toEqual([1, 2, 4].map((number) => `redrive/run/offbeat.samples/1 0 ${number} 0`));
  });

  it('gives each run another name', async () => {
    const ports = portsWith(bug, gone);
    for (const stage of ['detect', 'persist']) {
      for await (const { refused } of redriveLetters({ stage }, ports)) expect(refused).toEqual([]);
    }
    expect(new Set(positions(ports).map((position) => position?.split(' ')[0])).size).toBe(2);
  });

  it('sends each letter once, whatever filter comes second', async () => {
    const ports = portsWith(bug, gone, bug);
    expect(await redriveAll({ stage: 'detect' }, ports, 'first')).toEqual(['0', '2']);
    expect(await offered({}, ports)).toEqual(['1']);
    expect(await redriveAll({}, ports, 'second')).toEqual(['1']);
    expect(await offered({}, ports)).toEqual([]);
    expect(ports.eventLog.records(topics.samples)).toHaveLength(3);
  });

  it.each([
    ['reason', { reason: 'step failed' }, ['0', '2']],
    ['stage', { stage: 'persist' }, ['1']],
    ['both', { stage: 'persist', reason: 'step failed' }, []],
    ['neither', {}, ['0', '1', '2']],
  ])('filters by %s', async (_name, filter, values) => {
    expect(await offered(filter, portsWith(bug, gone, bug))).toEqual(values);
  });

  it('sends a letter once that was appended twice by a crash', async () => {
    const ports = portsWith(bug, gone);
    addLetter(ports, { ...bug, value: '0', offset: 0 });
    expect(await offered({}, ports)).toEqual(['0', '1']);
    expect(await redriveAll({}, ports)).toEqual(['0', '1']);
    expect(await offered({}, ports)).toEqual([]);
  });

  it('sends the letters of a topic that was made again, in addition to those of the former one at the same offset', async () => {
    const ports = redrivePorts();
    const refusal = (value: string, timestampMs: number) => ({
      record: {
        topic: topics.beats,
        partition: 0,
        offset: 5,
        timestampMs,
        key: null,
        value: Buffer.from(value),
        headers: {},
      },
      reason: 'no entity',
      detail: '',
    });
    const stagePorts = { ...ports, deadLetters: ports.eventLog, telemetry: silentTelemetry };
    await rejectRecords('normalise', [refusal('old', 1_000)], stagePorts);
    await rejectRecords('normalise', [refusal('new', 9_000)], stagePorts);
    await rejectRecords('normalise', [refusal('new', 9_000)], stagePorts);
    expect(await offered({}, ports)).toEqual(['old', 'new']);
    expect(await redriveAll({}, ports)).toEqual(['old', 'new']);
  });

  it('sends letters that no stage numbered, by their position in the topic', async () => {
    const ports = redrivePorts();
    for (const value of ['a', 'b']) addLetter(ports, { ...bug, value, isNumbered: false });
    expect(await redriveAll({}, ports)).toEqual(['a', 'b']);
    expect(await offered({}, ports)).toEqual([]);
  });

  it('reads every page', async () => {
    const ports = portsWith(...Array.from({ length: 2_500 }, () => bug));
    expect(await offered({}, ports)).toHaveLength(2_500);
    expect(await redriveAll({}, ports)).toHaveLength(2_500);
  });

  it.each([
    ['names a topic that is none of ours', { [letterHeader.topic]: 'elsewhere' }],
    ['names no partition', { [letterHeader.partition]: '' }],
    ['was cut', { [letterHeader.cutFrom]: '10000001' }],
  ])('leaves alone what %s', async (_name, letterHeaders) => {
    const ports = portsWith(bug);
    addLetter(ports, { ...bug, value: 'another', offset: 1, letterHeaders });
    expect(await offered({}, ports)).toEqual(['0']);
  });

  it('names the letters that the log refused, and does not send them again', async () => {
    const ports = portsWith(bug);
    addLetter(ports, { ...bug, value: 'x'.repeat(4_500_001), offset: 1 });
    for await (const { refused } of redriveLetters({}, ports)) {
      expect(refused.map(({ letter, reason }) => [letter.offset, reason])).toEqual([[1, 'message too large']]);
    }
    expect(await offered({}, ports)).toEqual([]);
  });

  it('finds nothing without letters', async () => {
    expect(await offered({}, redrivePorts())).toEqual([]);
    expect(await redriveAll({}, redrivePorts())).toEqual([]);
  });
});

describe('a redrive that was stopped', () => {
  /** A redrive that is stopped at the first `call`, with 3 letters of detect in pages of 2 and one of persist. */
  async function stoppedAt(call: string, side: 'before' | 'after'): Promise<TestPorts> {
    const ports = redrivePorts(2);
    for (const [offset, letter] of [bug, bug, gone, bug].entries()) {
      addLetter(ports, { ...letter, value: `${offset}`, offset });
    }
    const decide = failOnce(call, side, new Crash());
    const dying = {
      ...ports,
      objects: withFaults('objects', ports.objects, decide),
      eventLog: withFaults('eventLog', ports.eventLog, decide),
    };
    await expect(redriveAll({ stage: 'detect' }, dying, 'stopped')).rejects.toThrow(Crash);
    return ports;
  }

  const pageOf = (run: string) => [0, 1].map((number) => `redrive/${run}/offbeat.samples/0 0 ${number} 0`);

  it('is finished by the next, with its own positions, whatever the filter of the next is', async () => {
    const ports = await stoppedAt('eventLog.append', 'after');
    addLetter(ports, { ...bug, value: 'a later one', offset: 9 });
    expect(await redriveAll({ stage: 'persist' }, ports, 'next')).toEqual(['0', '1', '2']);
    expect(positions(ports)).toEqual([
      ...pageOf('stopped'),
      ...pageOf('stopped'),
      'redrive/next/offbeat.samples/0 0 0 0',
    ]);
    expect(await offered({}, ports)).toEqual(['3', 'a later one']);
  });

  it('is finished although none of it was sent', async () => {
    const ports = await stoppedAt('eventLog.append', 'before');
    expect(await offered({ stage: 'persist' }, ports)).toEqual(['0', '1', '2']);
    expect(await redriveAll({}, ports, 'next')).toEqual(['0', '1', '2', '3']);
    expect(positions(ports).slice(0, 2)).toEqual(pageOf('stopped'));
  });

  it('is reported for its own letters only', async () => {
    const ports = await stoppedAt('eventLog.append', 'after');
    const pages = [];
    for await (const { letters, wasStopped } of lettersToRedrive({}, ports)) pages.push([letters.length, wasStopped]);
    expect(pages).toEqual([
      [2, true],
      [2, false],
    ]);
  });

  it('has nothing to finish before its plan was written', async () => {
    const ports = await stoppedAt('objects.put', 'before');
    expect(await redriveAll({}, ports, 'next')).toEqual(['0', '1', '2', '3']);
    expect(positions(ports).every((position) => position?.startsWith('redrive/next/'))).toBe(true);
  });

  it('is finished with the rest of its letters if the broker deleted some', async () => {
    const ports = await stoppedAt('eventLog.append', 'before');
    ports.eventLog.expire(topics.deadLetters, 0, 1);
    expect(await redriveAll({ stage: 'none' }, ports, 'next')).toEqual(['1']);
    expect(positions(ports)).toEqual(pageOf('stopped').slice(1));
    expect(await offered({}, ports)).toEqual(['2', '3']);
  });
});
