import { normalise } from '../../../functions/normalise/normalise.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout, defaultSettings, type Settings } from '../../../functions/shared/domain/settings.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { recording } from '../../support/recorded.ts';

/** When the broker had the documents of these tests, and what they say of themselves. */
export const brokerMs = Date.parse('2026-11-23T15:00:01Z');
export const time = '2026-11-23T15:00:00.000Z';
export const timeMs = Date.parse(time);

/** A record of `beats`; text and bytes as they are, anything else as JSON. */
export function beat(document: unknown, headers: Record<string, string> = {}, offset = 0): LogRecord {
  const value = Buffer.isBuffer(document)
    ? document
    : Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  // A replay comes when what it holds is over.
  const timestampMs = headers[header.replay] === undefined ? brokerMs : brokerMs + 86_400_000;
  return { topic: topics.beats, partition: 0, offset, timestampMs, key: null, value, headers };
}

export const replayed = { [header.replay]: 'recorded' };

/** The samples that a record becomes. */
export function samplesOf(record: LogRecord, settings: Settings = defaultSettings): Sample[] {
  return normalise(record, settings, defaultLayout).effects.map(({ value }) => JSON.parse(String(value)));
}

/** The one sample that a document becomes. */
export function sampleOf(document: unknown, headers?: Record<string, string>, settings?: Settings): Sample {
  const [sample, ...others] = samplesOf(beat(document, headers), settings);
  if (sample === undefined || others.length > 0) throw new Error(`expected one sample, got ${others.length + 1}`);
  return sample;
}

/** Why a document is refused: `reason: detail`. */
export function refusalOf(document: unknown, headers?: Record<string, string>): string {
  try {
    samplesOf(beat(document, headers));
  } catch (error) {
    if (error instanceof RefusedRecordError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}

/** A document of Metricbeat 8 with these fields beside its envelope. */
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

/** The first recorded document of a dataset that has a field, by its dotted path. */
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
