import { catalogueFacts } from '../shared/domain/catalogue/catalogue.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { isObject, type JsonObject } from '../shared/domain/json-object.ts';
import { shownText } from '../shared/domain/shown.ts';
import type { Draft, SkippedField } from './draft.ts';

/** The most levels of a document, as Elasticsearch limits it by default: a deeper one is a mistake of its sender. */
const depthMax = 20;
/** The most measurements of a document, as Elasticsearch limits its fields by default. */
export const measurementsMax = 1000;
/** The most characters of a metric's name, as the schema of a sample limits it. */
const nameMax = 512;

/** The top-level fields that describe a document, its sender or its location and contain no measurement. */
const envelope = new Set(
  (
    '@timestamp @metadata @version _tmp agent beat client cloud container data_stream destination ecs elastic_agent ' +
    'error event fields fileset input kubernetes labels log message metricset observer orchestrator organization ' +
    'process related server service source stream tags tls trace transaction url user user_agent'
  ).split(' '),
);
/** The fields of `host` with measurements that Metricbeat 8 adds to those of its modules. */
const measuredOfHost = new Set(['cpu', 'disk', 'memory', 'network']);

/** A pattern for numbers that name a thing and are never measured. */
const naming = /(^|[._])(id|pid|ppid|pgid|uid|gid|port)$/;

/** The units of metrics that the catalogue does not describe, by the end of the metric's name. */
const unitsBySuffix: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/(^|[._])bytes_per_sec$/, 'By/s'],
  [/(^|[._])per_sec$/, '1/s'],
  [/(^|[._])bytes$/, 'By'],
  [/(^|[._])ms$/, 'ms'],
  [/(^|[._])us$/, 'us'],
  [/(^|[._])ns$/, 'ns'],
];

/** The measurements of a document with their units, and the fields that were left out. */
export type Measured = Pick<Draft, 'measurements' | 'units'> & { readonly skipped: readonly SkippedField[] };

/** The measurements of a document while they are gathered. */
interface Gathering {
  readonly measurements: Record<string, number>;
  readonly skipped: SkippedField[];
  count: number;
}

/**
 * Returns every number of a document that measures something, under its dotted name. For a metric of the catalogue, a
 * boolean and a numeric text count as numbers, as Elasticsearch would coerce them.
 * @throws {RefusedRecordError} `nested too deep` or `too many fields`
 */
export function measure(beat: JsonObject): Measured {
  const into: Gathering = { measurements: {}, skipped: [], count: 0 };
  for (const root in beat) {
    const value = beat[root];
    if (root === 'host' && isObject(value)) gatherHost(value, into);
    else if (!envelope.has(root.split('.', 1)[0]!)) gather(root, value, 1, into);
  }
  const units = unitsOf(into.measurements);
  return { measurements: into.measurements, ...(units === undefined ? {} : { units }), skipped: into.skipped };
}

function gatherHost(host: JsonObject, into: Gathering): void {
  for (const name in host) if (measuredOfHost.has(name)) gather(`host.${name}`, host[name], 2, into);
}

function gather(path: string, value: unknown, depth: number, into: Gathering): void {
  if (isObject(value)) {
    if (depth >= depthMax) {
      throw new RefusedRecordError('nested too deep', `${shownText(path)}: more than ${depthMax} levels of fields`);
    }
    // Every name below begins with this one. Building them would need its length times their number.
    if (path.length > nameMax) {
      into.skipped.push({ field: shortened(path), reason: 'unsafe name' });
      return;
    }
    for (const name in value) gather(`${path}.${name}`, value[name], depth + 1, into);
    return;
  }
  if (value === null || Array.isArray(value) || naming.test(path)) return;
  const known = catalogueFacts(path) !== undefined;
  if (typeof value !== 'number' && !known) return;
  if (/(^|\.)__proto__(\.|$)/.test(path) || path.length > nameMax) {
    into.skipped.push({ field: shortened(path), reason: 'unsafe name' });
    return;
  }
  const number = toNumber(value);
  if (number === undefined) into.skipped.push({ field: shortened(path), reason: 'not a number' });
  else if (!Number.isFinite(number)) into.skipped.push({ field: shortened(path), reason: 'not finite' });
  else add(path, number, into);
}

function add(path: string, number: number, into: Gathering): void {
  into.count += 1;
  if (into.count > measurementsMax) {
    throw new RefusedRecordError(
      'too many fields',
      `${shownText(path)}: measurement number ${into.count}, ${measurementsMax} at most`,
    );
  }
  into.measurements[path] = number;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function unitsOf(measurements: Readonly<Record<string, number>>): Record<string, string> | undefined {
  let units: Record<string, string> | undefined;
  for (const metric in measurements) {
    if (catalogueFacts(metric) !== undefined) continue;
    const unit = unitsBySuffix.find(([suffix]) => suffix.test(metric))?.[1];
    if (unit === undefined) continue;
    units ??= {};
    units[metric] = unit;
  }
  return units;
}

/** Returns a field's name, cut after 200 characters, as logs show it. */
export const shortened = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
