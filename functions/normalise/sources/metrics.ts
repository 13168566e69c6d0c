import { RefusedRecordError } from '../../shared/domain/errors.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shown, shownText } from '../../shared/domain/shown.ts';
import type { FlatDocument } from '../document/flatten.ts';
import { namesThing } from '../document/number-words.ts';
import type { Read, SkippedField } from '../draft.ts';
import { factsOf } from '../identity/facts.ts';
import { hostOf } from '../identity/host.ts';
import { isOfBeat, type Roots, rootsOf, rootsOfForeign } from '../identity/roots.ts';
import { rulesFor, type SourceRules } from '../identity/rules.ts';
import { type Measured, measure } from '../measure.ts';
import { timeOf } from '../timestamp.ts';
import { namedDataset, periodOf, shipperOf } from './envelope.ts';
import { identify } from './modules/identify.ts';
import { rowOf } from './modules/modules.ts';
import type { DocumentSource } from './source.ts';

/** Documents with numbers: of Metricbeat 6 to 9, or of any other shipper. It is the last source and recognises all. */
export const metrics: DocumentSource = {
  name: 'Metrics',
  recognised: 'any other document: of Metricbeat 6 to 9, or of any shipper that sends numbers with the name of a host',
  entity: 'by the dataset (table below); any other dataset: the host',
  dimensions: 'by the dataset; any other dataset: labels and identity words',
  measurements: 'every number of the module, under its dotted path; unit and kind by the catalogue',
  time: '`@timestamp`, else `timestamp`, `time`, `date` and the like, else the append time',
  recognises: () => true,
  read: readMetrics,
};

/**
 * Reads a document with numbers as one sample, with each number under its dotted name.
 * @throws {RefusedRecordError} `no entity`, `no measurement`, `not a time`, `too many fields`
 */
function readMetrics(document: FlatDocument, settings: Settings): Read {
  const dataset = datasetOf(document);
  const row = rowOf(dataset);
  const rules = rulesFor(settings, dataset);
  const time = timeOf(document);
  const { roots, measured } = measureOwn(document, dataset, rules, time.path);
  const measurements = row.keep?.(measured.measurements, document) ?? measured.measurements;
  if (isEmpty(measurements)) throw nothingMeasured(document, [...measured.skipped, ...document.skipped]);
  const { used, ...identity } = identify(document, row, roots, rules);
  const facts = factsOf(
    document,
    row.kind === 'host',
    (path) => used.has(path) || path === time.path || rules.isIgnored(path),
  );
  const periodMs = periodOf(document);
  const draft = {
    ...identity,
    host: hostOf(document),
    timeMs: time.timeMs,
    dataset,
    measurements,
    ...(measured.units === undefined ? {} : { units: measured.units }),
    ...(measured.kinds === undefined ? {} : { kinds: measured.kinds }),
    ...(facts === undefined ? {} : { facts }),
    ...(periodMs === undefined ? {} : { periodMs }),
    source: shipperOf(document),
  };
  return { drafts: [draft], skipped: [...measured.skipped, ...document.skipped] };
}

/**
 * Measures what belongs to the module of a document. If that is nothing and no Beat made the document, its fields have the
 * names of the schema by chance: `{ "hostname": "a", "server": { "connections": 5 } }`.
 */
function measureOwn(
  document: FlatDocument,
  dataset: string,
  rules: SourceRules,
  timePath: string | undefined,
): { readonly roots: Roots; readonly measured: Measured } {
  const roots = rootsOf([
    document.textAt('event.module'),
    document.textAt('metricset.module'),
    document.textAt('service.type'),
    dataset.split('.', 1)[0],
  ]);
  const measured = measure(document, roots, rules, timePath);
  if (!isEmpty(measured.measurements) || isOfBeat(document)) return { roots, measured };
  return { roots: rootsOfForeign, measured: measure(document, rootsOfForeign, rules, timePath) };
}

function datasetOf(document: FlatDocument): string {
  const named = namedDataset(document);
  if (named !== undefined) return named;
  const module = document.firstText(['metricset.module', 'event.module']);
  const metricset = document.textAt('metricset.name');
  return module !== undefined && metricset !== undefined
    ? `${module}.${metricset}`
    : (module ?? metricset ?? 'generic');
}

function isEmpty(record: Readonly<Record<string, number>>): boolean {
  for (const _ in record) return false;
  return true;
}

/** Matches a number with a unit, a share or thousands that its sender wrote as a text: `0.5`, `12%`, `10 GiB`, `1,234`. */
const numberAsText = /^[+-]?[\d.,]*\d(?: ?(?:%|[kKMGTP]?i?[bB]|[mun]?s))?$/;

/** A version, an address and an id are numbers for nobody. */
const isNumberAsText = (path: string, value: unknown): boolean =>
  typeof value === 'string' &&
  value.length <= 32 &&
  numberAsText.test(value) &&
  (value.match(/\./g)?.length ?? 0) <= 1 &&
  !/^(?:@|agent\.|ecs\.|host\.|beat\.|event\.)|version$/i.test(path) &&
  !namesThing(path);

/** Returns the refusal of a document without measurements. Its detail is a field that was left out, the Beat's error, or a number as text. */
export function nothingMeasured(document: FlatDocument, [first]: readonly SkippedField[]): RefusedRecordError {
  if (first !== undefined)
    return new RefusedRecordError('no measurement', `${shownText(first.field)}: ${first.reason}`);
  const complaint = document.textAt('error.message');
  if (complaint !== undefined)
    return new RefusedRecordError('no measurement', `error.message: ${shownText(complaint, 500)}`);
  const path = document.paths.find(({ text }, place) => isNumberAsText(text, document.values[place]));
  if (path !== undefined) {
    const detail = `${shownText(path.text)}: expected a number, got the text ${shown(document.valueAt(path.text))}; send it as a number`;
    return new RefusedRecordError('no measurement', detail);
  }
  return new RefusedRecordError('no measurement', 'no field contains a number that measures anything');
}
