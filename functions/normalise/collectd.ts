import { factsFor } from '../shared/domain/catalogue/catalogue.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { isObject, type JsonObject } from '../shared/domain/json-object.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import { shown } from '../shared/domain/shown.ts';
import { type Draft, type Read, required, type SkippedField } from './draft.ts';
import { defined, textAt } from './fields.ts';
import { measurementsMax, shortened } from './measure.ts';

/** Value lists of one message: more are a mistake of its sender, and each becomes a record of its own. */
const listsMax = 1000;
/** As the contract of a sample has it; every metric begins with it. */
const datasetMax = 256;

/** Units by collectd type (types.db), of the value before it was made a rate. */
const units: Readonly<Record<string, string>> = {
  df_complex: 'By',
  disk_io_time: 'ms',
  disk_merged: '{operation}',
  disk_octets: 'By',
  disk_ops: '{operation}',
  disk_time: 'ms',
  fork_rate: '{process}',
  if_dropped: '{packet}',
  if_errors: '{packet}',
  if_octets: 'By',
  if_packets: '{packet}',
  memory: 'By',
  percent: '%',
  percent_bytes: '%',
  swap: 'By',
  swap_io: '{page}',
};

/** Types are anybody's: one called `constructor` has no unit. */
const unitOf = (type: string): string => (Object.hasOwn(units, type) ? units[type]! : '1');

/** Whether a document is a message of collectd's write_kafka plugin (`Format JSON`), or one value list of it. */
export function isCollectd(document: unknown): boolean {
  if (Array.isArray(document)) return true;
  return (
    isObject(document) && Array.isArray(document.values) && Array.isArray(document.dsnames) && 'plugin' in document
  );
}

/**
 * A message of collectd's write_kafka plugin: a sample for each value list. `null`, which stands for "no rate yet" in
 * the first interval, is not measured.
 * @param storeRates whether growing values come as rates; the message itself does not tell
 * @throws {RefusedRecordError} `not collectd`, `no entity`, `not a time`, `not a sample` or `too many fields`, naming list and field
 * @see https://www.collectd.org/documentation/manpages/collectd.conf.html#plugin-write_kafka
 */
export function readCollectd(document: unknown, storeRates: boolean): Read {
  const lists = Array.isArray(document) ? document : [document];
  if (lists.length === 0) throw new RefusedRecordError('not collectd', 'expected value lists, got an empty array');
  if (lists.length > listsMax) {
    throw new RefusedRecordError('too many fields', `${lists.length} value lists in one message, ${listsMax} at most`);
  }
  const skipped: SkippedField[] = [];
  const drafts = lists.map((list, index) => readList(list, index, storeRates, skipped));
  return { drafts, skipped };
}

function readList(list: unknown, index: number, storeRates: boolean, skipped: SkippedField[]): Draft {
  if (!isObject(list) || !Array.isArray(list.values)) {
    throw new RefusedRecordError('not collectd', `[${index}].values: expected the values of a collectd value list`);
  }
  const text = (field: string): string =>
    required(textAt(list, field), `[${index}].${field}`, 'expected what collectd writes there');
  const host = text('host');
  const type = text('type');
  const dataset = `collectd.${text('plugin')}.${type}`;
  if (dataset.length > datasetMax) {
    throw new RefusedRecordError('not a sample', `[${index}]: plugin and type: more than ${datasetMax} characters`);
  }
  if (list.values.length > measurementsMax) {
    const detail = `[${index}].values: ${list.values.length} values in one list, ${measurementsMax} at most`;
    throw new RefusedRecordError('too many fields', detail);
  }
  return {
    kind: 'host',
    name: host,
    host,
    timeMs: timeOf(list, index),
    // Lists of one plugin differ by their type alone, and each comes as a document of its own.
    dataset,
    dimensions: defined({
      plugin_instance: textAt(list, 'plugin_instance'),
      type_instance: textAt(list, 'type_instance'),
    }),
    ...measured(list, list.values, dataset, unitOf(type), storeRates, skipped),
    source: 'collectd',
  };
}

/** `null` is no rate yet; anything else that is no finite number is skipped and named. */
function measured(
  { dsnames, dstypes }: JsonObject,
  values: readonly unknown[],
  prefix: string,
  unit: string,
  storeRates: boolean,
  skipped: SkippedField[],
): Pick<Draft, 'measurements' | 'units' | 'kinds'> {
  const measurements: Record<string, number> = {};
  const kinds: Record<string, MetricKind> = {};
  const metricUnits: Record<string, string> = {};
  for (const [nth, value] of values.entries()) {
    if (value === null) continue;
    const name = nthText(dsnames, nth) ?? 'value';
    const metric = name === 'value' ? prefix : `${prefix}.${name}`;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      skipped.push({ field: shortened(metric), reason: typeof value === 'number' ? 'not finite' : 'not a number' });
      continue;
    }
    measurements[metric] = value;
    const told = readingOf(nthText(dstypes, nth), unit, storeRates);
    const known = factsFor(metric);
    if (told.kind !== known.kind) kinds[metric] = told.kind;
    if (told.unit !== known.unit) metricUnits[metric] = told.unit;
  }
  return {
    measurements,
    ...(Object.keys(metricUnits).length === 0 ? {} : { units: metricUnits }),
    ...(Object.keys(kinds).length === 0 ? {} : { kinds }),
  };
}

/** How a value is to be read: `derive` and `counter` grow, `absolute` says how much since it was last asked. */
function readingOf(
  dstype: string | undefined,
  unit: string,
  storeRates: boolean,
): { readonly kind: MetricKind; readonly unit: string } {
  if (dstype === undefined || dstype === 'gauge') return { kind: 'gauge', unit };
  if (storeRates) return { kind: 'gauge', unit: `${unit}/s` };
  return { kind: dstype === 'absolute' ? 'delta' : 'counter', unit };
}

function nthText(list: unknown, nth: number): string | undefined {
  const text: unknown = Array.isArray(list) ? list[nth] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** collectd's time is seconds with a fraction. */
function timeOf({ time }: JsonObject, index: number): number | undefined {
  if (time === undefined || time === null) return undefined;
  if (typeof time === 'number' && Number.isFinite(time)) return Math.round(time * 1000);
  throw new RefusedRecordError('not a time', `[${index}].time: expected seconds since 1970, got ${shown(time)}`);
}
