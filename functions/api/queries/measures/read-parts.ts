import { hourMs, minuteMs } from '../../../shared/domain/durations.ts';
import { runConcurrently } from '../../../shared/handler/run-concurrently.ts';
import type { Match, Warehouse, WarehouseDocument } from '../../../shared/ports/warehouse.ts';
import { turns } from '../../../shared/time/event-loop.ts';
import { fieldOf } from '../../../shared/warehouse/metric-fields.ts';
import { type Grid, gridOf } from '../charts/grid.ts';
import { periodOf, stepsOf } from '../charts/steps.ts';
import { fineGridOf } from './coarsen.ts';
import { type Gathered, Gathering, labelPrefix, shownReadings } from './gathering.ts';
import type { MeasuredSeries } from './measured-series.ts';

/** A choice of components and a time axis for them. */
export interface PartsQuery {
  /** The fields of the documents that are read. */
  readonly match: Match;
  readonly metrics: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** A flag: the series have the period of the source where all of it is read, and {@link Parts.perStep} says how many are one step. */
  readonly isFine?: boolean;
  /** The components, each with the datasets of its documents. */
  readonly components: readonly PartsOwner[];
}

/** A component whose parts are read. */
export interface PartsOwner {
  readonly path: string;
  readonly datasets: readonly string[];
}

/** The series of components in the steps of a grid. */
export interface Parts {
  readonly source: 'samples' | 'minutes' | 'hours';
  readonly grid: Grid;
  /** The number of values of a series in each step of the grid, 1 unless more are asked for. */
  readonly perStep: number;
  /** The series by the path of their component. */
  readonly series: ReadonlyMap<string, readonly MeasuredSeries[]>;
  /** A sentence about what is not as exact as it could be; absent if everything is. */
  readonly note?: string;
}

/** The most components, and the longest range, that are read from samples. */
const componentsMaxOfSamples = 20;
const samplesRangeMsMax = hourMs;
/** The longest range that is read from minutes. */
const minutesRangeMsMax = 14 * 24 * hourMs;
/** The most minutes, or hours, of all components together that are read; of more, each step shows one. */
const summariesMax = 60_000;
/** The least steps of a fleet so large that it gets fewer than are asked for. */
const pointsMin = 10;
/** The usual number of documents of a component in a minute. */
const documentsOfComponent = 10;
/** The most documents of one answer. */
const documentsMax = 300_000;
/** The number of steps that are read at once. */
const readsAtOnce = 4;

/**
 * Reads the series from which measures are made: of few components and a short range by samples, else by minutes, or by hours. Where the
 * source that fits begins late in the range, another one that begins earlier is taken: samples are kept for two days, minutes for a month,
 * and hours are made later.
 */
export async function readParts(warehouse: Warehouse, query: PartsQuery): Promise<Parts> {
  const [fitting, ...others] = sourcesFor(query);
  let best = await partsOf(warehouse, query, fitting);
  for (const source of others) {
    if (firstMsOf(best) - query.fromMs <= lateMsOf[best.source]) break;
    const other = await partsOf(warehouse, query, source);
    if (firstMsOf(other) < firstMsOf(best) - lateMsOf.samples) best = other;
  }
  return best;
}

type Source = Parts['source'];

/** Returns the sources of a query, the one that fits first. */
function sourcesFor({ components, fromMs, toMs }: PartsQuery): readonly [Source, ...Source[]] {
  const rangeMs = toMs - fromMs;
  if (rangeMs > minutesRangeMsMax) return ['hours', 'minutes'];
  const isSmall = components.length <= componentsMaxOfSamples && rangeMs <= samplesRangeMsMax;
  return isSmall ? ['samples', 'minutes', 'hours'] : ['minutes', 'hours'];
}

const partsOf = (warehouse: Warehouse, query: PartsQuery, source: Source): Promise<Parts> =>
  source === 'samples' ? partsOfSamples(warehouse, query) : partsOfSummaries(warehouse, query, source);

/** Returns the time of the first value; infinity without one. */
function firstMsOf({ grid, perStep, series }: Parts): number {
  const firsts = [...series.values()]
    .flat()
    .map(({ values }) => Math.floor(values.findIndex((value) => value !== null) / perStep));
  return Math.min(Number.POSITIVE_INFINITY, ...firsts.flatMap((nth) => (nth < 0 ? [] : [grid.times[nth]!])));
}

/** The time after the beginning of a range from which on the first value of a source is late, ms. Hours of a long range never are. */
const lateMsOf = { samples: 3 * minuteMs, minutes: 2 * hourMs, hours: Number.MAX_SAFE_INTEGER } as const;

async function partsOfSamples(warehouse: Warehouse, query: PartsQuery): Promise<Parts> {
  const { match, metrics, toMs } = query;
  const gathering = new Gathering(metrics, '');
  const documents = await warehouse.search({
    family: 'offbeat-samples',
    match,
    // The rate of a counter needs the reading before.
    fromMs: query.fromMs - 2 * minuteMs,
    toMs,
    order: 'oldest first',
    limit: documentsMax,
  });
  for (const document of documents) {
    gathering.add(document);
    if (turns.isOver) await turns.next();
  }
  const all = gathering.all().map((gathered) => ({ ...gathered, readings: shownReadings(gathered, toMs) }));
  const periods = all.map(({ readings }) => periodOf(readings)).filter((ms) => ms > 0);
  const leastMs = Math.min(minuteMs, ...periods);
  const grid = gridOf(query, query.points, leastMs);
  return partsIn(grid, all, 'samples', query.isFine ? { fineMs: leastMs } : {});
}

const familyOf = { minutes: 'offbeat-summaries', hours: 'offbeat-summaries-1h' } as const;
const lengthMsOf = { minutes: minuteMs, hours: hourMs } as const;

async function partsOfSummaries(warehouse: Warehouse, query: PartsQuery, source: 'minutes' | 'hours'): Promise<Parts> {
  const { components } = query;
  const [family, lengthMs] = [familyOf[source], lengthMsOf[source]];
  const ofMinute = Math.max(1, components.length * documentsOfComponent);
  const points = Math.max(pointsMin, Math.min(query.points, Math.floor(summariesMax / ofMinute)));
  const grid = gridOf(query, points, lengthMs);
  const expected = ((query.toMs - query.fromMs) / lengthMs) * ofMinute;
  // One minute of each step, if all would be too many: a machine of thousands of series has no more than a person can compare.
  const isThinned = expected > summariesMax && grid.stepMs > lengthMs;
  const { datasets, metrics, labels: names } = await shapeOf(warehouse, query, family);
  const fields = ['@timestamp', 'offbeat.entity.path', ...names, ...metrics.map((metric) => `${fieldOf(metric)}.avg`)];
  const match = { ...query.match, 'event.dataset': datasets };
  const found = new Map<number, readonly WarehouseDocument[]>();
  const limit = Math.ceil(documentsMax / grid.times.length);
  let isCut = false;
  await runConcurrently(
    grid.times.map((time) => [time]),
    readsAtOnce,
    async (fromMs) => {
      const until = (toMs: number) =>
        warehouse.search({ family, match, fields, fromMs, toMs, order: 'oldest first', limit });
      const first = isThinned ? await until(fromMs + lengthMs) : [];
      // What began within the step has nothing at its beginning.
      const documents = first.length > 0 ? first : await until(fromMs + grid.stepMs);
      isCut ||= documents.length === limit;
      found.set(fromMs, documents);
    },
  );
  const gathering = new Gathering(metrics, '.avg');
  for (const time of grid.times) {
    for (const document of found.get(time)!) {
      gathering.add(document);
      if (turns.isOver) await turns.next();
    }
  }
  const notes = [
    ...(isThinned ? [`each step shows one of its ${source}, because there are many series`] : []),
    ...(isCut ? ['there are more series than one answer reads: some are missing'] : []),
  ];
  return partsIn(grid, gathering.all(), source, {
    periodMs: isThinned ? grid.stepMs : lengthMs,
    ...(query.isFine && !isThinned ? { fineMs: lengthMs } : {}),
    notes,
  });
}

/** The components of each dataset of which documents are looked at as a whole, and the most documents of each dataset. */
const lookedAtComponents = 3;
const lookedAtDocuments = 200;

/** The parts of the documents of components that are needed. */
interface Shape {
  readonly datasets: readonly string[];
  readonly metrics: readonly string[];
  /** The names of the fields of their dimensions, without which two series could be taken for one. */
  readonly labels: readonly string[];
}

/** Returns what is needed of the documents of these components, by some newest ones of each dataset. */
async function shapeOf(
  warehouse: Warehouse,
  { components, metrics, fromMs, toMs }: PartsQuery,
  family: 'offbeat-summaries' | 'offbeat-summaries-1h',
): Promise<Shape> {
  const owners = new Map<string, string[]>();
  for (const { path, datasets } of components) {
    for (const dataset of datasets) {
      const known = owners.get(dataset) ?? [];
      owners.set(dataset, known);
      if (known.length < lookedAtComponents) known.push(path);
    }
  }
  const [datasets, found, names] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [dataset, paths] of owners) {
    const match = { 'offbeat.entity.path': paths, 'event.dataset': dataset };
    const query = { family, match, fromMs, toMs, order: 'newest first', limit: lookedAtDocuments } as const;
    for (const document of await warehouse.search(query)) {
      const own = metrics.filter((metric) => document[`${fieldOf(metric)}.avg`] !== undefined);
      for (const metric of own) found.add(metric);
      if (own.length === 0) continue;
      datasets.add(dataset);
      for (const field in document) if (field.startsWith(labelPrefix)) names.add(field);
      if (turns.isOver) await turns.next();
    }
  }
  return { datasets: [...datasets], metrics: metrics.filter((metric) => found.has(metric)), labels: [...names] };
}

async function partsIn(
  grid: Grid,
  all: readonly Gathered[],
  source: Parts['source'],
  {
    periodMs,
    fineMs = grid.stepMs,
    notes = [],
  }: { readonly periodMs?: number; readonly fineMs?: number; readonly notes?: readonly string[] },
): Promise<Parts> {
  const series = new Map<string, MeasuredSeries[]>();
  const fine = fineGridOf(grid, fineMs);
  for (const { path, readings, metric, dimensions, series: text } of all) {
    const own = series.get(path) ?? [];
    series.set(path, own);
    own.push({
      metric,
      dimensions,
      series: text,
      values: stepsOf(readings, fine.grid, periodMs ?? periodOf(readings)).values,
    });
    if (turns.isOver) await turns.next();
  }
  return { source, grid, perStep: fine.perStep, series, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) };
}
