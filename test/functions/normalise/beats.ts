import { normalise } from '../../../functions/normalise/normalise.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings, type Settings } from '../../../functions/shared/domain/settings.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { recording } from '../../support/recorded.ts';

/** The append time of the documents of these tests. */
export const brokerMs = Date.parse('2026-11-23T15:00:01Z');
/** The `@timestamp` of the documents. */
export const time = '2026-11-23T15:00:00.000Z';
export const timeMs = Date.parse(time);

/** Returns a record of `beats` with a text or bytes as they are, or any other value as JSON. */
export function beat(document: unknown, headers: Record<string, string> = {}, offset = 0): LogRecord {
  const value = Buffer.isBuffer(document)
    ? document
    : Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  // A replay is appended after the time of its documents.
  const timestampMs = headers[header.replay] === undefined ? brokerMs : brokerMs + 86_400_000;
  return { topic: topics.beats, partition: 0, offset, timestampMs, key: null, value, headers };
}

export const replayed = { [header.replay]: 'recorded' };

/** Returns the samples of a record. */
export function samplesOf(record: LogRecord, settings: Settings = defaultSettings): Sample[] {
  return effectsOf(record, topics.samples, settings).map(({ value }) => JSON.parse(String(value)));
}

/** Returns the dead letters of the documents of a record that were refused beside others: reason, detail and bytes. */
export function lettersOf(record: LogRecord): string[] {
  return effectsOf(record, topics.deadLetters).map(
    ({ value, headers }) => `${headers[letterHeader.reason]}: ${headers[letterHeader.detail]}: ${String(value)}`,
  );
}

const effectsOf = (record: LogRecord, topic: string, settings: Settings = defaultSettings) =>
  normalise(record, settings, defaultLayout).effects.filter((effect) => effect.topic === topic);

/** Returns the only sample of a document. */
export function sampleOf(document: unknown, headers?: Record<string, string>, settings?: Settings): Sample {
  const [sample, ...others] = samplesOf(beat(document, headers), settings);
  if (sample === undefined || others.length > 0) throw new Error(`expected one sample, got ${others.length + 1}`);
  return sample;
}

/** Returns the refusal of a document as `reason: detail`. */
export function refusalOf(document: unknown, headers?: Record<string, string>): string {
  try {
    samplesOf(beat(document, headers));
  } catch (error) {
    if (error instanceof RefusedRecordError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}

/** Returns a document of Metricbeat 8 with its usual envelope and these fields. */
export const metricbeat = (dataset: string, fields: object, more: object = {}) => ({
  '@timestamp': time,
  agent: { type: 'metricbeat', name: 'node-a', version: '8.17.0' },
  ecs: { version: '8.0.0' },
  event: { dataset, module: dataset.split('.')[0], duration: 115_000 },
  host: { name: 'node-a' },
  metricset: { name: dataset.split('.')[1], period: 10_000 },
  service: { type: 'system' },
  ...fields,
  ...more,
});

/** Returns the first recorded document of a dataset that has a field at a dotted path. */
export function recorded(dataset: string, path: string): Record<string, unknown> {
  const found = recording().find((document) => document.event.dataset === dataset && has(document, path));
  if (found === undefined) throw new Error(`the recording has no ${dataset} with ${path}`);
  return found;
}

function has(document: unknown, path: string): boolean {
  const found = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
  return found !== undefined;
}
