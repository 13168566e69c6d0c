import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { newestOf, unitOfSeries } from '../../charts/lines.ts';
import { clockText, type Zone } from '../../format/moment.ts';
import { dimensionsWords, measureTitle, metricTitle, partsOf } from '../../format/names.ts';
import { quantityText } from '../../format/quantity.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';

/** The metrics of a host by which its parts are shown, in the order of the parts. The first that a part has counts. */
const hostParts: readonly (readonly [pattern: RegExp, title: (words: string) => string])[] = [
  [/^system\.cpu\.total\.norm\.pct$|^system\.cpu\.utilization$/, () => 'CPU'],
  [/^system\.memory\.actual\.used\.pct$|^system\.memory\.utilization$/, () => 'Memory'],
  [/^system\.diskio\.write\.bytes$|^collectd\.disk\.disk_octets\.write$/, (words) => `Disk ${words}, write`],
  [/^system\.diskio\.read\.bytes$|^collectd\.disk\.disk_octets\.read$/, (words) => `Disk ${words}, read`],
  [/^system\.network\.out\.bytes$|^collectd\.interface\.if_octets\.tx$/, (words) => `Interface ${words}, out`],
  [/^system\.network\.in\.bytes$|^collectd\.interface\.if_octets\.rx$/, (words) => `Interface ${words}, in`],
  [/^system\.filesystem\.used\.pct$/, (words) => `Space of ${words}`],
];

/** The most series that the API draws at once. */
export const seriesMax = 50;

/**
 * Returns the series that show a machine or another entity: of a host those of its parts, of others all, at most {@link seriesMax}.
 * The loopback interface carries nothing that leaves the machine and is left out.
 */
export function shownSeries(kind: string, all: readonly string[]): readonly string[] {
  if (kind !== 'host') return all.slice(0, seriesMax);
  const chosen = all
    .map((text) => ({ text, parts: partsOf(text) }))
    .filter(({ parts }) => !Object.values(parts.dimensions).includes('lo'))
    .map(({ text, parts }) => ({ text, place: hostParts.findIndex(([pattern]) => pattern.test(parts.metric)) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place);
  return chosen.length === 0 ? all.slice(0, seriesMax) : chosen.slice(0, seriesMax).map(({ text }) => text);
}

/** A part of a machine, with its state. */
export interface PartRow {
  readonly chart: ChartSeries;
  readonly title: string;
  readonly glyph: StatusGlyph;
  readonly word: string;
  readonly reason: string;
}

const order: readonly StatusGlyph[] = ['critical', 'down', 'warning', 'info', 'unknown', 'ok'];

/** Returns the parts of a machine, the worst first. */
export function partRows(charts: Charts, zone: Zone): PartRow[] {
  const rows = charts.charts.map((chart) => ({ chart, title: titleOf(chart), ...stateOf(charts, chart, zone) }));
  return rows.sort((a, b) => order.indexOf(a.glyph) - order.indexOf(b.glyph));
}

function titleOf(chart: ChartSeries): string {
  const found = chart.entity.kind === 'host' ? hostParts.find(([pattern]) => pattern.test(chart.metric)) : undefined;
  return found === undefined ? measureTitle(chart) : found[1](dimensionsWords(chart.dimensions));
}

function stateOf(charts: Charts, chart: ChartSeries, zone: Zone): Omit<PartRow, 'chart' | 'title'> {
  const newest = newestOf({ times: charts.times, values: chart.values });
  if (newest === undefined) return { glyph: 'unknown', word: 'unknown', reason: chart.note ?? 'no data in this range' };
  const unit = unitOfSeries(chart);
  const said = quantityText(newest.value, unit);
  const expected = expectedText(chart, unit);
  const open = chart.anomalies.find(({ toMs }) => toMs === null || toMs > charts.toMs);
  if (open !== undefined) {
    const reason = `${said}${expected}; off since ${clockText(open.fromMs, zone)}`;
    return { glyph: open.severity === 'critical' ? 'critical' : 'warning', word: open.severity, reason };
  }
  const over = chart.anomalies.at(-1);
  const until = over?.toMs ? `; was off until ${clockText(over.toMs, zone)}` : '';
  const [low, high] = [newestIn(chart.lower), newestIn(chart.upper)];
  const isBeyond = high !== undefined && (newest.value > high || newest.value < (low ?? Number.NEGATIVE_INFINITY));
  const short = isBeyond ? '; outside it, for less than an anomaly takes' : '';
  return { glyph: 'ok', word: 'ok', reason: `${said}${expected}${short}${until}` };
}

const newestIn = (values: ChartSeries['upper']): number | undefined =>
  values?.findLast((value) => value !== null) ?? undefined;

/** Returns the newest expected range in words, after a comma; empty before one is learned. */
export function expectedText({ lower, upper }: Pick<ChartSeries, 'lower' | 'upper'>, unit: string): string {
  const high = newestIn(upper);
  if (high === undefined) return '';
  const low = newestIn(lower) ?? 0;
  return `, expected ${low === 0 ? '0' : quantityText(low, unit)} to ${quantityText(high, unit)}`;
}

/** The most charts of an entity that is no host. */
const chartsMax = 8;

/** The metrics by which an entity that is no host is judged first. */
const firstMetrics: readonly RegExp[] = [
  /\.(connected|up)$/,
  /\.chunkserver\.space\.used\.bytes$/,
  /\.errors$/,
  /\.io\.last_minute\.(read|write)\.bytes$/,
];

/** Returns the parts that are drawn on one time axis: those that are off, then those by which the entity is judged, then the others. */
export function drawnRows(rows: readonly PartRow[]): PartRow[] {
  const place = ({ glyph, chart }: PartRow): number => {
    const nth = firstMetrics.findIndex((pattern) => pattern.test(chart.metric));
    return glyph !== 'ok' ? -1 : nth < 0 ? firstMetrics.length : nth;
  };
  return rows.toSorted((a, b) => place(a) - place(b)).slice(0, chartsMax);
}

/** Returns a line about the metric of a series, for the row of a stack. */
export function stackTitle(chart: ChartSeries): string {
  return chart.entity.kind === 'host' ? titleOf(chart) : metricTitle(chart.metric);
}
