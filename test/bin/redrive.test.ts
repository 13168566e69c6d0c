import { describe, expect, it } from 'vitest';
import { type LetterFilter, lettersToRedrive, type RedrivePorts, sendBack } from '../../bin/redrive.ts';
import { deadLetter } from '../../functions/shared/domain/dead-letter.ts';
import type { LogRecord } from '../../functions/shared/domain/record.ts';
import { header } from '../../functions/shared/domain/record.ts';
import { topics } from '../../functions/shared/domain/topics.ts';
import { MemoryLog, MemoryObjects, memoryPorts } from '../support/memory-ports.ts';

interface TestPorts extends RedrivePorts {
  readonly eventLog: MemoryLog;
  readonly objects: MemoryObjects;
}

function portsWith(...letters: readonly { readonly stage: string; readonly reason: string }[]): TestPorts {
  const { layout } = memoryPorts();
  const eventLog = new MemoryLog();
  const readLog = async (topic: string, partition: number, offset: number) =>
    eventLog
      .records(topic, partition)
      .filter((record) => record.offset >= offset)
      .slice(0, 1_000);
  for (const [offset, { stage, reason }] of letters.entries()) {
    const record: LogRecord = {
      topic: topics.samples,
      partition: 0,
      offset,
      timestampMs: 1,
      key: 'prod/host/node-a',
      value: Buffer.from(`sample ${offset}`),
      headers: {
        [header.schema]: 'sample/1',
        [header.replay]: 'recorded',
        [header.position]: 'normalise/offbeat.beats/0 0 7 0',
      },
    };
    const { key, value, headers } = deadLetter(record, stage, reason, 'why');
    void eventLog.append([{ topic: topics.deadLetters, partition: 0, key, value: Buffer.from(value), headers }]);
  }
  return { eventLog, objects: new MemoryObjects(), layout, readLog };
}

async function offsetsOf(filter: LetterFilter, ports: RedrivePorts): Promise<number[]> {
  const offsets: number[] = [];
  for await (const page of lettersToRedrive(filter, ports)) offsets.push(...page.map(({ offset }) => offset));
  return offsets;
}

async function redriveAll(filter: LetterFilter, ports: RedrivePorts): Promise<void> {
  for await (const page of lettersToRedrive(filter, ports)) await sendBack(page, ports);
}

const bug = { stage: 'detect', reason: 'step failed' };
const gone = { stage: 'persist', reason: 'refused by the warehouse' };

describe('redrive', () => {
  it('sends the original bytes to where they came from, under an id of their own and without the old position', async () => {
    const ports = portsWith(bug);
    await redriveAll({}, ports);
    expect(ports.eventLog.records(topics.samples)).toEqual([
      expect.objectContaining({
        partition: 0,
        key: 'prod/host/node-a',
        value: Buffer.from('sample 0'),
        headers: { [header.schema]: 'sample/1', [header.replay]: 'recorded', [header.id]: 'redrive/0/0' },
      }),
    ]);
  });

  it('sends each letter once, whatever filter comes second', async () => {
    const ports = portsWith(bug, gone, bug);
    await redriveAll({ stage: 'detect' }, ports);
    expect(await offsetsOf({}, ports)).toEqual([1]);
    await redriveAll({}, ports);
    expect(await offsetsOf({}, ports)).toEqual([]);
    expect(ports.eventLog.records(topics.samples)).toHaveLength(3);
  });

  it.each([
    ['reason', { reason: 'step failed' }, [0, 2]],
    ['stage', { stage: 'persist' }, [1]],
    ['both', { stage: 'persist', reason: 'step failed' }, []],
    ['neither', {}, [0, 1, 2]],
  ])('filters by %s', async (_name, filter, offsets) => {
    expect(await offsetsOf(filter, portsWith(bug, gone, bug))).toEqual(offsets);
  });

  it('sends a letter that lies there twice, by a crash, once', async () => {
    const ports = portsWith(bug);
    const [letter] = ports.eventLog.records(topics.deadLetters);
    const positioned = {
      ...letter!,
      value: letter!.value!,
      headers: { ...letter!.headers, [header.position]: 'detect/x/0 0 3 1' },
    };
    await ports.eventLog.append([positioned, positioned]);
    expect(await offsetsOf({}, ports)).toEqual([0, 1]);
    await redriveAll({}, ports);
    expect(await offsetsOf({}, ports)).toEqual([]);
    expect(ports.eventLog.records(topics.samples)).toHaveLength(2);
  });

  it('looks at every page', async () => {
    const ports = portsWith(...Array.from({ length: 2_500 }, () => bug));
    expect(await offsetsOf({}, ports)).toHaveLength(2_500);
  });

  it('sends under the same ids again where it died before it noted what was sent', async () => {
    const ports = portsWith(bug);
    const put = ports.objects.put.bind(ports.objects);
    ports.objects.put = async () => {
      throw new Error('died');
    };
    await expect(redriveAll({}, ports)).rejects.toThrow('died');
    ports.objects.put = put;
    await redriveAll({}, ports);
    const ids = ports.eventLog.records(topics.samples).map(({ headers }) => headers.id);
    expect(ids).toEqual(['redrive/0/0', 'redrive/0/0']);
  });

  it('leaves alone what names a topic that is none of ours', async () => {
    const ports = portsWith(bug);
    const [letter] = ports.eventLog.records(topics.deadLetters);
    await ports.eventLog.append([
      { ...letter!, value: letter!.value!, headers: { ...letter!.headers, topic: 'elsewhere' } },
    ]);
    expect(await offsetsOf({}, ports)).toEqual([0]);
  });

  it('finds nothing among no letters', async () => {
    expect(await offsetsOf({}, portsWith())).toEqual([]);
  });
});
