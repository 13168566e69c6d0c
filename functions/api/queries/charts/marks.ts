import type { Anomaly } from '../../../shared/domain/anomaly.ts';
import { entityPath } from '../../../shared/domain/entity.ts';
import { seriesText } from '../../../shared/domain/series-text.ts';
import type { Match, Warehouse } from '../../../shared/ports/warehouse.ts';
import { anomalyDocument } from '../../../shared/warehouse/anomaly-document.ts';
import type { Mark } from '../../answers/charts.ts';

/** The most anomalies of one answer. */
const anomaliesMax = 5_000;

/** An anomaly as a chart shows it, with the text of its series and the path of its entity. */
export interface SeriesMark extends Mark {
  readonly series: string;
  readonly path: string;
  /** The range of values that are not off, by which it was judged. A limit has one end of it, and some kinds have none. */
  readonly range: Pick<Anomaly, 'lower' | 'upper'>;
}

/** A time range, ms since 1970. */
export interface MarkRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** The earliest beginning of an anomaly. @default any */
  readonly begunAfterMs?: number;
}

/**
 * Returns the anomalies that lie in a range, the oldest first.
 * @param match which anomalies
 */
export async function marksOf(
  warehouse: Warehouse,
  match: Match,
  { fromMs, toMs, begunAfterMs }: MarkRange,
): Promise<readonly SeriesMark[]> {
  const documents = await warehouse.search({
    family: 'offbeat-anomalies',
    match,
    ...(begunAfterMs === undefined ? {} : { fromMs: begunAfterMs }),
    toMs,
    order: 'newest first',
    limit: anomaliesMax,
  });
  const anomalies = documents.map(anomalyDocument.read);
  return anomalies
    .filter(({ endsAtMs = toMs }) => endsAtMs >= fromMs)
    .map(markOf)
    .reverse();
}

const markOf = ({ id, series, startsAtMs, endsAtMs, severity, direction, lower, upper }: Anomaly): SeriesMark => ({
  id,
  series: seriesText(series),
  path: entityPath(series.entity),
  fromMs: startsAtMs,
  toMs: endsAtMs ?? null,
  severity,
  direction,
  range: { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) },
});
