import { describe, expect, it } from 'vitest';
import { soleReader } from '../../../local/lambda/stage-broker.ts';
import { MemoryBroker } from '../memory-broker.ts';

const topic = 'offbeat.beats';
const partitions = [0, 1].map((partition) => ({ topic, partition }));

describe('the log of one process', () => {
  it('assigns each stage all of its partitions, without a join', () => {
    const broker = soleReader(new MemoryBroker(), (stage) => (stage === 'normalise' ? partitions : []));
    expect(broker.source('normalise').assigned).toEqual(partitions);
    expect(broker.source('detect').assigned).toEqual([]);
  });

  it('reads and commits through the log, for each group separately', async () => {
    const memory = new MemoryBroker();
    const source = soleReader(memory, () => partitions).source('normalise');
    await memory.append({ value: Buffer.from('a') }, { value: Buffer.from('b') });
    expect(source.read(topic, 0, 0, { recordsMax: 10, bytesMax: 1_000 }).map(({ value }) => `${value}`)).toEqual([
      'a',
      'b',
    ]);
    expect(source.endOffset(topic, 0)).toBe(2);
    await source.commit('normalise', topic, 0, 1);
    expect([source.committed('normalise', topic, 0), source.committed('detect', topic, 0)]).toEqual([1, 0]);
  });

  it('is always settled, because its pollers see every record at once', async () => {
    const broker = soleReader(new MemoryBroker(), () => partitions);
    expect(await broker.isSettled()).toBe(true);
    await broker.join();
    await broker.close();
    expect(await broker.isSettled()).toBe(true);
  });
});
