import { detectStep } from '../functions/detect/detect.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { decodeKafkaEvent, encodeKafkaEvent, type KafkaEvent } from '../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import { topics } from '../functions/shared/log/topics.ts';
import type { StepContext } from '../functions/shared/runner/step.ts';
import { metrics, sampleRecord, tickRecord } from './load.ts';
import { measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const hosts = 500;
const ticks = 18;
const rounds = 9;
const measurements = hosts * ticks * metrics.length;

/** Measures `detect` from MSK events to effects and changed blocks: envelope, JSON, checks, detection, minutes, codec. */
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

/** A batch: ten seconds of documents of all hosts, and the tick after them. */
function eventOf(nth: number): KafkaEvent {
  const first = nth * (hosts + 1);
  const samples = Array.from({ length: hosts }, (_, host) =>
    sampleRecord(host, 'sda', nth, { partition: 0, offset: first + host }),
  );
  return encodeKafkaEvent([...samples, tickRecord(nth, { partition: 0, offset: first + hosts })]);
}
