import { normalise } from '../../functions/normalise/normalise.ts';
import { check } from '../../functions/shared/domain/check.ts';
import { parseEntityPath } from '../../functions/shared/domain/entity.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import { isObject, type JsonObject } from '../../functions/shared/domain/json-object.ts';
import { type Sample, sampleSchema } from '../../functions/shared/domain/sample.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { parseTime } from '../../functions/shared/time/parse-time.ts';
import { timeOf } from '../bulk/document-time.ts';

/** The samples of one line, or the reason for which it has none: the field, the value and what was expected. */
export type HistoryLine = { readonly samples: readonly Sample[] } | { readonly problem: string };

/** The columns of a CSV. The last three may be absent. */
export const historyColumns = ['time', 'entity', 'metric', 'value', 'dataset', 'dimensions', 'unit'] as const;
export type HistoryColumn = (typeof historyColumns)[number];
export type HistoryRow = Readonly<Partial<Record<HistoryColumn, string>>>;

/**
 * Returns the sample of a row: one value of one series. Its dataset is by default the first two words of the metric, as in
 * Metricbeat: `system.cpu` of `system.cpu.total.norm.pct`.
 */
export function sampleOfRow(row: HistoryRow): HistoryLine {
  const timestampMs = parseTime(row.time);
  if (timestampMs === undefined) {
    return problem('time', row.time, 'a time such as 2026-11-23T15:12:39Z, or seconds or ms since 1970');
  }
  const entity = parseEntityPath(row.entity ?? '');
  if (entity === undefined) return problem('entity', row.entity, 'cluster/kind/name, such as prod/host/db-1');
  const { metric = '', value = '' } = row;
  if (metric === '') return problem('metric', metric, 'a name such as system.cpu.total.norm.pct');
  if (value.trim() === '' || !Number.isFinite(Number(value))) return problem('value', value, 'a number');
  const dimensions = dimensionsOf(row.dimensions);
  if (dimensions === undefined)
    return problem('dimensions', row.dimensions, 'JSON such as {"device":"sda"}, or nothing');
  const checked = check(sampleSchema, {
    ...{ entity, timestampMs, dimensions, source: 'history' },
    dataset: row.dataset || metric.split('.').slice(0, 2).join('.'),
    measurements: { [metric]: Number(value) },
    ...(row.unit ? { units: { [metric]: row.unit } } : {}),
  });
  return 'faults' in checked ? { problem: `${checked.faults}; correct the row` } : { samples: [checked.value] };
}

/** Returns the samples of a line of NDJSON: a beat document, or an object with the columns of a row. */
export function samplesOfObject(text: string, settings: Settings, nowMs: number): HistoryLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `expected an object in JSON, got ${shown(text)}; correct the line` };
  }
  if (!isObject(value)) return { problem: `expected an object in JSON, got ${shown(text)}; correct the line` };
  return 'metric' in value && 'entity' in value
    ? sampleOfRow(rowOf(value))
    : samplesOfDocument(text, value, settings, nowMs);
}

/** A document of the past is read as if it had come at its own time. */
function samplesOfDocument(text: string, document: JsonObject, settings: Settings, nowMs: number): HistoryLine {
  const record = {
    ...{ topic: topics.beats, partition: 0, offset: 0, key: null, headers: {} },
    timestampMs: timeOf(document) ?? nowMs,
    value: Buffer.from(text),
  };
  try {
    const { effects } = normalise(record, settings, defaultLayout);
    const samples = effects
      .filter(({ topic }) => topic === topics.samples)
      .map(({ value }) => JSON.parse(String(value)));
    return samples.length > 0 ? { samples } : { problem: 'the document has no measurement; leave it out' };
  } catch (error) {
    if (error instanceof RefusedRecordError) return { problem: error.message };
    throw error;
  }
}

function rowOf(object: JsonObject): HistoryRow {
  const texts = historyColumns.map((name) => {
    const value = object[name];
    return [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')];
  });
  return Object.fromEntries(texts);
}

function dimensionsOf(text = ''): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : undefined;
  } catch {
    return undefined;
  }
}

const problem = (field: string, value: string | undefined, expected: string): HistoryLine => ({
  problem: `${field}: expected ${expected}, got ${shown(value ?? '')}; correct the line`,
});
