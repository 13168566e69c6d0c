import type { ImportTime } from './lambda-function.ts';

/** The measurements of one function with one event, in ms unless named otherwise. */
export interface Figures {
  readonly name: string;
  readonly bundleBytes: number;
  readonly importing: ImportTime;
  /** The time from its spawn until it asked for an event. */
  readonly initMs: number;
  /** The time from its spawn until its first answer. */
  readonly coldMs: number;
  /** The time of a second answer to the same event. */
  readonly warmMs: number;
}

const columns: readonly { readonly head: string; readonly budget?: string; of(figures: Figures): number }[] = [
  { head: 'bundle KB', budget: '1000', of: ({ bundleBytes }) => bundleBytes / 1000 },
  { head: 'import ms', budget: '150', of: ({ importing }) => importing.wallMs },
  { head: 'of it CPU', of: ({ importing }) => importing.cpuMs },
  { head: 'init ms', of: ({ initMs }) => initMs },
  { head: 'first answer ms', of: ({ coldMs }) => coldMs },
  { head: 'warm ms', of: ({ warmMs }) => warmMs },
];

/** Returns one line for each function, with the medians over its events, and the budgets after them. */
export function tableOf(all: readonly Figures[]): string {
  const byName = Map.groupBy(all, ({ name }) => name);
  const rows = [...byName].map(([name, figures]) => [
    name,
    ...columns.map(({ of }) => median(figures.map(of)).toFixed(0)),
  ]);
  const heads = ['function', ...columns.map(({ head }) => head)];
  const lines = [heads, ...rows, ['budget', ...columns.map(({ budget = '' }) => budget)]];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const aligned = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return lines.map((line) => line.map(aligned).join('  ').trimEnd()).join('\n');
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
