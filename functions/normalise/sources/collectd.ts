import { factsFor } from '../../shared/domain/catalogue/catalogue.ts';
import { RefusedRecordError } from '../../shared/domain/errors.ts';
import { isObject, type JsonObject } from '../../shared/domain/json-object.ts';
import type { MetricKind } from '../../shared/domain/sample.ts';
import { shown } from '../../shared/domain/shown.ts';
import { parseTime } from '../../shared/time/parse-time.ts';
import { shortened, textOf } from '../document/flatten.ts';
import { type Draft, defined, type Read, required, type SkippedField } from '../draft.ts';
import { measurementsMax } from '../measure.ts';
import type { MessageSource } from './source.ts';

/** The most value lists of one message, because each becomes a record: more are a mistake of the sender. */
const listsMax = 1000;
/** The most characters of a dataset's name, as the schema of a sample limits it. Every metric name begins with it. */
const datasetMax = 256;

/** The units of collectd's types (types.db), for values before they become rates. */
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

/**
 * Returns the unit of a type. Senders choose type names freely, and one called `constructor` must not find
 * JavaScript's.
 */
const unitOf = (type: string): string => (Object.hasOwn(units, type) ? units[type]! : '1');

/** Messages of collectd's write_kafka plugin. */
export const collectd: MessageSource = {
  name: "collectd's write_kafka (`Format JSON`)",
  recognised: 'an array, or an object with `values`, `dsnames` and `plugin`',
  entity: 'the host in `host`',
  dimensions: '`plugin_instance`, `type_instance`',
  measurements:
    'each value of a list: `collectd.PLUGIN.TYPE` or `collectd.PLUGIN.TYPE.DSNAME`; unit by the type; kind by `dstypes` with `collectd.storeRates: false`, else gauge',
  time: '`time`, seconds, else the append time',
  recognises: isCollectd,
  read: (value, settings) => readCollectd(value, settings.collectd.storeRates),
};

/**
 * Returns whether a document is a message of collectd's write_kafka plugin (`Format JSON`), or one of its value lists.
 */
export function isCollectd(document: unknown): boolean {
  if (Array.isArray(document)) return true;
  return (
    isObject(document) && Array.isArray(document.values) && Array.isArray(document.dsnames) && 'plugin' in document
  );
}

/**
 * Reads a message of collectd's write_kafka plugin as one sample for each value list. The value `null`, which means "no
 * rate yet" in the first interval, is left out.
 * @param storeRates whether collectd sends growing values as rates, because the message itself does not show it
 * @throws {RefusedRecordError} `not collectd`, `no entity`, `not a time`, `not a sample` or `too many fields`, naming
 *   list and field
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
    required(textOf(list[field]), `[${index}].${field}`, 'expected a text, as collectd writes it');
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
    // Value lists of one plugin may differ only by their type, and each of them is a sample.
    dataset,
    dimensions: defined({
      plugin_instance: textOf(list.plugin_instance),
      type_instance: textOf(list.type_instance),
    }),
    ...measured(list, list.values, { prefix: dataset, unit: unitOf(type), storeRates }, skipped),
    source: 'collectd',
  };
}

/** The facts that all values of a list share. */
interface ListFacts {
  /** The beginning of each metric's name. */
  readonly prefix: string;
  readonly unit: string;
  readonly storeRates: boolean;
}

/**
 * Reads the values of a list. A `null` is left out, because it means "no rate yet".
 * @param skipped receives every other value that is not a finite number
 */
function measured(
  { dsnames, dstypes }: JsonObject,
  values: readonly unknown[],
  { prefix, unit, storeRates }: ListFacts,
  skipped: SkippedField[],
): Pick<Draft, 'measurements' | 'units' | 'kinds'> {
  const measurements: Record<string, number> = {};
  const kinds: Record<string, MetricKind> = {};
  const metricUnits: Record<string, string> = {};
  for (const [nth, value] of values.entries()) {
    if (value === null) continue;
    const name = nthText(dsnames, nth) ?? 'value';
    const metric = name === 'value' ? prefix : `${prefix}.${name}`;
    if (Object.hasOwn(measurements, metric)) {
      skipped.push({ field: shortened(metric), reason: 'given twice' });
      continue;
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      skipped.push({ field: shortened(metric), reason: typeof value === 'number' ? 'not finite' : 'not a number' });
      continue;
    }
    measurements[metric] = value;
    const carried = carriedBy(nthText(dstypes, nth), unit, storeRates);
    const known = factsFor(metric);
    if (carried.kind !== known.kind) kinds[metric] = carried.kind;
    if (carried.unit !== known.unit) metricUnits[metric] = carried.unit;
  }
  return {
    measurements,
    ...(Object.keys(metricUnits).length === 0 ? {} : { units: metricUnits }),
    ...(Object.keys(kinds).length === 0 ? {} : { kinds }),
  };
}

/**
 * Returns the kind and the unit of a value. A `derive` and a `counter` grow; an `absolute` is what was added since it
 * was last read.
 */
function carriedBy(
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

/** Reads the time of a list, which collectd writes in seconds with a fraction, as ms. */
function timeOf({ time }: JsonObject, index: number): number | undefined {
  if (time === undefined || time === null) return undefined;
  const timeMs = parseTime(time);
  if (timeMs !== undefined) return timeMs;
  throw new RefusedRecordError('not a time', `[${index}].time: expected seconds since 1970, got ${shown(time)}`);
}
