import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Family, WarehouseWrite } from '../../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { newPath, open, record } from './open-store.ts';

function sampleWrite(id: string, parts: Partial<Sample> = {}): WarehouseWrite {
  const document = sampleDocument.write({
    entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
    timestampMs: 0,
    dataset: 'system.load',
    dimensions: {},
    measurements: { 'system.load.1': 1, 'acme.depth': 2 },
    units: { 'acme.depth': 'm' },
    source: 'metricbeat',
    ...parts,
  });
  return { family: 'offbeat-samples', id, timeMs: 0, document };
}

describe('documents', () => {
  it('are all beats, readable or not, without ticks and redriven ones', async () => {
    const store = open();
    await store.eventLog.append([
      record({ headers: { [header.replay]: 'recorded', [header.position]: 'replay/a 0 1 0' } }),
      record({ text: 'no document' }),
      record({ headers: { [header.schema]: 'tick/1' } }),
      record({ headers: { [header.schema]: 'end/1' } }),
      record({ headers: { [header.position]: 'redrive/run/offbeat.beats/0 0 1 0' } }),
      record({ topic: topics.samples, headers: { [header.schema]: 'sample/2' } }),
      record({ topic: topics.samples }),
    ]);
    expect(store.totals()).toMatchObject({ documents: 2, samples: 0, deadLetters: 0 });
  });
});

describe('samples', () => {
  it('are counted once, however often they are written', async () => {
    const store = open();
    await store.warehouse.write([sampleWrite('a'), sampleWrite('b'), sampleWrite('a')]);
    await store.warehouse.write([sampleWrite('b'), sampleWrite('c')]);
    expect(store.totals().samples).toBe(3);
  });

  it('that were refused are not counted', async () => {
    const store = open();
    await store.warehouse.write([{ ...sampleWrite('a'), document: {} }]);
    expect(store.totals()).toMatchObject({ samples: 0, series: 0 });
  });
});

describe('series', () => {
  it('differ by entity, dimensions and metric, and by nothing else', async () => {
    const store = open();
    const other = { cluster: 'prod', kind: 'host', name: 'node-b' } as const;
    await store.warehouse.write([
      sampleWrite('1'),
      sampleWrite('2', { timestampMs: 9, measurements: { 'system.load.1': 5 }, source: 'offbeat', dataset: 'load' }),
    ]);
    expect(store.totals().series).toBe(2);
    await store.warehouse.write([sampleWrite('3', { entity: other })]);
    expect(store.totals().series).toBe(4);
    await store.warehouse.write([
      sampleWrite('4', { dimensions: { device: 'sda', mount: '/' } }),
      sampleWrite('5', { dimensions: { mount: '/', device: 'sda' } }),
    ]);
    expect(store.totals().series).toBe(6);
    await store.warehouse.write([sampleWrite('6', { measurements: { 'system.load.5': 1 } })]);
    expect(store.totals().series).toBe(7);
  });

  it('are counted once over any number of processes', async () => {
    const path = newPath();
    const first = open(path);
    await first.warehouse.write([sampleWrite('1')]);
    first.close();
    const second = open(path);
    await second.warehouse.write([sampleWrite('2')]);
    expect(second.totals()).toMatchObject({ samples: 2, series: 2 });
  });

  it('of a batch that was rolled back are counted when it is written again', async () => {
    const store = open();
    const unwritable: WarehouseWrite = { ...sampleWrite('2'), version: Number.NaN };
    await expect(store.warehouse.write([sampleWrite('1'), unwritable])).rejects.toThrow(/version/);
    expect(store.totals()).toMatchObject({ samples: 0, series: 0 });
    await store.warehouse.write([sampleWrite('1')]);
    expect(store.totals()).toMatchObject({ samples: 1, series: 2 });
  });
});

describe('anomalies and alerts', () => {
  it.each<['anomalies' | 'alerts', Family]>([
    ['anomalies', 'offbeat-anomalies'],
    ['alerts', 'offbeat-alerts'],
  ])('%s are counted once, whatever revision they are at', async (name, family) => {
    const store = open();
    const write = (id: string, version: number): WarehouseWrite => ({ ...sampleWrite(id), family, version });
    await store.warehouse.write([write('a', 1), write('b', 1), write('a', 2)]);
    await store.warehouse.write([write('a', 3)]);
    expect(store.totals()).toMatchObject({ samples: 0, series: 0, [name]: 2 });
  });
});

describe('dead letters', () => {
  const letter = (position?: string, sourceTime = '1') =>
    record({
      topic: topics.deadLetters,
      headers: { [header.sourceTime]: sourceTime, ...(position === undefined ? {} : { [header.position]: position }) },
    });

  it('are counted once by their name, though they were appended twice', async () => {
    const store = open();
    await store.eventLog.append([letter('persist/offbeat.samples/0 0 7 0'), letter('persist/offbeat.samples/0 0 3 0')]);
    await store.eventLog.append([letter('persist/offbeat.samples/0 0 7 0'), letter('detect/offbeat.samples/0 0 7 0')]);
    expect(store.totals().deadLetters).toBe(3);
    expect(store.broker.endOffset(topics.deadLetters, 0)).toBe(4);
  });

  it('of a topic that was made again are counted in addition to those of the former one at the same offset', async () => {
    const store = open();
    const position = 'normalise/offbeat.beats/0 0 5 0';
    await store.eventLog.append([letter(position, '1000'), letter(position, '9000'), letter(position, '9000')]);
    expect(store.totals().deadLetters).toBe(2);
  });

  it('without a position are counted each', async () => {
    const store = open();
    await store.eventLog.append([letter(), letter()]);
    expect(store.totals().deadLetters).toBe(2);
  });

  it('of the queue are counted with them, and stay counted when they are sent back', async () => {
    const store = open();
    await store.queue.deadLetter('{}', 'hook: answered 410');
    store.queue.redrive(store.queue.deadLetters()[0]!.id);
    expect(store.totals().deadLetters).toBe(1);
  });
});
