import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import { shownText } from '../shared/domain/shown.ts';
import { type FlatDocument, shortened } from './document/flatten.ts';
import type { Path } from './document/path.ts';
import type { Draft, SkippedField } from './draft.ts';
import type { Roots } from './identity/roots.ts';
import type { SourceRules } from './identity/rules.ts';

/** The most measurements of a document, as Elasticsearch limits its fields by default. */
export const measurementsMax = 1000;
/** The fields of `host` with measurements that Metricbeat 8 adds to those of its modules. */
const measuredOfHost = /^host\.(?:cpu|disk|memory|network)\./;

/** The measurements of a document with their units and kinds, and the fields that were left out. */
export type Measured = Pick<Draft, 'measurements' | 'units' | 'kinds'> & { readonly skipped: readonly SkippedField[] };

/**
 * Returns every number of a document that measures something, under its dotted name. For a metric of the catalogue, a
 * boolean and a numeric text count as numbers, as Elasticsearch would coerce them.
 * @param timePath the path of the document's time, which is not measured
 * @throws {RefusedRecordError} `too many fields`
 */
export function measure(document: FlatDocument, roots: Roots, rules: SourceRules, timePath?: string): Measured {
  const measurements: Record<string, number> = {};
  const units: Record<string, string> = {};
  const kinds: Record<string, MetricKind> = {};
  const skipped: SkippedField[] = [];
  let count = 0;
  for (const [place, path] of document.paths.entries()) {
    const number = numberAt(path, document.values[place], roots, skipped);
    if (number === undefined || path.text === timePath || rules.isNoMetric(path.text)) continue;
    count += 1;
    if (count > measurementsMax) throw tooMany(path.text, count);
    measurements[path.text] = number;
    if (path.unit !== undefined) units[path.text] = path.unit;
    if (rules.isCounter(path.text)) kinds[path.text] = 'counter';
  }
  return { measurements, ...carried('units', units), ...carried('kinds', kinds), skipped };
}

/**
 * Returns the number at a path; `undefined` for what measures nothing.
 * @param skipped receives a metric of the catalogue that is no finite number
 */
function numberAt(path: Path, value: unknown, roots: Roots, skipped: SkippedField[]): number | undefined {
  if (Array.isArray(value) || (typeof value !== 'number' && !path.isKnown)) return undefined;
  if (path.root === 'host' ? !measuredOfHost.test(path.text) : !roots.isOwn(path.root)) return undefined;
  if (path.namesThing) return undefined;
  const number = toNumber(value);
  if (number !== undefined && Number.isFinite(number)) return number;
  skipped.push({ field: shortened(path.text), reason: number === undefined ? 'not a number' : 'not finite' });
  return undefined;
}

/** A pattern for numeric texts. JavaScript reads `0x10` and `0b1` as numbers, too, and no shipper writes them as such. */
const decimal = /^\s*[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : undefined;
}

function tooMany(path: string, count: number): RefusedRecordError {
  return new RefusedRecordError(
    'too many fields',
    `${shownText(path)}: measurement number ${count}, ${measurementsMax} at most`,
  );
}

/** Returns an object with a field, or an empty one where the field would be empty. */
function carried<Name extends string, T>(name: Name, values: Readonly<Record<string, T>>) {
  for (const _ in values) return { [name]: values } as Readonly<Record<Name, Readonly<Record<string, T>>>>;
  return {};
}
