import { unitOfSeries } from '../../charts/lines.ts';
import { type Stretch, stretchesOf } from '../../charts/stretches.ts';
import { isSameDay, momentText, type Zone } from '../../format/moment.ts';
import { quantityText } from '../../format/quantity.ts';
import type { PartRow } from './parts.ts';

/** The most times that are told one by one. */
const toldMax = 3;

interface Told {
  /** The times of the steps of the charts, ms. */
  readonly times: readonly number[];
  readonly range: Stretch;
  readonly zone: Zone;
  readonly nowMs: number;
}

type Part = Pick<PartRow, 'title' | 'chart'>;

/**
 * Returns when each part was off its expected range and how far, the first one first; empty where none was.
 * @example
 * offTimesText(rows, told); // => '15:12:50 to 15:14:10 Disk sdb write up to 88.5 MB/s; 15:20:00 to 15:21:00 CPU down to 2 %'
 */
export function offTimesText(rows: readonly Part[], { times, range, zone, nowMs }: Told): string {
  const off = rows
    .flatMap((row) => stretchesOf(row.chart.anomalies, range).map((stretch) => ({ ...row, stretch })))
    .sort((a, b) => a.stretch.fromMs - b.stretch.fromMs);
  const said = off.slice(0, toldMax).map(({ title, chart, stretch: { fromMs, toMs } }) => {
    const end = momentText(toMs, zone, isSameDay(fromMs, toMs, zone) ? toMs : nowMs);
    const extent = extentText(chart, times, { fromMs, toMs });
    return `${momentText(fromMs, zone, nowMs)} to ${end} ${title.replaceAll(',', '')}${extent}`;
  });
  const others = off.length - said.length;
  return [...said, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

/** Returns how far a part went in a stretch, after a space: ` up to 88.5 MB/s`; empty where no value is in it. */
function extentText(chart: Part['chart'], times: readonly number[], { fromMs, toMs }: Stretch): string {
  const steps = times.flatMap((timeMs, nth) => (timeMs >= fromMs && timeMs <= toMs ? [nth] : []));
  const valuesIn = (values: readonly (number | null)[] | undefined): number[] =>
    steps.map((nth) => values?.[nth]).filter((value) => value != null);
  const [lows, highs] = [valuesIn(chart.min ?? chart.values), valuesIn(chart.max ?? chart.values)];
  if (highs.length === 0 || lows.length === 0) return '';
  const [least, most] = [Math.min(...lows), Math.max(...highs)];
  const isAbove = most > Math.max(Number.NEGATIVE_INFINITY, ...valuesIn(chart.upper));
  const isBelow = least < Math.min(Number.POSITIVE_INFINITY, ...valuesIn(chart.lower));
  return isBelow && !isAbove
    ? ` down to ${quantityText(least, unitOfSeries(chart))}`
    : ` up to ${quantityText(most, unitOfSeries(chart))}`;
}
