import { type Line, pointsOf, runsOf } from './line.ts';

/** A column of uPlot: `null` is a gap, `undefined` a time at which this line has no sample and is drawn through. */
export type WideColumn = (number | null | undefined)[];

/** The data of uPlot: times in seconds, and a column for each line; then lower and upper end of the expected range. */
export interface WideData {
  readonly times: number[];
  readonly columns: WideColumn[];
  readonly gaps: readonly (readonly [fromMs: number, toMs: number])[];
}

/** Returns lines on one list of times. Gaps are those of the first line, as {@link runsOf} finds them. */
export function wideData(
  lines: readonly Line[],
  range: { readonly fromMs: number; readonly toMs: number },
  hasBand: boolean,
): WideData {
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const places = new Map(times.map((timeMs, nth) => [timeMs, nth]));
  const spread = (line: Line, values: Line['values'] | undefined): WideColumn => {
    const column: WideColumn = times.map(() => undefined);
    line.times.forEach((timeMs, nth) => {
      const value = values?.[nth];
      if (value !== null && value !== undefined) column[places.get(timeMs)!] = value;
    });
    return column;
  };
  const columns = lines.map((line) => withGaps(line, spread(line, line.values), { times, range }));
  const first = lines[0];
  const band = hasBand && first !== undefined ? [spread(first, first.lower), spread(first, first.upper)] : [];
  const gaps = first === undefined ? [] : runsOf(pointsOf(first), range).gaps;
  return { times: times.map((timeMs) => timeMs / 1_000), columns: [...columns, ...band], gaps };
}

function withGaps(
  line: Line,
  column: WideColumn,
  {
    times,
    range,
  }: { readonly times: readonly number[]; readonly range: { readonly fromMs: number; readonly toMs: number } },
): WideColumn {
  const { gaps } = runsOf(pointsOf(line), range);
  return column.map((value, nth) => {
    const timeMs = times[nth]!;
    return value === undefined && gaps.some(([fromMs, toMs]) => timeMs > fromMs && timeMs < toMs) ? null : value;
  });
}

/** Returns the places of values that stand alone between gaps, which no line shows. */
export function loneValues(column: ArrayLike<number | null | undefined>): number[] {
  const known = Array.from(column, (value, nth) => ({ value, nth })).filter(({ value }) => value !== undefined);
  const isGap = (at: number): boolean => known[at]?.value === undefined || known[at].value === null;
  return known.flatMap(({ value, nth }, at) => (value !== null && isGap(at - 1) && isGap(at + 1) ? [nth] : []));
}
