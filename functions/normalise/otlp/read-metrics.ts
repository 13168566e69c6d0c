import { factsFor } from '../../shared/domain/catalogue/catalogue.ts';
import { isName } from '../../shared/domain/name.ts';
import type { MetricKind } from '../../shared/domain/sample.ts';
import type { Dimensions } from '../../shared/domain/series.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shortened } from '../document/flatten.ts';
import type { Draft } from '../draft.ts';
import { rulesFor, type SourceRules } from '../identity/rules.ts';
import { measurementsMax } from '../measure.ts';
import { ruledAttributes, ruledFacts, ruledKind } from './by-settings.ts';
import { type Area, dimensionsOf, type Subject, subjectOf } from './identity.ts';
import { type Attributes, type Metric, type Point, type ResourceMetrics, temporality } from './model.ts';
import { exponentialQuantilesOf, quantileName, quantilesOf } from './quantiles.ts';
import type { Tally } from './tally.ts';

/** The groups of metrics that describe a host, by the first part of their names. */
const ofHosts = new Set(['system', 'process', 'hw']);
/** The most characters of a metric's name with its ending, of a dataset and of a unit, as the schema of a sample has them. */
const nameMax = 512;
const datasetMax = 256;
const unitMax = 64;
/** A pattern for units that only say what is counted, such as `{operation}`. All of them are the unit 1. */
const annotation = /^(1|\{[^{}]*\})$/;
/** The flag of a data point that states that its series has ended. */
const noRecordedValue = 1;
/** The source of every sample that OpenTelemetry sent. */
export const otlpSource = 'opentelemetry';

/** A draft while the data points of its moment are gathered. */
interface Gathered {
  readonly subject: Subject;
  readonly dataset: string;
  readonly dimensions: Dimensions;
  readonly timeMs: number;
  readonly measurements: Record<string, number>;
  kinds: Record<string, MetricKind> | undefined;
  units: Record<string, string> | undefined;
  startMs: number;
  count: number;
}

/** A measurement of a data point: the ending of its metric's name, its value and its kind. */
type Measured = readonly [ending: string, value: number, kind: MetricKind, isUnitless?: boolean];

/**
 * Returns the samples of the metrics of a record. A sample has the measurements of one entity at one moment with equal
 * attributes and the same first two parts of their names.
 * @param tally counts what is left out
 */
export function readMetrics(resources: readonly ResourceMetrics[], tally: Tally, settings: Settings): Draft[] {
  const gathered = new Map<string, Gathered>();
  const finished: Gathered[] = [];
  // A Collector sends what each of its scrapers reads as a resource of its own, with the same attributes.
  const subjectsByText = new Map<string, ReturnType<typeof subjectsOf>>();
  for (const { attributes, metrics } of resources) {
    const text = JSON.stringify(attributes);
    const subjects = subjectsByText.get(text) ?? subjectsOf(attributes);
    subjectsByText.set(text, subjects);
    for (const metric of metrics) readMetric(metric, subjects, { gathered, finished, tally, settings });
  }
  return [...finished, ...gathered.values()].map((sample) => toDraft(sample, settings));
}

/** Returns the subject of a resource for either kind of metric, looked up once. */
function subjectsOf(attributes: Attributes): (area: Area) => Subject | undefined {
  const known = new Map<Area, Subject | undefined>();
  return (area) => {
    if (!known.has(area)) known.set(area, subjectOf(attributes, area));
    return known.get(area);
  };
}

interface Gathering {
  readonly gathered: Map<string, Gathered>;
  /** Samples whose place another one took, because a measurement was sent twice with different values. */
  readonly finished: Gathered[];
  readonly tally: Tally;
  readonly settings: Settings;
}

function readMetric(metric: Metric, subjects: (area: Area) => Subject | undefined, into: Gathering): void {
  const { name, unit, points } = metric;
  const dataset = datasetOf(name);
  if (name === '' || name.length > nameMax - 16 || dataset.length > datasetMax || !isName(name)) {
    into.tally.skip(shortened(name), 'unsafe name', points.length);
    return;
  }
  const subject = subjects(ofHosts.has(name.split('.', 1)[0]!) ? 'host' : 'service');
  if (subject === undefined) {
    into.tally.withoutEntity(points.length);
    return;
  }
  const rules = rulesFor(into.settings, dataset);
  const facts: MetricFacts = {
    rules,
    name,
    dataset,
    unit: unit.length <= unitMax && isName(unit) ? unit : '',
    subject,
  };
  for (const point of points) readPoint(metric, point, facts, into);
}

/**
 * Returns the dataset of a metric: the first two parts of its name. The load of a host, which the Collector reads apart from
 * its processors, has one of its own, because samples of one dataset may not have the same moment.
 */
function datasetOf(name: string): string {
  if (name.startsWith('system.cpu.load_average')) return 'system.load';
  const first = name.indexOf('.');
  const second = first < 0 ? -1 : name.indexOf('.', first + 1);
  return second < 0 ? name : name.slice(0, second);
}

/** The facts that the points of one metric share. */
interface MetricFacts {
  readonly rules: SourceRules;
  readonly name: string;
  readonly dataset: string;
  readonly unit: string;
  readonly subject: Subject;
}

function readPoint(metric: Metric, point: Point, facts: MetricFacts, into: Gathering): void {
  const { tally } = into;
  if (point.exemplars > 0) tally.ignore('exemplar', point.exemplars);
  if ((point.flags & noRecordedValue) !== 0) {
    tally.ignore('no recorded value', 1);
    return;
  }
  const { rules, subject } = facts;
  const own = subject.dimensions;
  const found = own.length === 0 ? point.attributes : [...own, ...point.attributes];
  const dimensions = dimensionsOf(rules.areNone ? found : ruledAttributes(found, subject.resource, rules));
  if (dimensions === undefined) {
    tally.skip(shortened(facts.name), 'unsafe name', 1);
    return;
  }
  let isMeasured = false;
  for (const [ending, value, kind, isUnitless] of measured(metric, point)) {
    const name = facts.name + ending;
    if (rules.isIgnored(name)) continue;
    if (!Number.isFinite(value)) tally.skip(shortened(name), 'not finite', 1);
    else {
      isMeasured = true;
      add(
        { name, value, kind: ruledKind(name, kind, rules), unit: isUnitless ? '1' : facts.unit },
        { point, facts, dimensions },
        into,
      );
    }
  }
  if (isMeasured) tally.read += 1;
}

/** Returns the measurements of a data point. */
function measured(metric: Metric, point: Point): Measured[] {
  const { count = 0, sum } = point;
  const kind = metric.temporality === temporality.delta ? 'delta' : 'counter';
  switch (metric.shape) {
    case 'gauge':
      return point.value === undefined ? [] : [['', point.value, 'gauge']];
    case 'sum':
      return point.value === undefined ? [] : [['', point.value, kindOfSum(metric)]];
    case 'summary': {
      const quantiles = (point.quantiles ?? []).map(
        ([quantile, value]): Measured => [`.${quantileName(quantile)}`, value, 'gauge'],
      );
      return [['.count', count, 'counter', true], ['.sum', sum ?? 0, 'counter'], ...quantiles];
    }
    case 'histogram':
    case 'exponentialHistogram': {
      const totals: Measured[] = [['.count', count, kind, true]];
      if (sum !== undefined) totals.push(['.sum', sum, kind]);
      // The buckets of a cumulative histogram hold all values since its start: their quantiles hardly move.
      if (kind === 'counter') return totals;
      const quantiles = metric.shape === 'histogram' ? quantilesOf(point) : exponentialQuantilesOf(point);
      return [...totals, ...quantiles.map(([name, value]): Measured => [`.${name}`, value, 'gauge'])];
    }
    default:
      return [];
  }
}

/** Returns the kind of a sum. A cumulative sum that may fall, such as the use of a disk, is a gauge. */
function kindOfSum({ temporality: of, isMonotonic }: Metric): MetricKind {
  if (of === temporality.delta) return 'delta';
  return isMonotonic ? 'counter' : 'gauge';
}

interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly kind: MetricKind;
  readonly unit: string;
}

interface Place {
  readonly point: Point;
  readonly facts: MetricFacts;
  readonly dimensions: Dimensions;
}

function add(measurement: Measurement, { point, facts, dimensions }: Place, into: Gathering): void {
  const { subject, dataset } = facts;
  const key = keyOf(subject, dataset, point.timeMs, dimensions);
  const { name, value, kind, unit } = measurement;
  let sample = into.gathered.get(key);
  if (sample !== undefined && Object.hasOwn(sample.measurements, name)) {
    if (sample.measurements[name] === value) return;
    // Both values become samples, and detect reports that they collide.
    into.finished.push(sample);
    sample = undefined;
  }
  if (sample === undefined) {
    sample = newSample(subject, dataset, point.timeMs, dimensions);
    into.gathered.set(key, sample);
  }
  sample.count += 1;
  if (sample.count > measurementsMax) {
    into.tally.skip(shortened(name), 'too many', 1);
    return;
  }
  sample.measurements[name] = value;
  carry(sample, { name, kind, unit });
  // A restart begins all counters anew, so that the earliest start of several is later, too.
  if (kind === 'counter' && point.startMs > 0 && (sample.startMs === 0 || point.startMs < sample.startMs)) {
    sample.startMs = point.startMs;
  }
}

function newSample(subject: Subject, dataset: string, timeMs: number, dimensions: Dimensions): Gathered {
  return {
    subject,
    dataset,
    dimensions,
    timeMs,
    measurements: {},
    kinds: undefined,
    units: undefined,
    startMs: 0,
    count: 0,
  };
}

/** Notes the kind and the unit of a measurement where the catalogue has another one. */
function carry(sample: Gathered, { name, kind, unit }: Omit<Measurement, 'value'>): void {
  const known = factsFor(name);
  if (kind !== known.kind) {
    sample.kinds ??= {};
    sample.kinds[name] = kind;
  }
  if (unit !== known.unit && unit !== '' && !(annotation.test(unit) && annotation.test(known.unit))) {
    sample.units ??= {};
    sample.units[name] = unit;
  }
}

function keyOf({ kind, name }: Subject, dataset: string, timeMs: number, dimensions: Dimensions): string {
  let key = `${kind}\0${name}\0${dataset}\0${timeMs}`;
  for (const dimension in dimensions) key += `\0${dimension}\0${dimensions[dimension]}`;
  return key;
}

function toDraft(
  { subject, dataset, dimensions, timeMs, measurements, kinds, units, startMs }: Gathered,
  settings: Settings,
): Draft {
  const { kind, name, host } = subject;
  const facts = ruledFacts(subject.facts, rulesFor(settings, dataset));
  return {
    kind,
    name,
    host,
    timeMs: timeMs === 0 ? undefined : timeMs,
    dataset,
    dimensions,
    measurements,
    ...(units === undefined ? {} : { units }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(facts === undefined ? {} : { facts }),
    ...(startMs === 0 ? {} : { startMs }),
    source: otlpSource,
  };
}
