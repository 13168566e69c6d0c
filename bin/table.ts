import type { StatusWord } from '../functions/shared/domain/inventory.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import { type Painted, painted } from './terminal.ts';
import { counted } from './words.ts';

/** A line of a terminal, in parts. */
export type Line = readonly (string | Painted)[];

const styleOf: Readonly<Record<StatusWord, Parameters<typeof painted>[0]>> = {
  ok: 'green',
  degraded: 'yellow',
  down: 'red',
  unknown: 'yellow',
};

interface StatusInWords {
  readonly status: StatusWord;
  readonly reason?: string | undefined;
}

/** Returns the line with the status of a component. @param head what it is: `kafka 10.77.0.20:9092` */
export const statusLine = (head: string, { status, reason }: StatusInWords): Line => [
  `${head}  `,
  painted(styleOf[status], status),
  reason === undefined ? '' : `: ${reason}`,
];

/** Returns the lines of a table. What is printed of foreign texts is as wide as it is counted here. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): Line[] =>
  alignedOf(head, rows).map((line) => [line.trimEnd()]);

/** Returns the lines of a table whose last column is the status of each row, in its colour. */
export function tableWithStatus(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly status: StatusInWords }[],
): Line[] {
  const [first, ...lines] = alignedOf(
    head,
    rows.map(({ cells }) => cells),
  );
  return [[`${first}  status`], ...lines.map((line, nth): Line => statusLine(line, rows[nth]!.status))];
}

function alignedOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map((cell) => printable(cell)))];
  const widths = head.map((_, column) => cells.reduce((width, row) => Math.max(width, row[column]!.length), 0));
  return cells.map((row) => row.map((cell, nth) => cell.padEnd(widths[nth]!)).join('  '));
}

/** Returns the lines of a table below an empty line, with as many rows as are allowed and the number of the others; none without rows. */
export const limitedTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { one, rowsMax }: TableBound,
): Line[] =>
  rows.length === 0 ? [] : [[''], ...tableOf(head, rows.slice(0, rowsMax)), ...othersLine(rows.length - rowsMax, one)];

/** The most rows of a table, and what a row is in a word. */
export interface TableBound {
  readonly one: string;
  readonly rowsMax: number;
}

/** Returns the line that says how many others there are; none if there are none. */
export const othersLine = (others: number, one: string): Line[] =>
  others > 0 ? [[`and ${counted(others, `other ${one}`)}`]] : [];
