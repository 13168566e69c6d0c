import { describe, expect, it, vi } from 'vitest';
import { createPersist, type PersistPorts } from '../../../functions/persist/handler.ts';
import { type Alert, alertVersion } from '../../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { type Sample, sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout } from '../../../functions/shared/domain/settings.ts';
import { type SilenceRecord, silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { type Summary, summaryVersion } from '../../../functions/shared/domain/summary.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import type { Warehouse, WarehouseDocument } from '../../../functions/shared/ports/warehouse.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { Crash, failOnce, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const startMs = Date.parse('2026-11-23T10:00:00Z');

const sample = (nth: number, parts: Partial<Sample> = {}): Sample => ({
  entity,
  timestampMs: startMs + nth * 10_000,
  dataset: 'system.cpu',
  dimensions: {},
  measurements: { 'system.cpu.total.norm.pct': 0.5 },
  source: 'metricbeat',
  ...parts,
});

const summary: Summary = {
  entity,
  minuteMs: startMs,
  dataset: 'system.cpu',
  dimensions: {},
  metrics: { 'system.cpu.total.norm.pct': { avg: 0.5, min: 0.5, max: 0.5, last: 0.5, count: 6 } },
};

const silence = (revision: number): SilenceRecord => ({
  id: 'silence-1',
  cluster: 'prod',
  revision,
  state: 'active',
  by: 'ada',
  matchers: { name: 'node-a' },
  createdAtMs: startMs,
  startsAtMs: startMs,
  endsAtMs: startMs + 60_000,
  updatedAtMs: startMs + revision,
  scope: 'live',
});

const anomaly = (revision: number): Anomaly => ({
  id: 'anomaly-1',
  revision,
  state: 'open',
  series: { entity, metric: 'system.cpu.total.norm.pct', dimensions: {} },
  dataset: 'system.cpu',
  startsAtMs: startMs,
  updatedAtMs: startMs + revision,
  peak: 1,
  expected: 0.5,
  lower: 0.4,
  upper: 0.6,
  unit: '1',
  score: 0.99,
  zScore: 9,
  direction: 'up',
  detector: 'ewma',
  severity: 'warning',
  reason: 'cpu on node-a at 100 %, expected 40 to 60 %',
  scope: 'live',
});

const alert = (revision: number): Alert => ({
  id: 'alert-1',
  revision,
  transition: 'opened',
  notify: true,
  status: 'open',
  severity: 'warning',
  title: 'cpu',
  headline: 'cpu on node-a',
  entity,
  startsAtMs: startMs,
  updatedAtMs: startMs + revision,
  anomalies: ['anomaly-1'],
  suspects: [],
  labels: {},
  annotations: {},
  trace: [],
  scope: 'live',
});

function record(topic: string, schema: string | undefined, value: unknown, offset = 0): LogRecord {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const headers = schema === undefined ? {} : { [header.schema]: schema };
  return { topic, partition: 0, offset, timestampMs: startMs, key: 'prod', value: bytes, headers };
}

const sampleRecords = (...samples: readonly Sample[]): LogRecord[] =>
  samples.map((each, nth) => record(topics.samples, sampleVersion, each, nth));

function open() {
  const store = openStore(':memory:', defaultLayout, { nowMs: () => startMs, random: () => 0.5 });
  const ports: PersistPorts = { ...store, layout: defaultLayout, telemetry: silentTelemetry };
  return {
    store,
    deadLetters: () => store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 }),
    all: (family: Parameters<Warehouse['count']>[0]): Promise<readonly WarehouseDocument[]> =>
      store.warehouse.search({ family, order: 'oldest first', limit: 1_000 }),
    async persist(records: readonly LogRecord[], parts: Partial<PersistPorts> = {}): Promise<void> {
      await createPersist({ ...ports, ...parts })(encodeKafkaEvent(records), lambdaContext());
    },
    async persistEvent(event: KafkaEvent): Promise<void> {
      await createPersist(ports)(event, lambdaContext());
    },
  };
}

describe('persist', () => {
  it('writes each contract to its family', async () => {
    const { store, persist } = open();
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

  it('keeps nothing of time, of commands, and of samples that are counted by the minute', async () => {
    const { store, persist, deadLetters } = open();
    await persist([
      record(topics.samples, 'tick/1', { scope: 'live', timeMs: 1 }),
      record(topics.samples, 'end/1', { scope: 'recorded', timeMs: 1 }, 1),
      record(topics.signals, 'command/1', {}, 2),
      ...sampleRecords(sample(0, { measurements: { 'acme.events': 1 }, kinds: { 'acme.events': 'delta' } })),
    ]);
    expect(await store.warehouse.count('offbeat-samples')).toBe(0);
    expect(deadLetters()).toEqual([]);
  });

  it('keeps the highest revision, in whatever order they come', async () => {
    const { all, persist } = open();
    await persist([2, 3, 1].map((revision, nth) => record(topics.signals, anomalyVersion, anomaly(revision), nth)));
    await persist([record(topics.alerts, alertVersion, alert(2))]);
    await persist([record(topics.alerts, alertVersion, alert(1), 1)]);
    await persist([2, 3, 1].map((revision, nth) => record(topics.alerts, silenceVersion, silence(revision), nth)));
    expect((await all('offbeat-silences')).map((found) => found['offbeat.silence.revision'])).toEqual([3]);
    expect((await all('offbeat-anomalies')).map((found) => found['offbeat.anomaly.revision'])).toEqual([3]);
    expect((await all('offbeat-alerts')).map((found) => found['offbeat.alert.revision'])).toEqual([2]);
  });

  it('puts what it cannot read aside with its bytes and a reason, and writes what is beside it', async () => {
    const { store, persist, deadLetters } = open();
    const poison = Buffer.from([0xff, 0x7b]);
    await persist([
      ...sampleRecords(sample(0)),
      record(topics.samples, sampleVersion, poison, 1),
      record(topics.samples, 'sample/2', sample(1), 2),
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

  it('puts aside a record on which it fails itself, and writes what is beside it', async () => {
    const { all, persist, deadLetters } = open();
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
  ])('comes again when %s throws, whatever it throws', async (call, error) => {
    const { store, persist, deadLetters } = open();
    const decide = failOnce(call, 'before', error);
    const ports = {
      warehouse: withFaults('warehouse', store.warehouse, decide),
      eventLog: withFaults('eventLog', store.eventLog, decide),
    };
    const batch = [...sampleRecords(sample(0)), record(topics.samples, 'sample/9', {}, 1)];
    await expect(persist(batch, ports)).rejects.toThrow(error.message);
    expect(deadLetters()).toEqual([]);
  });

  it('takes a record whose envelope is odd for one that cannot be read', async () => {
    const { store, persistEvent, deadLetters } = open();
    const event = encodeKafkaEvent(sampleRecords(sample(0), sample(1), sample(2)));
    const [first, second, third] = Object.values(event.records)[0]!;
    const odd = { ...second, value: '%%%', headers: [{ [header.schema]: null }, 5] };
    await persistEvent({ ...event, records: { samples: [first, odd, third] } } as unknown as KafkaEvent);
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    expect(deadLetters().map(({ headers }) => headers[letterHeader.reason])).toEqual(['unknown schema']);
  });

  it('puts aside what the warehouse will never take, with what it said', async () => {
    const { store, persist, deadLetters } = open();
    const warehouse: Warehouse = {
      write: async (writes) => [{ index: writes.length - 1, reason: 'field limit of 1000 exceeded' }],
      search: (query) => store.warehouse.search(query),
      count: (family) => store.warehouse.count(family),
    };
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

describe('failure points of persist', () => {
  const batch = sampleRecords(sample(0), sample(1), sample(2));

  it('6: half of a bulk is applied and the rest throttled; the batch comes again and each document is there once', async () => {
    const { store, all, persist } = open();
    const half: Warehouse = {
      ...store.warehouse,
      async write(writes) {
        await store.warehouse.write(writes.slice(0, 2));
        throw new UnavailableError('429 for 1 of 3 documents');
      },
      search: (query) => store.warehouse.search(query),
      count: (family) => store.warehouse.count(family),
    };
    await expect(persist(batch, { warehouse: half })).rejects.toThrow('429');
    expect(await store.warehouse.count('offbeat-samples')).toBe(2);
    const before = await all('offbeat-samples');
    await persist(batch);
    expect((await all('offbeat-samples')).slice(0, 2)).toEqual(before);
    expect(await store.warehouse.count('offbeat-samples')).toBe(3);
  });

  it.each(['before', 'after'] as const)(
    '7: dies %s the bulk; the batch comes again and changes nothing that is there',
    async (side) => {
      const { store, all, persist } = open();
      const warehouse = withFaults('warehouse', store.warehouse, failOnce('warehouse.write', side, new Crash()));
      await expect(persist(batch, { warehouse })).rejects.toThrow(Crash);
      await persist(batch);
      const once = await all('offbeat-samples');
      expect(once).toHaveLength(3);
      await persist([...batch].reverse());
      expect(await all('offbeat-samples')).toEqual(once);
    },
  );

  it('7: dies after a dead letter lies there; the second one carries the same position', async () => {
    const { store, persist, deadLetters } = open();
    const eventLog = withFaults('eventLog', store.eventLog, failOnce('eventLog.append', 'after', new Crash()));
    const poison = [record(topics.samples, 'sample/9', {}, 7)];
    await expect(persist(poison, { eventLog })).rejects.toThrow(Crash);
    await persist(poison);
    const positions = deadLetters().map(({ headers }) => headers[header.position]);
    expect(positions).toEqual(['persist/offbeat.samples/0 0 7 0', 'persist/offbeat.samples/0 0 7 0']);
  });

  it('15: a very old batch goes to the index of its own day, whatever day it is written', async () => {
    const { all, persist } = open();
    const old = sample(0, { timestampMs: Date.parse('2019-02-28T23:59:59.999Z') });
    await persist(sampleRecords(old));
    await persist(sampleRecords(old));
    expect((await all('offbeat-samples')).map((found) => found['@timestamp'])).toEqual(['2019-02-28T23:59:59.999Z']);
  });
});
