import type { StatusWord } from '../functions/shared/domain/inventory.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import { type Painted, painted } from './terminal.ts';

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
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Line[] {
  const cells = [head, ...rows.map((row) => row.map((cell) => printable(cell)))];
  const widths = head.map((_, column) => cells.reduce((width, row) => Math.max(width, row[column]!.length), 0));
  return cells.map((row) => [
    row
      .map((cell, nth) => cell.padEnd(widths[nth]!))
      .join('  ')
      .trimEnd(),
  ]);
}
