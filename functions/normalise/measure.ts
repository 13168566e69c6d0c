import { RefusedRecordError } from '../shared/domain/errors.ts';
import { isObject } from '../shared/domain/json-object.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import { shownText } from '../shared/domain/shown.ts';
import { type FlatDocument, shortened } from './document/flatten.ts';
import type { Path } from './document/path.ts';
import type { Draft, SkippedField } from './draft.ts';
import { histogramAt } from './histograms.ts';
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
 * boolean and a numeric text count as numbers, as Elasticsearch would coerce them. A histogram has a number, a sum and
 * quantiles.
 * @param timePath the path of the document's time, which is not measured
 * @throws {RefusedRecordError} `too many fields`
 */
export function measure(document: FlatDocument, roots: Roots, rules: SourceRules, timePath?: string): Measured {
  const into = new Measurements(rules);
  const skipped: SkippedField[] = [];
  for (const [place, path] of document.paths.entries()) {
    const value = document.values[place];
    if (Array.isArray(value)) {
      const histogram = isMeasured(path, roots) ? histogramAt(document, path, value) : undefined;
      for (const [metric, number] of histogram?.deltas ?? []) into.add(metric, number, { kind: 'delta' });
      for (const [metric, number] of histogram?.gauges ?? []) into.add(metric, number, {});
      if (isObject(value[0]) && isMeasured(path, roots)) skipped.push(listOfObjects(path));
      continue;
    }
    const number = numberAt(path, value, roots, skipped);
    if (number === undefined || path.text === timePath) continue;
    into.add(path.text, number, path);
  }
  return { ...into.fields(), skipped };
}

/** The measurements of a document while they are gathered. */
class Measurements {
  readonly #rules: SourceRules;
  readonly #values: Record<string, number> = {};
  readonly #units: Record<string, string> = {};
  readonly #kinds: Record<string, MetricKind> = {};
  #count = 0;

  constructor(rules: SourceRules) {
    this.#rules = rules;
  }

  /** @throws {RefusedRecordError} `too many fields` */
  add(
    metric: string,
    value: number,
    { unit, kind }: { readonly unit?: string | undefined; readonly kind?: MetricKind | undefined },
  ): void {
    if (this.#rules.isNoMetric(metric)) return;
    this.#count += 1;
    if (this.#count > measurementsMax) throw tooMany(metric, this.#count);
    this.#values[metric] = value;
    if (unit !== undefined) this.#units[metric] = unit;
    const ruled = kind === undefined && this.#rules.isCounter(metric) ? 'counter' : kind;
    if (ruled !== undefined) this.#kinds[metric] = ruled;
  }

  fields(): Omit<Measured, 'skipped'> {
    return { measurements: this.#values, ...carried('units', this.#units), ...carried('kinds', this.#kinds) };
  }
}

const listOfObjects = ({ text }: Path): SkippedField => ({ field: shortened(text), reason: 'a list of objects' });

/** Returns whether the numbers at a path belong to what the document measures. */
const isMeasured = (path: Path, roots: Roots): boolean =>
  path.root === 'host' ? measuredOfHost.test(path.text) : roots.isOwn(path.root);

/**
 * Returns the number at a path; `undefined` for what measures nothing.
 * @param skipped receives a metric of the catalogue that is no finite number
 */
function numberAt(path: Path, value: unknown, roots: Roots, skipped: SkippedField[]): number | undefined {
  if (typeof value !== 'number' && !path.isKnown) return undefined;
  if (!isMeasured(path, roots) || path.namesThing) return undefined;
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
