import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { mostOf } from '../../charts/line.ts';
import { roundTop } from '../../charts/scale.ts';
import { scaleText, shownUnit } from '../../format/quantity.ts';

export type MeasureName = Measures['measures'][number]['name'];

/** A column of small charts, which share one scale. */
export interface MeasureColumn {
  readonly name: MeasureName;
  readonly title: string;
  readonly unit: string;
  /** The end of the scale; more than 0. */
  readonly top: number;
  /** The ends of the scales of rows that would flatten all others, by their paths. */
  readonly exceptions: ReadonlyMap<string, number>;
}

/** The order of the columns. */
const order: readonly string[] = ['disk.write', 'disk.read', 'network.in', 'network.out', 'cpu', 'memory', 'space'];
/** A row has a scale of its own if its largest value is this many times the second largest. */
const outlierFactor = 3;
/** The least number of rows with values of which one can be an exception. */
const rowsForException = 3;

const mostOfRow = (row: MeasureRow, name: MeasureName): number => mostOf(row.measures[name] ?? { values: [] });

/** Returns the columns of those measures that any machine has. */
export function columnsOf({ measures, rows }: Pick<Measures, 'measures' | 'rows'>): MeasureColumn[] {
  return measures
    .filter(({ name }) => rows.some((row) => row.measures[name] !== undefined))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map(({ name, title, unit }) => {
      const shown = shownUnit(name, unit);
      return { name, title, unit: shown, ...scaleOf(rows, name, shown) };
    });
}

function scaleOf(
  rows: readonly MeasureRow[],
  name: MeasureName,
  unit: string,
): Pick<MeasureColumn, 'top' | 'exceptions'> {
  const most = rows
    .filter((row) => row.measures[name] !== undefined)
    .map((row) => ({ path: row.path, value: mostOfRow(row, name) }))
    .sort((a, b) => b.value - a.value);
  const [first, second] = most;
  if (first === undefined) return { top: 1, exceptions: new Map() };
  const isApart =
    unit !== 'share' &&
    unit !== '%' &&
    second !== undefined &&
    most.length >= rowsForException &&
    second.value > 0 &&
    first.value > outlierFactor * second.value;
  const end = (value: number): number => {
    const top = roundTop(value * 1.04);
    return unit === 'share' ? Math.min(1, top) : unit === '%' ? Math.min(100, top) : top;
  };
  return isApart
    ? { top: end(second.value), exceptions: new Map([[first.path, end(first.value)]]) }
    : { top: end(first.value), exceptions: new Map() };
}

/** Returns the sentence about rows that do not share the scale of their column; `undefined` where all do. */
export function exceptionsText(columns: readonly MeasureColumn[], rows: readonly MeasureRow[]): string | undefined {
  const exceptions = columns.flatMap(({ title, unit, exceptions: own }) =>
    [...own].map(([path, top]) => {
      const name = rows.find((row) => row.path === path)?.entity.name ?? path;
      return `${title.toLowerCase()} of ${name} (${scaleText(top, unit)})`;
    }),
  );
  return exceptions.length === 0 ? undefined : exceptions.join(', ');
}
