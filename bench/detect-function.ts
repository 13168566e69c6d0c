import { detectStep } from '../functions/detect/detect.ts';
import { decodeKafkaEvent, encodeKafkaEvent, type KafkaEvent } from '../functions/shared/domain/kafka-event.ts';
import { header, type LogRecord } from '../functions/shared/domain/record.ts';
import { type Sample, sampleVersion } from '../functions/shared/domain/sample.ts';
import { defaultLayout, defaultSettings } from '../functions/shared/domain/settings.ts';
import { tickVersion } from '../functions/shared/domain/signal.ts';
import { topics } from '../functions/shared/domain/topics.ts';
import type { StepContext } from '../functions/shared/runner/step.ts';
import { measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const hosts = 500;
const ticks = 18;
const rounds = 9;
const metrics = [
  'system.diskio.read.bytes',
  'system.diskio.write.bytes',
  'system.diskio.read.count',
  'system.diskio.write.count',
  'system.diskio.io.time',
  'system.network.in.bytes',
  'system.network.out.bytes',
  'system.network.in.packets',
  'system.network.out.packets',
  'system.network.in.dropped',
];
const measurements = hosts * ticks * metrics.length;

/** MSK events in, effects and changed blocks out: envelope, JSON, checks, detection, minutes, codec. */
export async function benchDetectFunction(): Promise<BenchRow[]> {
  const events = Array.from({ length: ticks }, (_, tick) => eventOf(tick));
  const { json, all } = await measure(measurements, rounds, { json: () => parseOnly(events), all: () => run(events) });
  return [
    { name: 'MSK envelope and JSON.parse alone (peer)', figure: json, unit: 'measurements/s' },
    {
      name: 'detect function, event in, effects out',
      figure: all,
      unit: 'measurements/s',
      budget: 300_000,
      note: `${share(all, json, 'envelope and JSON.parse alone')}; ${metrics.length} measurements a sample`,
    },
  ];
}

function parseOnly(events: readonly KafkaEvent[]): void {
  for (const event of events) {
    for (const { records } of decodeKafkaEvent(event)) for (const { value } of records) JSON.parse(value!.toString());
  }
}

function run(events: readonly KafkaEvent[]): void {
  const context: StepContext = {
    settings: defaultSettings,
    layout: defaultLayout,
    topic: topics.samples,
    partition: 0,
  };
  const state = detectStep.open(new Map(), context);
  for (const event of events) {
    for (const { records } of decodeKafkaEvent(event)) {
      for (const record of records) detectStep.apply(state, record, context);
    }
    detectStep.takeChanges(state);
  }
}

/** Ten seconds of all hosts and the tick after them. */
function eventOf(tick: number): KafkaEvent {
  const timestampMs = 1_700_000_000_000 + tick * 10_000;
  const samples = Array.from({ length: hosts }, (_, host) =>
    recordOf(sampleVersion, sampleOf(host, tick, timestampMs)),
  );
  return encodeKafkaEvent([...samples, recordOf(tickVersion, { scope: 'live', timeMs: timestampMs })]);
}

function sampleOf(host: number, tick: number, timestampMs: number): Sample {
  return {
    entity: { cluster: 'bench', kind: 'host', name: `node-${host}` },
    timestampMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    measurements: Object.fromEntries(metrics.map((metric, nth) => [metric, 1e6 + tick * 1234 * (nth + 1) + host])),
    source: 'metricbeat',
  };
}

function recordOf(schema: string, value: object): LogRecord {
  return {
    topic: topics.samples,
    partition: 0,
    offset: 0,
    timestampMs: 1_700_000_000_000,
    key: 'bench',
    value: Buffer.from(JSON.stringify(value)),
    headers: { [header.schema]: schema },
  };
}
