import {
  type MeasureName,
  measureFacts,
  measureNames,
  measureRows,
} from '../../../shared/domain/catalogue/measures.ts';
import { dayMs, hourMs } from '../../../shared/domain/durations.ts';
import { type Entity, type EntityKind, entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { Match, Warehouse } from '../../../shared/ports/warehouse.ts';
import { keptDays } from '../../../shared/warehouse/retention.ts';
import type { AlertReader } from '../../alert-reader.ts';
import type { MeasuredRow, Measures } from '../../answers/measures.ts';
import { marksOf, type SeriesMark } from '../charts/marks.ts';
import type { Steps, StepValues } from '../charts/steps.ts';
import { noTrouble, troubleByPath, worseFirst } from '../overview/alert-summary.ts';
import { pageOf } from '../page.ts';
import { coarsened } from './coarsen.ts';
import { type Measured, measuresOf, onFiles, totalOf, type WithMeasures } from './measured-series.ts';
import { readParts } from './read-parts.ts';

/** A question for the measures of components. */
export interface MeasuresQuery {
  readonly kind: EntityKind;
  readonly cluster?: string | undefined;
  /** The only component. @default all of the kind */
  readonly entity?: Entity | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The longest range whose components are found by samples, ms. */
const samplesRangeMsMax = hourMs;
const minutesRangeMsMax = 24 * hourMs;
/** The most series that are named of one measure. */
const seriesNamedMax = 20;

/** The most machines that a note names. */
const notedMax = 5;

/** The most components whose documents are found one by one among those of all others. */
const pathsMax = 50;

const matchPaths = (components: readonly Component[]): Match => ({
  'offbeat.entity.path': components.map(({ path }) => path),
});

interface Component {
  readonly entity: Entity;
  readonly path: string;
  readonly newestMs: number;
  readonly datasets: readonly string[];
}

/**
 * Returns what components do in a range, each measure summed over its parts, those in trouble first.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function findMeasures(
  { warehouse, reader }: { readonly warehouse: Warehouse; readonly reader: AlertReader },
  query: MeasuresQuery,
): Promise<Measures> {
  const { kind, fromMs, toMs, points } = query;
  const rows = measureRows.filter((row) => row.kind === kind);
  const components = await componentsOf(warehouse, query);
  const match = matchOf(query);
  const parts = await readParts(warehouse, {
    match: components.length <= pathsMax ? matchPaths(components) : match,
    metrics: [...new Set(rows.map(({ metric }) => metric))],
    fromMs,
    toMs,
    points,
    isFine: true,
    components,
  });
  const troubles = troubleByPath((await reader.open(query.cluster)).items);
  const marks = Map.groupBy(await marksIn(warehouse, match, query), ({ path }) => path);
  const measured = components
    .map((component) => ({
      ...component,
      trouble: troubles.get(component.path) ?? noTrouble(),
      measures: measuresOf(parts.series.get(component.path) ?? [], rows),
    }))
    .sort((a, b) => worseFirst(a.trouble, b.trouble) || compareText(a.path, b.path));
  const known = measureNames.filter((name) => measured.some(({ measures }) => measures[name] !== undefined));
  const { items, next } = pageOf(measured, query.limit, query.cursor);
  const notes = [...(parts.note === undefined ? [] : [parts.note]), ...notesOnFiles(measured)];
  const totals = known.map((name) => [name, shownSteps(totalOf(name, measured), parts.perStep)] as const);
  return {
    fromMs,
    toMs,
    stepMs: parts.grid.stepMs,
    source: parts.source,
    times: [...parts.grid.times],
    measures: known.map((name) => ({ name, ...measureFacts[name] })),
    total: Object.fromEntries(totals.map(([name, { values }]) => [name, values])),
    totalMax: Object.fromEntries(totals.flatMap(([name, { max }]) => (max === undefined ? [] : [[name, max]]))),
    rows: items.map(({ measures, datasets: _datasets, ...row }) => ({
      ...row,
      measures: shownMeasures(measures, marks.get(row.path) ?? [], parts.perStep),
    })),
    count: measured.length,
    troubled: measured.filter(({ trouble }) => trouble.severity !== null).length,
    ...(next === undefined ? {} : { next }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

/** Returns the sentence about machines whose disks are not added to the total; nothing without one. */
function notesOnFiles(all: readonly WithMeasures[]): string[] {
  const names = onFiles('disk.write', all).map(({ entity }) => entity.name);
  if (names.length === 0) return [];
  const named = names.length > notedMax ? `${names.length} machines` : names.join(', ');
  return [`the disks of ${named} are files on other disks (loop devices), so the total does not add them again`];
}

function matchOf({ kind, cluster, entity }: MeasuresQuery): Match {
  if (entity !== undefined) return { 'offbeat.entity.path': entityPath(entity) };
  return { 'offbeat.entity.kind': kind, ...(cluster === undefined ? {} : { 'offbeat.entity.cluster': cluster }) };
}

/** Returns the components that have any document since the beginning of the range. */
async function componentsOf(warehouse: Warehouse, query: MeasuresQuery): Promise<readonly Component[]> {
  const { kind, fromMs, toMs, entity } = query;
  const rangeMs = toMs - fromMs;
  const cluster = entity?.cluster ?? query.cluster;
  const since = (family: 'offbeat-samples' | 'offbeat-summaries' | 'offbeat-summaries-1h', beginMs: number) =>
    warehouse.newestByEntity({ family, fromMs: beginMs, ...(cluster === undefined ? {} : { cluster }) });
  // Hours and minutes lag what is measured now, and samples are kept for two days.
  const newest = [...(await since('offbeat-samples', Math.max(fromMs, toMs - samplesRangeMsMax)))];
  if (rangeMs > minutesRangeMsMax) newest.push(...(await since('offbeat-summaries-1h', fromMs)));
  else if (
    rangeMs > samplesRangeMsMax ||
    !newest.some(({ entity: { kind: own } }) => own === kind) ||
    isOld(newest, fromMs)
  )
    newest.push(...(await since('offbeat-summaries', fromMs)));
  const only = entity && entityPath(entity);
  const byPath = new Map<string, Component>();
  for (const each of newest) {
    const path = entityPath(each.entity);
    if (each.entity.kind !== kind || (only ?? path) !== path) continue;
    const newestMs = Math.max(byPath.get(path)?.newestMs ?? 0, each.newestMs);
    const datasets = [...new Set([...(byPath.get(path)?.datasets ?? []), each.dataset])];
    byPath.set(path, { entity: each.entity, path, newestMs, datasets });
  }
  return [...byPath.values()];
}

/** Returns whether the samples of a time may be deleted already. */
const isOld = (newest: readonly { readonly newestMs: number }[], fromMs: number): boolean =>
  newest.some(({ newestMs }) => newestMs - fromMs > keptDays['offbeat-samples'] * dayMs);

/** The time before the range in which an anomaly may have begun that ended in it, ms. */
const begunBeforeMs = 7 * dayMs;

/** Returns the anomalies of components in a range: those that are open, and those that began in it or shortly before. */
async function marksIn(
  warehouse: Warehouse,
  match: Match,
  { fromMs, toMs }: MeasuresQuery,
): Promise<readonly SeriesMark[]> {
  const open = await marksOf(warehouse, { ...match, 'offbeat.anomaly.state': 'open' }, { fromMs, toMs });
  const begun = await marksOf(warehouse, match, { fromMs, toMs, begunAfterMs: fromMs - begunBeforeMs });
  return [...new Map([...open, ...begun].map((mark) => [mark.id, mark])).values()].sort((a, b) => a.fromMs - b.fromMs);
}

function shownMeasures(
  measures: Partial<Record<MeasureName, Measured>>,
  marks: readonly SeriesMark[],
  perStep: number,
): MeasuredRow['measures'] {
  return Object.fromEntries(
    Object.entries(measures).map(([name, { values, series }]) => {
      const own = new Set(series);
      const anomalies = marks
        .filter((mark) => own.has(mark.series))
        .map(({ fromMs, toMs, severity }) => ({ fromMs, toMs, severity }));
      const last = values.findLast((value) => value !== null) ?? null;
      return [
        name,
        {
          ...shownSteps(values, perStep),
          last: rounded(last),
          series: series.slice(0, seriesNamedMax),
          anomalies,
        },
      ];
    }),
  );
}

/** Returns values in the steps that are answered, with their extremes. */
function shownSteps(all: StepValues, perStep: number): Steps {
  const { values, min, max } = coarsened(all, perStep);
  const means = { values: values.map(rounded) };
  return min === undefined || max === undefined ? means : { ...means, min: min.map(rounded), max: max.map(rounded) };
}

/** Returns a value with six digits: more are never seen, and would double the answer. */
const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(6)));
