import type * as z from 'zod';
import type { Series } from '../../shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../shared/domain/series-text.ts';
import type { Summary } from '../../shared/domain/summary.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { summaryDocument } from '../../shared/warehouse/summary-document.ts';
import type { minutesAnswer } from '../answers/series.ts';
import type { Shown } from '../answers/shown.ts';
import type { ParametersOf } from '../parameters.ts';
import { newestOfSeries } from './newest.ts';

/** The minutes of one series, the oldest first. */
export type Minutes = Shown<z.infer<typeof minutesAnswer>>;
/** The figures of one metric in one minute. */
export type Minute = Minutes['minutes'][number];

/** Returns the newest minutes of one series, from which charts and their bands are drawn. */
export async function findMinutes(
  warehouse: Warehouse,
  { series, ...span }: ParametersOf<'summaries'>,
): Promise<Minutes> {
  const minutes = await newestOfSeries(warehouse, {
    family: 'offbeat-summaries',
    series,
    ...span,
    pick: (document) => minuteOf(series, summaryDocument.read(document)),
  });
  return { series: seriesText(series), minutes: minutes.reverse() };
}

/** @returns `undefined` if the summary has other dimensions or does not contain the metric */
function minuteOf(series: Series, { minuteMs, metrics, dimensions }: Summary): Minute | undefined {
  const figures = Object.hasOwn(metrics, series.metric) ? metrics[series.metric] : undefined;
  if (figures === undefined || dimensionsText(dimensions) !== dimensionsText(series.dimensions)) return undefined;
  return { minuteMs, ...figures };
}
