import { entityPath } from '../entity.ts';
import { matchesGlob } from '../glob.ts';
import type { Limit } from '../limit.ts';
import type { MetricKind } from '../sample.ts';
import type { Dimensions, Series } from '../series.ts';
import type { CatalogueOverride } from '../settings.ts';
import { accountRows } from './account.ts';
import { collectdRows } from './collectd.ts';
import type { MetricFacts } from './facts.ts';
import { hostRows } from './host.ts';
import { shippedFullAt, shippedLimits } from './limits.ts';
import { offbeatRows } from './offbeat.ts';
import { openTelemetryRows } from './opentelemetry.ts';
import { type PeersRow, shippedPeers } from './peers.ts';
import type { CatalogueRow } from './row.ts';
import { searchRows } from './search.ts';
import { storageRows } from './storage.ts';
import { streamingRows } from './streaming.ts';

/**
 * Every metric that Offbeat knows by name, with its unit and kind: the rows are in the files beside this one. The units of
 * other metrics are guessed from their names (`functions/normalise/measure.ts`).
 */
export const catalogueRows: readonly CatalogueRow[] = [
  ...hostRows,
  ...openTelemetryRows,
  ...streamingRows,
  ...accountRows,
  ...storageRows,
  ...searchRows,
  ...collectdRows,
  ...offbeatRows,
];

/** The rows without a condition: one for each metric. */
export const metricRows: readonly CatalogueRow[] = catalogueRows.filter(({ where }) => where === undefined);

const factsOf = ({ kind, unit, meaning, rule }: CatalogueRow): MetricFacts => ({
  kind,
  unit,
  meaning,
  ...(rule === undefined
    ? { judged: false, direction: 'both', floor: 0, relativeFloor: 0 }
    : { ...rule, judged: true }),
});

const catalogue = new Map(metricRows.map((row) => [row.metric, factsOf(row)]));

/** The facts about the series of a metric that have certain dimensions. */
interface Case {
  readonly where: readonly (readonly [name: string, value: string])[];
  readonly facts: MetricFacts;
}

/** The cases of the metrics that have some, in the order of their rows. */
const casesOf: ReadonlyMap<string, readonly Case[]> = new Map(
  [...Map.groupBy(catalogueRows, ({ metric }) => metric)].flatMap(([metric, rows]): [string, readonly Case[]][] => {
    const cases = rows.filter(({ where }) => where !== undefined);
    if (cases.length === 0) return [];
    return [[metric, cases.map((row) => ({ where: Object.entries(row.where!), facts: factsOf(row) }))]];
  }),
);

/**
 * Returns the number of the case of a metric that describes the series with these dimensions.
 * @returns -1 where none does; nearly all metrics have no cases
 */
export function caseOf(metric: string, dimensions: Dimensions): number {
  const cases = casesOf.get(metric);
  if (cases === undefined) return -1;
  return cases.findIndex(({ where }) =>
    where.every(([name, value]) => Object.hasOwn(dimensions, name) && dimensions[name] === value),
  );
}

/**
 * Returns the facts about a metric; `undefined` for a metric that the catalogue does not describe. Its kind and unit are those
 * of all its series; its rule is that of the series without a row of their own.
 */
export function catalogueFacts(metric: string): MetricFacts | undefined {
  return catalogue.get(metric);
}

/** Returns the facts about a series; `undefined` if the catalogue does not describe its metric. */
export function seriesFacts({ metric, dimensions }: Pick<Series, 'metric' | 'dimensions'>): MetricFacts | undefined {
  const nth = caseOf(metric, dimensions);
  return nth < 0 ? catalogue.get(metric) : casesOf.get(metric)![nth]!.facts;
}

/**
 * Returns the facts about any metric, or about one of its series. A metric that the catalogue does not describe is judged both ways, with a floor
 * of half the expected value.
 * @param kind the kind that a sample carries, in place of the catalogue's
 * @param unit the unit that a sample carries, in place of the catalogue's
 * @param dimensions those of the series. The kind and the unit do not depend on them
 */
export function factsFor(metric: string, kind?: MetricKind, unit?: string, dimensions?: Dimensions): MetricFacts {
  const facts = (dimensions === undefined ? catalogue.get(metric) : seriesFacts({ metric, dimensions })) ?? undescribed;
  return kind === undefined && unit === undefined
    ? facts
    : { ...facts, kind: kind ?? facts.kind, unit: unit ?? facts.unit };
}

const undescribed: MetricFacts = {
  kind: 'gauge',
  unit: '1',
  direction: 'both',
  floor: 0,
  relativeFloor: 0.5,
  meaning: 'a metric that the catalogue does not describe',
  judged: true,
};

/**
 * Applies the operator's overrides to the facts about a metric. For each field, the last override that matches the
 * series decides. Patterns are compared, so it is called once for a series and not for each sample.
 */
export function applyOverrides(
  facts: MetricFacts,
  overrides: readonly CatalogueOverride[],
  series: Series,
): MetricFacts & { readonly sensitivity: number } {
  const matching = overrides.filter((override) => matches(override, series));
  const last = <Field extends keyof CatalogueOverride>(field: Field): CatalogueOverride[Field] | undefined =>
    matching.findLast((override) => override[field] !== undefined)?.[field];
  const ignore = last('ignore');
  return {
    ...facts,
    floor: last('floor') ?? facts.floor,
    relativeFloor: last('relativeFloor') ?? facts.relativeFloor,
    direction: last('direction') ?? facts.direction,
    sensitivity: last('sensitivity') ?? 1,
    judged: ignore === undefined ? facts.judged : !ignore,
  };
}

/**
 * Returns the limits of a series: those of the last override that matches it and has some, else those of the catalogue. A
 * series that the settings ignore has none.
 */
export function limitsOf(series: Series, overrides: readonly CatalogueOverride[]): readonly Limit[] {
  if (overrides.length === 0) return shippedLimits(series);
  const matching = overrides.filter((override) => matches(override, series));
  if (matching.findLast(({ ignore }) => ignore !== undefined)?.ignore === true) return [];
  const own = matching.findLast(({ limit }) => limit !== undefined)?.limit;
  if (own === undefined) return shippedLimits(series);
  return limitsOfSettings(own);
}

/** Returns the value at which a capacity is full; `undefined` for other series, and where the settings ignore it or its limits. */
export function fullAtOf(series: Series, overrides: readonly CatalogueOverride[]): number | undefined {
  const matching = overrides.filter((override) => matches(override, series));
  const isIgnored = matching.findLast(({ ignore }) => ignore !== undefined)?.ignore === true;
  const isOff = matching.findLast(({ limit }) => limit !== undefined)?.limit === 'off';
  return isIgnored || isOff ? undefined : shippedFullAt(series);
}

/** Returns how a series is compared with its peers; `undefined` for other series, and where the settings ignore it or its peers. */
export function peersOf(series: Series, overrides: readonly CatalogueOverride[]): PeersRow | undefined {
  const shipped = shippedPeers(series);
  if (shipped === undefined) return undefined;
  const matching = overrides.filter((override) => matches(override, series));
  const isIgnored = matching.findLast(({ ignore }) => ignore !== undefined)?.ignore === true;
  return isIgnored || matching.some(({ peers }) => peers === 'off') ? undefined : shipped;
}

/** Returns the runbook of a series: that of the last override that matches it and names one; `undefined` without any. */
export function runbookOf(series: Series, overrides: readonly CatalogueOverride[]): string | undefined {
  return overrides.findLast((override) => override.runbook !== undefined && matches(override, series))?.runbook;
}

/** Returns the limits that an override gives; none for `off`. */
export function limitsOfSettings(limit: NonNullable<CatalogueOverride['limit']>): readonly Limit[] {
  if (limit === 'off') return [];
  return [limit].flat().map(({ above, below, for: forMs, severity }) => ({
    side: above === undefined ? 'below' : 'above',
    bound: above ?? below ?? 0,
    forMs,
    severity,
  }));
}

function matches({ match }: CatalogueOverride, { entity, metric, dimensions }: Series): boolean {
  if (match.metric !== undefined && !matchesGlob(match.metric, metric)) return false;
  if (match.entity !== undefined && !matchesGlob(match.entity, entityPath(entity))) return false;
  return Object.entries(match.dimensions ?? {}).every(([name, pattern]) =>
    matchesGlob(pattern, Object.hasOwn(dimensions, name) ? dimensions[name]! : ''),
  );
}
