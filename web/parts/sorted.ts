import type { ComponentChildren } from 'preact';

/** A column of a table. */
export interface Column<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  readonly isNumber?: boolean;
  readonly class?: string;
  /** The value by which the column sorts; `null` comes last in either order. Absent for a column that does not sort. */
  readonly sortBy?: (row: Row) => number | string | null;
  readonly cell: (row: Row) => ComponentChildren;
}

/** Returns rows in the order of a column. Rows without a value come last, and equal rows keep their order. */
export function sorted<Row>(rows: readonly Row[], column: Column<Row>, isDescending: boolean): readonly Row[] {
  const { sortBy } = column;
  if (sortBy === undefined) return rows;
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [sortBy(one), sortBy(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
  });
}
