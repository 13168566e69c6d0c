import type { Figure } from './measure.ts';

/** A figure of a benchmark, beside its budget. */
export interface BenchRow {
  readonly name: string;
  /** The result: of several rounds, or one number that is the same in each. */
  readonly figure: Figure | number;
  readonly unit: string;
  /** A limit for the median, in `unit`: a minimum, or a maximum if `unit` is a size or a time. */
  readonly budget?: number;
  /** The method, and the peer that it is compared with. */
  readonly note?: string;
}

/** Returns a comparison of two medians: `0.34 of JSON.parse alone`. */
export function share(figure: Figure, peer: Figure, peerName: string): string {
  return `${(figure.median / peer.median).toFixed(2)} of ${peerName}`;
}

/** Returns a row as a line of the table. */
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
