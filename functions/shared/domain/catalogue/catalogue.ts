import { entityPath } from '../entity.ts';
import { matchesGlob } from '../glob.ts';
import type { MetricKind } from '../sample.ts';
import type { Series } from '../series.ts';
import type { CatalogueOverride } from '../settings.ts';
import { collectdRows } from './collectd.ts';
import type { MetricFacts } from './facts.ts';
import { hostRows } from './host.ts';
import { searchRows } from './search.ts';
import { storageRows } from './storage.ts';
import { streamingRows } from './streaming.ts';

/**
 * Every metric that Offbeat knows by name, with its unit and kind: the rows are in the files beside this one. The units of
 * other metrics are guessed from their names (`functions/normalise/measure.ts`).
 */
export const catalogueRows = [...hostRows, ...streamingRows, ...storageRows, ...searchRows, ...collectdRows];

const catalogue = new Map(
  catalogueRows.map(({ metric, kind, unit, meaning, rule }): [string, MetricFacts] => [
    metric,
    {
      kind,
      unit,
      meaning,
      ...(rule === undefined
        ? { judged: false, direction: 'both', floor: 0, relativeFloor: 0 }
        : { ...rule, judged: true }),
    },
  ]),
);

/** Returns the facts about a metric; `undefined` for a metric that the catalogue does not describe. */
export function catalogueFacts(metric: string): MetricFacts | undefined {
  return catalogue.get(metric);
}

/**
 * Returns the facts about any metric. A metric that the catalogue does not describe is judged both ways, with a floor
 * of half the expected value.
 * @param kind the kind that a sample carries, in place of the catalogue's
 * @param unit the unit that a sample carries, in place of the catalogue's
 */
export function factsFor(metric: string, kind?: MetricKind, unit?: string): MetricFacts {
  const facts = catalogue.get(metric) ?? undescribed;
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

function matches({ match }: CatalogueOverride, { entity, metric, dimensions }: Series): boolean {
  if (match.metric !== undefined && !matchesGlob(match.metric, metric)) return false;
  if (match.entity !== undefined && !matchesGlob(match.entity, entityPath(entity))) return false;
  return Object.entries(match.dimensions ?? {}).every(([name, pattern]) =>
    matchesGlob(pattern, Object.hasOwn(dimensions, name) ? dimensions[name]! : ''),
  );
}
