import { isName, isUnit } from '../../shared/domain/name.ts';
import type { MetricKind } from '../../shared/domain/sample.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shortened } from '../document/flatten.ts';
import type { Draft } from '../draft.ts';
import { rulesFor, type SourceRules } from '../identity/rules.ts';
import { ruledKind, ruledParts, withoutIgnored } from './by-settings.ts';
import { GatheredSamples } from './gathered.ts';
import { type Area, dimensionsOf, foldedParts, type Subject, subjectOf } from './identity.ts';
import { type Attributes, type Metric, type Point, type ResourceMetrics, temporality } from './model.ts';
import { exponentialQuantilesOf, quantileName, quantilesOf } from './quantiles.ts';
import type { Tally } from './tally.ts';

/** The groups of metrics that describe a host, by the first part of their names. */
const ofHosts = new Set(['system', 'process', 'hw']);
/** The most characters of a metric's name with its ending, of a dataset and of a unit, as the schema of a sample has them. */
const nameMax = 512;
const datasetMax = 256;
/** The flag of a data point that states that its series has ended. */
const noRecordedValue = 1;
/** A measurement of a data point: the ending of its metric's name, its value and its kind. */
type Measured = readonly [ending: string, value: number, kind: MetricKind, isUnitless?: boolean];

/**
 * Returns the samples of the metrics of a record. A sample has the measurements of one entity at one moment with equal
 * attributes and the same first two parts of their names.
 * @param tally counts what is left out
 */
export function readMetrics(resources: readonly ResourceMetrics[], tally: Tally, settings: Settings): Draft[] {
  const samples = new GatheredSamples(tally);
  const parts: Gathering['parts'] = new Map();
  // A Collector sends what each of its scrapers reads as a resource of its own, with the same attributes.
  const subjectsByText = new Map<string, ReturnType<typeof subjectsOf>>();
  for (const { attributes, metrics } of resources) {
    const text = JSON.stringify(attributes);
    const subjects = subjectsByText.get(text) ?? subjectsOf(attributes);
    subjectsByText.set(text, subjects);
    for (const metric of metrics) readMetric(metric, subjects, { samples, parts, tally, settings });
  }
  return samples.drafts(settings);
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
  readonly samples: GatheredSamples;
  /** The attributes of a resource that the points of its subject repeat, by the rules of their datasets. */
  readonly parts: Map<Subject, Map<SourceRules, Attributes>>;
  readonly tally: Tally;
  readonly settings: Settings;
}

function readMetric(metric: Metric, subjects: (area: Area) => Subject | undefined, into: Gathering): void {
  const { name, unit, points } = metric;
  const dataset = datasetOf(name);
  const isUnsafe = name === '' || name === '__proto__' || name.length > nameMax - 16 || !isName(name);
  if (isUnsafe || dataset.length > datasetMax) {
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
    unit: isUnit(unit) ? unit : '',
    subject,
    own: partsOf(subject, rules, into),
  };
  for (const point of points) readPoint(metric, point, facts, into);
}

/** Returns what the points of a subject repeat of its resource, found once. */
function partsOf(subject: Subject, rules: SourceRules, { parts }: Gathering): Attributes {
  const bySubject = parts.get(subject) ?? new Map<SourceRules, Attributes>();
  parts.set(subject, bySubject);
  const known = bySubject.get(rules) ?? foldedParts(ruledParts(subject, rules));
  bySubject.set(rules, known);
  return known;
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
  /** The attributes of the resource that are dimensions. */
  readonly own: Attributes;
}

function readPoint(metric: Metric, point: Point, facts: MetricFacts, into: Gathering): void {
  const { tally } = into;
  if (point.exemplars > 0) tally.ignore('exemplar', point.exemplars);
  if ((point.flags & noRecordedValue) !== 0) {
    tally.ignore('no recorded value', 1);
    return;
  }
  const { rules, own } = facts;
  const attributes = withoutIgnored(point.attributes, rules);
  const dimensions = dimensionsOf(own.length === 0 ? attributes : [...own, ...attributes]);
  if (dimensions === undefined) {
    tally.skip(shortened(facts.name), 'unsafe name', 1);
    return;
  }
  const measurements = measured(metric, point);
  if (measurements.length === 0) {
    tally.ignore('no recorded value', 1);
    return;
  }
  const place = { subject: facts.subject, dataset: facts.dataset, dimensions, timeMs: point.timeMs };
  // A start at the moment itself is one that the sender does not know, and one after it is a mistake. With either, each
  // reading would look like the first after a restart.
  const startMs = point.timeMs > 0 && point.startMs >= point.timeMs ? 0 : point.startMs;
  let isMeasured = false;
  for (const [ending, value, kind, isUnitless] of measurements) {
    const name = facts.name + ending;
    if (rules.isIgnored(name)) continue;
    if (!Number.isFinite(value)) tally.skip(shortened(name), 'not finite', 1);
    else {
      isMeasured = true;
      const unit = isUnitless ? '1' : facts.unit;
      into.samples.add(place, { name, value, kind: ruledKind(name, kind, rules), unit, startMs });
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
      const quantiles = (point.quantiles ?? []).map(([quantile, value]): Measured => {
        const isQuantile = quantile >= 0 && quantile <= 1;
        return [`.${quantileName(quantile)}`, isQuantile ? value : Number.NaN, 'gauge'];
      });
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
