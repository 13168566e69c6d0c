import {
  areFiles,
  firstOf,
  isMeant,
  isRepeated,
  isShare,
  type MeasureName,
  type MeasureRow,
  measureNames,
  partOf,
} from '../../../shared/domain/catalogue/measures.ts';
import type { Entity } from '../../../shared/domain/entity.ts';
import type { Dimensions } from '../../../shared/domain/series.ts';
import type { StepValues } from '../charts/steps.ts';

/** A series of one component in the steps of a grid. */
export interface MeasuredSeries {
  readonly metric: string;
  readonly dimensions: Dimensions;
  readonly values: StepValues;
  /** The text of the series. */
  readonly series: string;
}

/** A measure of one component. */
export interface Measured {
  readonly values: StepValues;
  /** The texts of the series that it is made of. */
  readonly series: readonly string[];
  /** Means that all its parts are files on other disks. */
  readonly areFiles: boolean;
}

/**
 * Returns the measures of a component. Of each, the first row counts of which it has series.
 * @param rows those of the kind of the component
 */
export function measuresOf(
  series: readonly MeasuredSeries[],
  rows: readonly MeasureRow[],
): Partial<Record<MeasureName, Measured>> {
  const byMetric = Map.groupBy(series, ({ metric }) => metric);
  const found: Partial<Record<MeasureName, Measured>> = {};
  for (const name of measureNames) {
    const row = rows.find(
      (each) => each.measure === name && byMetric.get(each.metric)?.some(({ dimensions }) => isMeant(each, dimensions)),
    );
    if (row !== undefined) found[name] = measureOf(byMetric.get(row.metric)!, row);
  }
  return found;
}

function measureOf(all: readonly MeasuredSeries[], row: MeasureRow): Measured {
  const parts = new Set(all.flatMap(({ dimensions }) => partOf(dimensions) ?? []));
  const counted = all.filter(({ dimensions }) => !isRepeated(dimensions, parts));
  const meant = counted.filter(({ dimensions }) => isMeant(row, dimensions));
  const values =
    row.combine === 'share'
      ? shareOf(counted, row)
      : combined(
          meant.map((each) => each.values),
          row.combine,
        );
  const { factor, isRest } = row;
  return {
    values: values.map((value) => {
      if (value === null) return null;
      const scaled = value * factor;
      return isRest ? Math.min(1, Math.max(0, 1 - scaled)) : scaled;
    }),
    series: meant.map((each) => each.series),
    areFiles: areFiles(meant.map(({ dimensions }) => dimensions)),
  };
}

/** Returns the share of what is meant in the whole, of the part in which it is the greatest. */
function shareOf(all: readonly MeasuredSeries[], row: MeasureRow): StepValues {
  const byPart = Map.groupBy(all, ({ dimensions }) => firstOf(row.parts ?? [], dimensions) ?? '');
  const shares = [...byPart.values()].map((own) => {
    const used = combined(
      own.filter(({ dimensions }) => isMeant(row, dimensions)).map(({ values }) => values),
      'sum',
    );
    const whole = combined(
      own.map(({ values }) => values),
      'sum',
    );
    return used.map((value, step) => (value === null || !whole[step] ? null : value / whole[step]));
  });
  return combined(shares, 'max');
}

/** Returns several series as one: in each step those count that have a value. */
export function combined(all: readonly StepValues[], how: 'sum' | 'mean' | 'max'): StepValues {
  const length = all[0]?.length ?? 0;
  return Array.from({ length }, (_, step) => {
    let [sum, count, most] = [0, 0, Number.NEGATIVE_INFINITY];
    for (const values of all) {
      const value = values[step] ?? null;
      if (value === null) continue;
      sum += value;
      count += 1;
      most = Math.max(most, value);
    }
    if (count === 0) return null;
    return how === 'max' ? most : how === 'mean' ? sum / count : sum;
  });
}

/** A component with its measures. */
export interface WithMeasures {
  readonly entity: Pick<Entity, 'cluster' | 'name'>;
  readonly measures: Partial<Record<MeasureName, Measured>>;
}

/**
 * Returns a measure over several components: the sum of rates, the mean of shares. What is written to files on other disks is not added
 * where disks are measured in the same cluster: it is part of their traffic.
 */
export function totalOf(name: MeasureName, all: readonly WithMeasures[]): StepValues {
  const apart = new Set(onFiles(name, all));
  const added = all.filter((each) => !apart.has(each) && each.measures[name] !== undefined);
  return combined(
    added.map(({ measures }) => measures[name]!.values),
    isShare(name) ? 'mean' : 'sum',
  );
}

/** Returns the components whose disks are files on other disks, in clusters in which such disks are measured. */
export function onFiles(name: MeasureName, all: readonly WithMeasures[]): WithMeasures[] {
  const withDisks = new Set(
    all.filter(({ measures }) => measures[name]?.areFiles === false).map(({ entity }) => entity.cluster),
  );
  return all.filter(({ entity, measures }) => measures[name]?.areFiles === true && withDisks.has(entity.cluster));
}
