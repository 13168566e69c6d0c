import { describe, expect, it, vi } from 'vitest';
import { lettersMax } from '../../../functions/persist/collision-letters.ts';
import { createPersist } from '../../../functions/persist/handler.ts';
import { alertVersion } from '../../../functions/shared/domain/alert.ts';
import { anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import { dayMs } from '../../../functions/shared/domain/durations.ts';
import { type Sample, sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { summaryVersion } from '../../../functions/shared/domain/summary.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { RefusedWrite, Warehouse } from '../../../functions/shared/ports/warehouse.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { failOnce, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { warehouseOver } from '../../support/warehouse-over.ts';
import { alert, anomaly, openPersist, record, sample, sampleRecords, silence, summary } from './open-persist.ts';

describe('persist', () => {
  it('persist writes each contract to its family', async () => {
    const { store, persist } = openPersist();
    await persist(sampleRecords(sample(0), sample(1)));
    await persist([record(topics.summaries, summaryVersion, summary)]);
    await persist([record(topics.signals, anomalyVersion, anomaly(1))]);
    await persist([
      record(topics.alerts, alertVersion, alert(1)),
      record(topics.alerts, silenceVersion, silence(1), 1),
    ]);
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    expect(await store.warehouse.count('offbeat-summaries')).toBe(1);
    expect(await store.warehouse.count('offbeat-anomalies')).toBe(1);
    expect(await store.warehouse.count('offbeat-alerts')).toBe(1);
    expect(await store.warehouse.count('offbeat-silences')).toBe(1);
  });

  it('persist writes no document for ticks, commands, places of entities, and samples that are counted by the minute', async () => {
    const { store, persist, deadLetters } = openPersist();
    await persist([
      record(topics.samples, 'tick/1', { scope: 'live', timeMs: 1 }),
      record(topics.samples, 'end/1', { scope: 'recorded', timeMs: 1 }, 1),
      record(topics.signals, 'command/1', {}, 2),
      record(topics.signals, 'entity/1', {}, 3),
      ...sampleRecords(sample(0, { measurements: { 'acme.events': 1 }, kinds: { 'acme.events': 'delta' } })),
    ]);
    expect(await store.warehouse.count('offbeat-samples')).toBe(0);
    expect(deadLetters()).toEqual([]);
  });

  it('persist leaves out and counts a live sample that is older than samples are kept, and writes a replayed one', async () => {
    const { all, persist, deadLetters } = openPersist();
    const telemetry = new MemoryTelemetry(() => {});
    const { timestampMs } = sample(0);
    const old = (parts: Partial<Sample>) => sample(0, { timestampMs: timestampMs - 2 * dayMs, ...parts });
    const tooOld = { timestampMs: timestampMs - 2 * dayMs - 1 };
    await persist(sampleRecords(old({}), old(tooOld), old({ ...tooOld, scope: 'recorded' })), { telemetry });
    const written = (await all('offbeat-samples')).map((found) => [found['@timestamp'], found['offbeat.scope']]);
    expect(written.sort()).toEqual([
      ['2026-11-21T09:59:59.999Z', 'recorded'],
      ['2026-11-21T10:00:00.000Z', undefined],
    ]);
    expect(deadLetters()).toEqual([]);
    expect(telemetry.counts()).toMatchObject({
      documents_written: 2,
      'ignored{reason=older than it is kept,stage=persist}': 1,
    });
  });

  it('persist counts what was written, and separately the documents that the warehouse wrote in part', async () => {
    const { store, persist, deadLetters } = openPersist();
    const telemetry = new MemoryTelemetry(() => {});
    const refusals: readonly RefusedWrite[] = [
      { index: 1, reason: 'too many fields', leftOut: 'other metrics' },
      { index: 2, reason: 'no number' },
    ];
    const warehouse = { ...store.warehouse, write: async () => refusals } as Warehouse;
    await persist(sampleRecords(sample(0), sample(1), sample(2), sample(3)), { telemetry, warehouse });
    expect(telemetry.counts()).toMatchObject({
      documents_written: 3,
      'ignored{reason=metrics beyond the field limit,stage=persist}': 1,
    });
    expect(deadLetters().map(({ headers }) => headers[letterHeader.offset])).toEqual(['2']);
  });

  it('persist counts documents of other content under one id, and rejects one of each dataset and hour', async () => {
    const { all, persist, deadLetters } = openPersist();
    const telemetry = new MemoryTelemetry(() => {});
    const other = (nth: number, dataset = 'system.cpu') =>
      sample(nth, { dataset, measurements: { 'system.cpu.total.norm.pct': 0.9 } });
    const first = [0, 1, 2].flatMap((nth) => [sample(nth), sample(nth, { dataset: 'x' })]);
    await persist(sampleRecords(...first), { telemetry });
    await persist(sampleRecords(...first, other(0), other(1), other(0, 'x')), { telemetry });
    expect(telemetry.counts()).toMatchObject({ 'ignored{reason=collision,stage=persist}': 3, documents_written: 12 });
    const remedy =
      'if documents collide again, a dead letter "collision" of detect names the setting that tells them apart';
    expect(deadLetters().map(({ headers }) => headers[letterHeader.detail])).toEqual([
      `offbeat-samples system.cpu: another document has this id: it differs in system.cpu.total.norm.pct; ${remedy}`,
      `offbeat-samples x: another document has this id: it differs in system.cpu.total.norm.pct; ${remedy}`,
    ]);
    expect((await all('offbeat-samples')).map((found) => found['system.cpu.total.norm.pct'])).toEqual(
      Array(6).fill(0.5),
    );
  });

  it('persist rejects one collision an hour, by append time', async () => {
    const opened = openPersist();
    const handler = createPersist(opened.ports);
    const later = (records: LogRecord[], ms: number) =>
      records.map((each) => ({ ...each, timestampMs: each.timestampMs + ms }));
    const others = sampleRecords(sample(0, { measurements: { 'system.cpu.total.norm.pct': 0.9 } }));
    const send = (records: LogRecord[]) => handler(encodeKafkaEvent(records), lambdaContext());
    await send(sampleRecords(sample(0)));
    for (const ms of [0, 1_000, 3_600_000]) await send(later(others, ms));
    expect(opened.deadLetters()).toHaveLength(2);
  });

  it('persist rejects at most 1,000 collisions an hour, however many datasets there are', async () => {
    const telemetry = new MemoryTelemetry(() => {});
    const handler = createPersist({ ...openPersist().ports, telemetry });
    const letters = () => telemetry.counts()['dead_letters{reason=collision,stage=persist}'];
    const of = (from: number, value: number, ms = 0) => {
      const samples = Array.from({ length: 600 }, (_, nth) =>
        sample(0, { dataset: `d${from + nth}`, measurements: { 'system.cpu.total.norm.pct': value } }),
      );
      return sampleRecords(...samples).map((each) => ({ ...each, timestampMs: each.timestampMs + ms }));
    };
    const send = (records: LogRecord[]) => handler(encodeKafkaEvent(records), lambdaContext());
    for (const from of [0, 600, 0]) for (const value of [0.5, 0.9]) await send(of(from, value));
    expect(letters()).toBe(lettersMax);
    await send(of(600, 0.9, 3_600_000));
    expect(letters()).toBe(lettersMax + 600);
  });

  it('persist writes two documents of one moment with different metrics', async () => {
    const { all, persist } = openPersist();
    await persist(sampleRecords(sample(0), sample(0, { measurements: { 'system.cpu.cores': 4 } })));
    expect(await all('offbeat-samples')).toHaveLength(2);
  });

  it('persist keeps the highest revision, whatever the order', async () => {
    const { all, persist } = openPersist();
    await persist([2, 3, 1].map((revision, nth) => record(topics.signals, anomalyVersion, anomaly(revision), nth)));
    await persist([record(topics.alerts, alertVersion, alert(2))]);
    await persist([record(topics.alerts, alertVersion, alert(1), 1)]);
    await persist([2, 3, 1].map((revision, nth) => record(topics.alerts, silenceVersion, silence(revision), nth)));
    expect((await all('offbeat-silences')).map((found) => found['offbeat.silence.revision'])).toEqual([3]);
    expect((await all('offbeat-anomalies')).map((found) => found['offbeat.anomaly.revision'])).toEqual([3]);
    expect((await all('offbeat-alerts')).map((found) => found['offbeat.alert.revision'])).toEqual([2]);
  });

  it('persist rejects an unreadable record with its bytes and a reason, and writes the others', async () => {
    const { store, persist, deadLetters } = openPersist();
    const poison = Buffer.from([0xff, 0x7b]);
    await persist([
      ...sampleRecords(sample(0)),
      record(topics.samples, sampleVersion, poison, 1),
      record(topics.samples, 'sample/3', sample(1), 2),
      record(topics.samples, undefined, sample(1), 3),
      record(topics.samples, sampleVersion, { ...sample(1), timestampMs: 'now' }, 4),
      record(topics.samples, sampleVersion, sample(2), 5),
    ]);
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    expect(deadLetters().map(({ headers }) => [headers[letterHeader.offset], headers[letterHeader.reason]])).toEqual([
      ['1', 'not JSON'],
      ['2', 'unknown schema'],
      ['3', 'unknown schema'],
      ['4', 'not a sample'],
    ]);
    expect(deadLetters()[0]?.value).toEqual(poison);
    expect(deadLetters()[3]?.headers[letterHeader.detail]).toContain('timestampMs');
  });

  it('persist rejects a record on which its own code fails, and writes the others', async () => {
    const { all, persist, deadLetters } = openPersist();
    const telemetry = new MemoryTelemetry(() => {});
    vi.spyOn(Date.prototype, 'toISOString').mockImplementationOnce(() => {
      throw new TypeError(`a defect of ours ${'x'.repeat(5_000)}\u0000`);
    });
    await persist(sampleRecords(sample(0), sample(1)), { telemetry });
    expect((await all('offbeat-samples')).map((found) => found['@timestamp'])).toEqual(['2026-11-23T10:00:10.000Z']);
    const [letter, ...others] = deadLetters();
    expect(others).toEqual([]);
    expect(letter?.headers).toMatchObject({
      [letterHeader.offset]: '0',
      [letterHeader.reason]: 'step failed',
      [letterHeader.detail]: expect.stringMatching(/^TypeError: a defect of ours x+…$/),
    });
    expect(letter?.value).toEqual(Buffer.from(JSON.stringify(sample(0))));
    expect(telemetry.counts()['records_failed{stage=persist}']).toBe(1);
  });

  it.each([
    ['warehouse.write', new TypeError('a defect of the warehouse')],
    ['eventLog.append', new TypeError('a defect of the log')],
  ])('a batch is retried when %s throws, whatever the error', async (call, error) => {
    const { store, persist, deadLetters } = openPersist();
    const decide = failOnce(call, 'before', error);
    const ports = {
      warehouse: withFaults('warehouse', store.warehouse, decide),
      eventLog: withFaults('eventLog', store.eventLog, decide),
    };
    const batch = [...sampleRecords(sample(0)), record(topics.samples, 'sample/9', {}, 1)];
    await expect(persist(batch, ports)).rejects.toThrow(error.message);
    expect(deadLetters()).toEqual([]);
  });

  it('persist rejects a record whose envelope cannot be read', async () => {
    const { store, persistEvent, deadLetters } = openPersist();
    const event = encodeKafkaEvent(sampleRecords(sample(0), sample(1), sample(2)));
    const [first, second, third] = Object.values(event.records)[0]!;
    const odd = { ...second, value: '%%%', headers: [{ [header.schema]: null }, 5] };
    await persistEvent({ ...event, records: { samples: [first, odd, third] } } as unknown as KafkaEvent);
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    expect(deadLetters().map(({ headers }) => headers[letterHeader.reason])).toEqual(['unknown schema']);
  });

  it('persist rejects a record that the warehouse refuses, with the reason of the warehouse', async () => {
    const { store, persist, deadLetters } = openPersist();
    const warehouse = warehouseOver(store.warehouse, {
      write: async (writes) => [{ index: writes.length - 1, reason: 'field limit of 1000 exceeded' }],
    });
    await persist(sampleRecords(sample(0), sample(1)), { warehouse });
    expect(
      deadLetters().map(({ headers }) => [
        headers[letterHeader.offset],
        headers[letterHeader.reason],
        headers[letterHeader.detail],
      ]),
    ).toEqual([['1', 'refused by the warehouse', 'field limit of 1000 exceeded']]);
  });
});
