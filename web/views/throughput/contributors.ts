import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { meanOf } from '../../charts/lines.ts';

type MeasureName = Measures['measures'][number]['name'];

/** The part of one of several in a total: its mean over the range. */
export interface Contributor {
  readonly name: string;
  readonly href: string;
  readonly value: number;
}

/**
 * Returns the largest contributors, and the sum of the others as one.
 * @param most the number of names, at least 1
 * @param othersHref the address of the list of all
 */
export function largest(all: readonly Contributor[], most: number, othersHref: string): Contributor[] {
  const sorted = all.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(most);
  if (rest.length === 0) return sorted;
  const value = rest.reduce((sum, each) => sum + each.value, 0);
  return [
    ...sorted.slice(0, most),
    { name: rest.length === 1 ? '1 other' : `${rest.length} others`, href: othersHref, value },
  ];
}

/** Returns what each machine adds to some measures, such as reads and writes of disks. */
export function contributorsOf(
  rows: readonly MeasureRow[],
  names: readonly MeasureName[],
  hrefOf: (entity: MeasureRow['entity']) => string,
): Contributor[] {
  return rows.map((row) => ({
    name: row.entity.name,
    href: hrefOf(row.entity),
    value: names.reduce((sum, name) => sum + (meanOf(row.measures[name]?.values ?? []) ?? 0), 0),
  }));
}
