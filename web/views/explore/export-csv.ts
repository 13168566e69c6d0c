import { csvRow } from '../../../functions/shared/domain/csv.ts';
import type { Charts } from '../../api/data-types.ts';

/** Returns the values of charts as CSV (RFC 4180): a row for each time, in UTC, and columns for each series with its least, most and expected values. */
export function chartsCsv({ times, charts }: Pick<Charts, 'times' | 'charts'>): string {
  const columns = charts.flatMap(({ series, unit, values, min, max, lower, upper }) => {
    const named = [
      ['', values],
      [' min', min],
      [' max', max],
      [' expected lower', lower],
      [' expected upper', upper],
    ] as const;
    return named.flatMap(([what, list]) => (list === undefined ? [] : [{ head: `${series}${what} [${unit}]`, list }]));
  });
  const head = csvRow(['time', ...columns.map((column) => column.head)]);
  const rows = times.map((timeMs, nth) =>
    csvRow([new Date(timeMs).toISOString(), ...columns.map(({ list }) => list[nth] ?? '')]),
  );
  return `${[head, ...rows].join('\r\n')}\r\n`;
}
