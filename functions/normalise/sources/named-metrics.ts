import type { EntityKind } from '../../shared/domain/entity.ts';
import { RefusedRecordError } from '../../shared/domain/errors.ts';
import type { Facts, MetricKind } from '../../shared/domain/sample.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shownText } from '../../shared/domain/shown.ts';
import type { FlatDocument } from '../document/flatten.ts';
import { shortened } from '../document/flatten.ts';
import { namesThing, unitOf } from '../document/number-words.ts';
import type { Draft, Read, SkippedField } from '../draft.ts';
import { boundedDimensions, dimensionNameMax, dimensionText } from '../identity/dimensions.ts';
import { boundedFacts, factsOf, factText, type RankedFact } from '../identity/facts.ts';
import { hostOf, hostPaths } from '../identity/host.ts';
import { isOfBeat } from '../identity/roots.ts';
import { rulesFor, type SourceRules } from '../identity/rules.ts';
import { measurementsMax } from '../measure.ts';
import { timeOf } from '../timestamp.ts';
import type { DocumentSource } from './source.ts';
import { distributionOf } from './vector-values.ts';

/** Documents in which the name of a metric is a value: of Telegraf, Vector, OpenTSDB and adapters of Prometheus. */
export const namedMetrics: DocumentSource = {
  name: 'Metrics with a name and tags (Telegraf, Vector, OpenTSDB, Prometheus adapters)',
  recognised:
    'a `name`, `metric` or `measurement` with `tags` or `labels`, and with `fields` (Telegraf, InfluxDB), `kind` and `counter`, `gauge` and the like (Vector), or `value`; also a `metric` with `value` alone',
  entity:
    'the host in the tag `host` or `hostname`, or of the document; else the service in the tag `job` or `service`',
  dimensions:
    'the other tags or labels, but for what changes while the thing remains the same, of Telegraf: versions, images, `container_status`, and `result`, `result_type` and `status_code` of a check',
  measurements:
    '`telegraf.NAME.FIELD`; `NAMESPACE.NAME` of Vector; else the name itself. Kind by `kind` of Vector, counter for a name of Prometheus that ends in `_total`, else gauge',
  time: '`timestamp`, else `time` and the like, else the append time',
  recognises: (document) => shapeOf(document) !== undefined,
  read: readNamedMetrics,
};

/** The roots of values of a metric of Vector. */
const vectorRoots = [
  'counter',
  'gauge',
  'set',
  'distribution',
  'aggregated_histogram',
  'aggregated_summary',
  'sketch',
] as const;

type Shape = 'telegraf' | 'vector' | 'value';

type NameField = 'name' | 'metric' | 'measurement';

/** Returns the field that names the metric; `undefined` for a document that has none. */
const nameFieldOf = (document: FlatDocument): NameField | undefined =>
  (['name', 'metric', 'measurement'] as const).find(
    (path) => typeof document.valueAt(path) === 'string' && document.textAt(path) !== undefined,
  );

function shapeOf(document: FlatDocument): Shape | undefined {
  const nameField = nameFieldOf(document);
  if (nameField === undefined || isOfBeat(document)) return undefined;
  if (isVector(document)) return 'vector';
  const isTagged = document.paths.some(({ root, text }) => (root === 'tags' || root === 'labels') && text !== root);
  if (isTagged && document.paths.some(({ root, text }) => root === 'fields' && text !== root)) return 'telegraf';
  const value = document.valueAt('value');
  const isValue = typeof value === 'number' || (typeof value === 'string' && isTagged);
  return isValue && (isTagged || nameField === 'metric') ? 'value' : undefined;
}

function isVector(document: FlatDocument): boolean {
  const kind = document.valueAt('kind');
  return (kind === 'absolute' || kind === 'incremental') && vectorRoots.some((root) => document.hasBelow(root));
}

/** The tags that name the host, and those that name a service where no host is named; the best first. */
const hostTags = ['host', 'hostname', 'host_name', 'host.name'];
const serviceTags = ['job', 'service', 'service_name', 'service.name'];
/** The most characters of a path in a refusal. */
const shownMax = 200;

/**
 * Reads the metrics of a document as one sample, whose tags are its dimensions.
 * @throws {RefusedRecordError} `no entity`, `no measurement`, `not a time`, `too many fields`
 */
function readNamedMetrics(document: FlatDocument, settings: Settings): Read {
  const shape = shapeOf(document)!;
  const nameField = nameFieldOf(document)!;
  const name = document.textAt(nameField)!;
  const namespace = document.textAt('namespace');
  // InfluxDB's own name of the field is `measurement`; Telegraf calls it `name`.
  const ofTelegraf = nameField === 'name' ? `telegraf.${name}` : name;
  const dataset = { telegraf: ofTelegraf, vector: `vector.${namespace ?? 'metrics'}`, value: 'metrics' }[shape];
  const prefix = { telegraf: dataset, vector: namespace === undefined ? name : `${namespace}.${name}`, value: name };
  const rules = rulesFor(settings, dataset);
  const time = timeOf(document);
  const tags = tagsOf(document);
  const entity = entityOf(document, tags);
  const measured = new Measured(prefix[shape], rules);
  measureAll(document, shape, time.path, measured);
  if (shape === 'vector') for (const each of distributionOf(document)) measured.add(...each);
  const kind = kindOf(document, shape, tags, name);
  const others = factsOf(document, false, (path) => isNoFact(path) || path === time.path || rules.isNoMetric(path));
  const identifying = withoutStates(tags, shape);
  const facts = withStates(others, tags, identifying);
  const skipped = [...measured.skipped, ...document.skipped];
  if (measured.count === 0 && (shape !== 'telegraf' || skipped.length > 0)) throw nothingMeasured(name, skipped);
  const draft: Draft = {
    kind: entity.kind,
    name: entity.name,
    host: entity.kind === 'host' ? entity.name : hostOf(document),
    timeMs: time.timeMs,
    dataset,
    dimensions: dimensionsOf(document, identifying, entity.tag, rules),
    ...measured.fields(kind),
    ...(facts === undefined ? {} : { facts }),
    source: shape === 'value' || nameField === 'measurement' ? 'unknown' : shape,
  };
  return { drafts: [draft], skipped };
}

const isNoFact = (path: string): boolean =>
  ['name', 'metric', 'measurement', 'namespace', 'kind', 'value', ...hostPaths].includes(path) ||
  /^(?:tags|labels)\./.test(path);

/** Returns the tags of a document by their names. A list of values is one text. */
function tagsOf(document: FlatDocument): Map<string, string> {
  const tags = new Map<string, string>();
  for (const [place, { root, text }] of document.paths.entries()) {
    if ((root !== 'tags' && root !== 'labels') || text === root) continue;
    const value = document.values[place];
    const tag = Array.isArray(value) ? value.filter((each) => typeof each === 'string').join(',') : String(value);
    if (tag !== '') tags.set(text.slice(root.length + 1), tag);
  }
  return tags;
}

/** Matches tags of Telegraf that change at a deployment or an incident, which must not end the series. */
const ofState = /(?:^|_)(?:version|image)$|^container_status$|^result(?:_type)?$/;

/** Returns the tags that tell things apart. A `status_code` is a state beside the `result` of a check. */
function withoutStates(tags: ReadonlyMap<string, string>, shape: Shape): ReadonlyMap<string, string> {
  if (shape !== 'telegraf') return tags;
  return new Map([...tags].filter(([tag]) => !ofState.test(tag) && (tag !== 'status_code' || !tags.has('result'))));
}

/** Returns the facts with the tags that are no dimensions. */
function withStates(
  facts: Facts | undefined,
  tags: ReadonlyMap<string, string>,
  identifying: ReadonlyMap<string, string>,
): Facts | undefined {
  const found: RankedFact[] = Object.entries(facts ?? {}).map(([name, value]) => ({ rank: 1, name, value }));
  for (const [name, tag] of tags) {
    const value = identifying.has(name) || name.length > dimensionNameMax ? undefined : factText(tag);
    if (value !== undefined) found.push({ rank: 0, name, value });
  }
  return boundedFacts(found);
}

interface NamedEntity {
  readonly kind: EntityKind;
  readonly name: string;
  /** The tag with its name; `undefined` if another field has it. */
  readonly tag: string | undefined;
}

function entityOf(document: FlatDocument, tags: ReadonlyMap<string, string>): NamedEntity {
  const hostTag = hostTags.find((tag) => tags.has(tag));
  if (hostTag !== undefined) return { kind: 'host', name: tags.get(hostTag)!, tag: hostTag };
  const host = hostOf(document);
  if (host !== undefined) return { kind: 'host', name: host, tag: undefined };
  const serviceTag = serviceTags.find((tag) => tags.has(tag));
  if (serviceTag !== undefined) return { kind: 'service', name: tags.get(serviceTag)!, tag: serviceTag };
  throw new RefusedRecordError('no entity', 'tags.host: missing; expected a tag with the name of the host or of a job');
}

function dimensionsOf(
  document: FlatDocument,
  tags: ReadonlyMap<string, string>,
  entityTag: string | undefined,
  rules: SourceRules,
): Draft['dimensions'] {
  const pairs: [name: string, value: string][] = [];
  for (const [tag, value] of tags) {
    if (tag === entityTag || tag === '__name__' || tag.length > dimensionNameMax || rules.isIgnored(tag)) continue;
    pairs.push([tag, dimensionText(value)]);
  }
  for (const path of rules.dimensions) {
    const text = tags.has(path) ? undefined : document.textAt(path);
    if (text !== undefined) pairs.push([path, dimensionText(text)]);
  }
  return boundedDimensions(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The measurements of a document while they are gathered. */
class Measured {
  readonly skipped: SkippedField[] = [];
  count = 0;
  readonly #prefix: string;
  readonly #rules: SourceRules;
  readonly #values: Record<string, number> = {};
  readonly #units: Record<string, string> = {};
  /** The metrics that are gauges whatever the kind of the others, such as quantiles. */
  readonly #gauges = new Set<string>();

  constructor(prefix: string, rules: SourceRules) {
    this.#prefix = prefix;
    this.#rules = rules;
  }

  /** @param ending the part of the metric's name after that of the document; empty for none */
  add(ending: string, value: number, isGauge = false): void {
    const metric = ending === '' ? this.#prefix : `${this.#prefix}.${ending}`;
    if (this.#rules.isNoMetric(metric)) return;
    if (!Number.isFinite(value)) {
      this.skipped.push({ field: shortened(metric), reason: 'not finite' });
      return;
    }
    this.count += 1;
    if (this.count > measurementsMax) {
      const detail = `${shownText(metric, shownMax)}: measurement number ${this.count}, ${measurementsMax} at most`;
      throw new RefusedRecordError('too many fields', detail);
    }
    this.#values[metric] = value;
    const unit = unitOf(metric);
    if (unit !== undefined) this.#units[metric] = unit;
    if (isGauge) this.#gauges.add(metric);
  }

  /** Returns the fields of the sample. */
  fields(kind: MetricKind): Pick<Draft, 'measurements' | 'units' | 'kinds'> {
    const kinds: Record<string, MetricKind> = {};
    for (const metric in this.#values) {
      const own = this.#gauges.has(metric) ? 'gauge' : kind;
      const ruled = own === 'gauge' && this.#rules.isCounter(metric) ? 'counter' : own;
      if (ruled !== 'gauge') kinds[metric] = ruled;
    }
    return {
      measurements: this.#values,
      ...(Object.keys(this.#units).length === 0 ? {} : { units: this.#units }),
      ...(Object.keys(kinds).length === 0 ? {} : { kinds }),
    };
  }
}

/** The numbers of a document that describe it. */
const describing = new Set(['interval_ms', 'ns', 'clock']);

/** Measures every number of a document that is no tag, no time and no name of a thing. */
function measureAll(document: FlatDocument, shape: Shape, timePath: string | undefined, into: Measured): void {
  for (const [place, { root, text }] of document.paths.entries()) {
    if (root === 'tags' || root === 'labels' || text === timePath || describing.has(text)) continue;
    const value = document.values[place];
    const number = typeof value === 'string' && text === 'value' ? numberIn(value) : value;
    if (typeof number !== 'number') continue;
    const ending = endingOf(root, text, shape);
    if (ending !== '' && namesThing(text)) continue;
    into.add(ending, number);
  }
}

/** Returns the number in the text of an adapter of Prometheus, which writes `NaN` and `+Inf` so. */
const numberIn = (text: string): number => (/^[+-]?Inf$/.test(text) ? Number.POSITIVE_INFINITY : Number(text));

function endingOf(root: string, text: string, shape: Shape): string {
  if (text === 'value') return '';
  const isValues = shape === 'telegraf' ? root === 'fields' : (vectorRoots as readonly string[]).includes(root);
  if (!isValues || shape === 'value' || text === root) return text;
  const ending = text.slice(root.length + 1);
  return shape === 'vector' && ending === 'value' ? '' : ending;
}

function kindOf(document: FlatDocument, shape: Shape, tags: ReadonlyMap<string, string>, name: string): MetricKind {
  if (shape === 'value') return tags.has('__name__') && name.endsWith('_total') ? 'counter' : 'gauge';
  if (shape === 'telegraf' || document.hasBelow('gauge') || document.hasBelow('set')) return 'gauge';
  return document.valueAt('kind') === 'incremental' ? 'delta' : 'counter';
}

function nothingMeasured(name: string, [first]: readonly SkippedField[]): RefusedRecordError {
  const detail =
    first === undefined ? `${shownText(name, shownMax)}: no number` : `${shownText(first.field)}: ${first.reason}`;
  return new RefusedRecordError('no measurement', detail);
}
