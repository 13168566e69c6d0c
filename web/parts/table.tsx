import './table.css';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Column, sorted } from './sorted.ts';

export type { Column } from './sorted.ts';

export interface Sorting {
  readonly key: string;
  readonly isDescending: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly class?: string;
  readonly rowClass?: (row: Row) => string | undefined;
  /** The order at first; without it rows keep the order in which they come, which is worst first. */
  readonly sorting?: Sorting;
  readonly foot?: ComponentChildren;
}

const cellClass = <Row,>(column: Column<Row>): string | undefined =>
  [column.isNumber ? 'num' : '', column.class ?? ''].filter(Boolean).join(' ') || undefined;

/** A table whose columns sort by a press on their heads: first as numbers are compared, then in the other order, then as it was. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const [sorting, setSorting] = useState<Sorting | undefined>(props.sorting);
  const column = props.columns.find(({ key }) => key === sorting?.key);
  const rows = column === undefined ? props.rows : sorted(props.rows, column, sorting!.isDescending);
  return (
    <table class={props.class} aria-label={props.label}>
      <thead>
        <tr>
          {props.columns.map((one) => (
            <HeadCell key={one.key} column={one} sorting={sorting} onSort={setSorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={props.rowKey(row)} class={props.rowClass?.(row)}>
            {props.columns.map((one) => (
              <td key={one.key} class={cellClass(one)}>
                {one.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {props.foot !== undefined && <tfoot>{props.foot}</tfoot>}
    </table>
  );
}

function HeadCell<Row>({
  column,
  sorting,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: (sorting: Sorting | undefined) => void;
}): JSX.Element {
  const isSorted = sorting?.key === column.key;
  const order = !isSorted ? undefined : sorting.isDescending ? 'descending' : 'ascending';
  const isDownFirst = column.isNumber === true;
  const next = (): Sorting | undefined => {
    if (!isSorted) return { key: column.key, isDescending: isDownFirst };
    return sorting.isDescending === isDownFirst ? { key: column.key, isDescending: !isDownFirst } : undefined;
  };
  return (
    <th class={cellClass(column)} aria-sort={order} scope="col">
      {column.sortBy === undefined ? (
        column.title
      ) : (
        <button type="button" class="sorter" onClick={() => onSort(next())}>
          {column.title}
          <span aria-hidden="true">{order === undefined ? '' : order === 'descending' ? ' ↓' : ' ↑'}</span>
        </button>
      )}
    </th>
  );
}
