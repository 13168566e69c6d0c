import { useAnswer } from '../api/answer.ts';
import type { ChartSeries, Charts } from '../api/data-types.ts';
import type { AlertSummary } from '../api/types.ts';
import { range } from '../frame/where.ts';

/** The most alerts of a list that have a line. */
const linesMax = 20;

/** Reads the lines of the likely causes of alerts, all in one request. */
export function useCauseCharts(alerts: readonly AlertSummary[]): {
  readonly charts: Charts | undefined;
  readonly chartOf: (alert: AlertSummary) => ChartSeries | undefined;
} {
  const series = [...new Set(alerts.flatMap(({ cause }) => cause?.series ?? []))].slice(0, linesMax).sort();
  const query = { series, from: range.value.from, to: range.value.to, points: 90 };
  const { data } = useAnswer<Charts>(series.length === 0 ? null : '/api/charts', query);
  const bySeries = new Map(data?.charts.map((chart) => [chart.series, chart]));
  return { charts: data, chartOf: ({ cause }) => (cause === undefined ? undefined : bySeries.get(cause.series)) };
}
