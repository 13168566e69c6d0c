import type { Figure } from './measure.ts';

/** One figure of a benchmark, beside the budget it is held against. */
export interface BenchRow {
  readonly name: string;
  /** Of several rounds, or what it is whenever it is looked at. */
  readonly figure: Figure | number;
  readonly unit: string;
  /** At least this much of `unit` in the median, or at most where `unit` is of a size or a time. */
  readonly budget?: number;
  /** How it was measured, and the peer it compares with. */
  readonly note?: string;
}

/** How two medians compare, `0.34 of JSON.parse alone`. */
export function share(figure: Figure, peer: Figure, peerName: string): string {
  return `${(figure.median / peer.median).toFixed(2)} of ${peerName}`;
}

/** A row as a line of the table. */
export function lineOf({ name, figure, unit, budget, note }: BenchRow): string {
  const value = typeof figure === 'number' ? figure : figure.median;
  const rounds =
    typeof figure === 'number' ? '' : `± ${(100 * figure.spread).toFixed(0)} %, best ${count(figure.best)}`;
  const columns = [
    name.padEnd(42),
    `${count(value)} ${unit}`.padStart(28),
    rounds.padEnd(24),
    held(value, unit, budget),
  ];
  return `${columns.join('  ').padEnd(124)}  ${note ?? ''}`.trimEnd();
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

function held(value: number, unit: string, budget: number | undefined): string {
  if (budget === undefined) return '';
  const lessIsBetter = ['bytes', 'ms', 'µs'].includes(unit);
  const met = lessIsBetter ? value <= budget : value >= budget;
  return `${met ? 'meets' : 'MISSES'} ${lessIsBetter ? 'at most' : 'at least'} ${count(budget)}`;
}
