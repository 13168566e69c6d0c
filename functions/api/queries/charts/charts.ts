import { catalogueFacts, factsFor, seriesFacts } from '../../../shared/domain/catalogue/catalogue.ts';
import type { MetricFacts } from '../../../shared/domain/catalogue/facts.ts';
import { dayMs, hourMs, minuteMs } from '../../../shared/domain/durations.ts';
import { entityPath } from '../../../shared/domain/entity.ts';
import type { Series } from '../../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../../shared/domain/series-text.ts';
import { runConcurrently } from '../../../shared/handler/run-concurrently.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import type { ChartSeries, Charts } from '../../answers/charts.ts';
import { bandOf } from './band.ts';
import { type Grid, gridOf } from './grid.ts';
import {
  type GroupReadings,
  type GroupSummaries,
  type MetricReadings,
  newestFacts,
  readSamples,
  readSummaries,
  type SeriesGroup,
  type SummaryReading,
} from './group-readings.ts';
import { joined, type Times, timeAfter, timeBefore } from './joined.ts';
import { marksOf, type SeriesMark } from './marks.ts';
import { periodOf, type Reading, stepsOf } from './steps.ts';

/** A question for charts. */
export interface ChartsQuery {
  readonly series: readonly Series[];
  /** The beginning of the range, inclusive, ms since 1970. */
  readonly fromMs: number;
  /** The end of the range, exclusive. */
  readonly toMs: number;
  /** The most steps. */
  readonly points: number;
  /** States whether the expected band is wanted. */
  readonly band: boolean;
}

/** The longest ranges that are read from samples, and from minutes. Longer ones are read from hours. */
const samplesRangeMsMax = 6 * hourMs;
const minutesRangeMsMax = 14 * dayMs;
/** The time before the range of which samples are read: the rate of a counter needs the reading before. */
const leadMs = 2 * minuteMs;
/** The most samples of one answer. If there are more, minutes are read in their place. */
const samplesMax = 200_000;
/** The number of groups that are read at once. */
const readsAtOnce = 8;

const familyOf = { minutes: 'offbeat-summaries', hours: 'offbeat-summaries-1h' } as const;
const periodMsOf = { minutes: minuteMs, hours: hourMs } as const;

/**
 * Returns charts of series over one time axis. Up to 6 hours are read from samples, up to 14 days from minutes, a longer range from
 * hours. What one of them does not keep is read from another: minutes before the oldest samples and after the newest hours, hours before
 * the oldest minutes. A series without samples, such as that of log records, is read from minutes.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function findCharts(warehouse: Warehouse, query: ChartsQuery): Promise<Charts> {
  const { fromMs, toMs } = query;
  const rangeMs = toMs - fromMs;
  const marks = Map.groupBy(
    await marksOf(warehouse, { 'offbeat.anomaly.series': query.series.map(seriesText) }, query),
    ({ series }) => series,
  );
  const bySamples = rangeMs > samplesRangeMsMax ? undefined : await chartsBySamples(warehouse, query, marks);
  const { grid, ...found } =
    bySamples ?? (await chartsBySummaries(warehouse, query, marks, rangeMs > minutesRangeMsMax ? 'hours' : 'minutes'));
  return { fromMs, toMs, stepMs: grid.stepMs, times: [...grid.times], ...found };
}

type Marks = ReadonlyMap<string, readonly SeriesMark[]>;

interface Found extends Pick<Charts, 'source' | 'charts'> {
  readonly grid: Grid;
}

/** @returns `undefined` if there are more samples than one answer reads */
async function chartsBySamples(warehouse: Warehouse, query: ChartsQuery, marks: Marks): Promise<Found | undefined> {
  const groups = groupsOf(query.series);
  const documentsMax = Math.floor(samplesMax / groups.length);
  const range = { fromMs: query.fromMs - leadMs, toMs: query.toMs, documentsMax };
  const found = await readAll<GroupReadings>(groups, (group) => readSamples(warehouse, group, range));
  if ([...found.values()].some(({ isCut }) => isCut)) return undefined;
  const readingsOf = (series: Series) => found.get(keyOf(series))!.metrics.get(series.metric);
  const missing = query.series.filter(
    (series) => timeBefore(readingsOf(series)?.readings ?? [], query, minuteMs) !== undefined,
  );
  const minutes = await summariesOf(warehouse, query.band ? query.series : missing, query, 'minutes');
  const periods = new Map(query.series.map((series) => [series, periodOf(readingsOf(series)?.readings ?? [])]));
  const known = [...periods.values()].filter((ms) => ms > 0);
  const grid = gridOf(query, query.points, Math.min(...(known.length > 0 ? known : [minuteMs])));
  const charts = query.series.map((series): ChartSeries => {
    const own = readingsOf(series);
    const ofMinutes = minutes(series);
    const isByMinutes = own === undefined || own.kind === 'delta';
    const shown = isByMinutes
      ? ofSummaries(ofMinutes, own ?? factsFor(series.metric))
      : missing.includes(series)
        ? { ...own, readings: joined<Reading>(own.readings, ofMinutes, minuteMs) }
        : own;
    const periodMs = isByMinutes ? minuteMs : periods.get(series)!;
    return chartOf(series, { shown, grid, periodMs, summaries: ofMinutes, periodOfBandMs: minuteMs, query, marks });
  });
  return { source: 'samples', grid, charts };
}

async function chartsBySummaries(
  warehouse: Warehouse,
  query: ChartsQuery,
  marks: Marks,
  source: 'minutes' | 'hours',
): Promise<Found> {
  const periodMs = periodMsOf[source];
  const grid = gridOf(query, query.points, periodMs);
  const summaries = await joinedSummariesOf(warehouse, query, source);
  const facts = await factsOf(warehouse, query.series);
  const charts = query.series.map((series) => {
    const own = summaries(series);
    const shown = ofSummaries(own, facts(series));
    return chartOf(series, { shown, grid, periodMs, summaries: own, periodOfBandMs: periodMs, query, marks });
  });
  return { source, grid, charts };
}

/** The time after the newest hour of which minutes are read: an hour is aggregated some minutes after its end. */
const unaggregatedMsMax = 3 * hourMs;

/** Reads the minutes of the series of a query, and hours before the oldest of them; or its hours, and minutes after the newest of them. */
async function joinedSummariesOf(
  warehouse: Warehouse,
  query: ChartsQuery,
  source: 'minutes' | 'hours',
): Promise<(series: Series) => readonly SummaryReading[]> {
  const [periodMs, other] = [periodMsOf[source], source === 'minutes' ? 'hours' : 'minutes'] as const;
  const own = await summariesOf(warehouse, query.series, query, source);
  const missingOf = (series: Series): Times | undefined =>
    source === 'minutes'
      ? timeBefore(own(series), query, hourMs)
      : timeAfter(own(series), { ...query, fromMs: Math.max(query.fromMs, query.toMs - unaggregatedMsMax) }, periodMs);
  const missing = query.series.filter((series) => missingOf(series) !== undefined);
  if (missing.length === 0) return own;
  const times = missing.map((series) => missingOf(series)!);
  const range = {
    fromMs: Math.max(
      Math.min(...times.map(({ fromMs }) => fromMs)),
      source === 'hours' ? query.toMs - unaggregatedMsMax : 0,
    ),
    toMs: Math.max(...times.map(({ toMs }) => toMs)),
  };
  const others = await summariesOf(warehouse, missing, range, other);
  return (series) => (missing.includes(series) ? joined(own(series), others(series), periodMsOf[other]) : own(series));
}

/** Reads the minutes or hours of series. @returns a function that returns those of one */
async function summariesOf(
  warehouse: Warehouse,
  series: readonly Series[],
  { fromMs, toMs }: Times,
  source: 'minutes' | 'hours',
): Promise<(series: Series) => readonly SummaryReading[]> {
  const periodMs = periodMsOf[source];
  // A minute that begins before the range belongs to it in part.
  const range = {
    fromMs: fromMs - periodMs + 1,
    toMs,
    documentsMax: Number.MAX_SAFE_INTEGER,
    family: familyOf[source],
  };
  const found = await readAll<GroupSummaries>(groupsOf(series), (group) => readSummaries(warehouse, group, range));
  return (each) => found.get(keyOf(each))?.metrics.get(each.metric) ?? [];
}

type Facts = Pick<MetricFacts, 'kind' | 'unit'>;

function ofSummaries(readings: readonly SummaryReading[], { kind, unit }: Facts): MetricReadings {
  const per = { counter: '/s', delta: '/min', gauge: '' } as const;
  return { kind, unit: `${unit}${per[kind]}`, readings };
}

/** Returns the kinds and units of series: those that the catalogue does not have, of which only samples tell, by their newest sample. */
async function factsOf(warehouse: Warehouse, series: readonly Series[]): Promise<(series: Series) => Facts> {
  const unknown = groupsOf(series.filter(({ metric }) => catalogueFacts(metric) === undefined));
  const found = await readAll(unknown, (group) => newestFacts(warehouse, group));
  return (each) => found.get(keyOf(each))?.get(each.metric) ?? factsFor(each.metric);
}

const keyOf = ({ entity, dimensions }: Pick<Series, 'entity' | 'dimensions'>): string =>
  `${entityPath(entity)} ${dimensionsText(dimensions)}`;

/** Returns the groups of series that are read together. */
function groupsOf(series: readonly Series[]): SeriesGroup[] {
  return [...Map.groupBy(series, keyOf).values()].map((own) => ({
    entity: own[0]!.entity,
    dimensions: own[0]!.dimensions,
    metrics: [...new Set(own.map(({ metric }) => metric))],
  }));
}

/** Reads groups, some at once. @returns what was read, by the key of the group */
async function readAll<Found>(
  groups: readonly SeriesGroup[],
  read: (group: SeriesGroup) => Promise<Found>,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  await runConcurrently(
    groups.map((group) => [group]),
    readsAtOnce,
    async (group) => {
      found.set(keyOf(group), await read(group));
    },
  );
  return found;
}

interface Drawn {
  readonly shown: MetricReadings;
  readonly grid: Grid;
  readonly periodMs: number;
  readonly summaries: readonly SummaryReading[];
  readonly periodOfBandMs: number;
  readonly query: ChartsQuery;
  readonly marks: Marks;
}

function chartOf(
  series: Series,
  { shown, grid, periodMs, summaries, periodOfBandMs, query, marks }: Drawn,
): ChartSeries {
  const { kind, unit, readings } = shown;
  const text = seriesText(series);
  const own = marks.get(text) ?? [];
  const max = seriesFacts(series)?.max;
  const newest = readings.findLast(({ timeMs }) => timeMs >= query.fromMs);
  const lastValue = newest && ('last' in newest ? (newest as SummaryReading).last : newest.value);
  return {
    series: text,
    ...series,
    kind: kind === 'counter' ? 'counter' : 'gauge',
    unit,
    ...stepsOf(readings, grid, periodMs),
    ...(query.band
      ? bandOf(grid, { summaries, periodMs: periodOfBandMs, isCounter: kind === 'counter', max, marks: own })
      : {}),
    anomalies: own.map(({ series: _series, path: _path, range: _range, ...mark }) => mark),
    ...(newest === undefined
      ? { note: 'no data in this range' }
      : { last: { timeMs: newest.timeMs, value: lastValue! } }),
  };
}
