import type { AlertDetail, Anomaly } from '../../api/alert-types.ts';
import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { seriesText } from './series-text.ts';

type Counted = Pick<AlertDetail, 'anomalies' | 'suspects'>;

/** Returns how many of the series that are off are drawn: `2 of 5 series that are off`; nothing where all are. */
export function drawnText({ anomalies, suspects }: Counted): string | undefined {
  if (anomalies.length <= suspects.length) return undefined;
  return `${suspects.length} of ${anomalies.length} series that were off: one of each entity`;
}

/**
 * Returns how far a series went in the time of its anomaly, with the peaks that are drawn: that of the anomaly leaves out what came before
 * there was evidence enough.
 */
export function peakIn(
  anomaly: Pick<Anomaly, 'peak' | 'direction' | 'startsAtMs' | 'endsAtMs'>,
  { times, stepMs }: Pick<Charts, 'times' | 'stepMs'>,
  chart: Pick<ChartSeries, 'values' | 'min' | 'max'>,
): number {
  const { peak, direction, startsAtMs, endsAtMs = Number.POSITIVE_INFINITY } = anomaly;
  const [ends, furthest] =
    direction === 'up' ? [chart.max ?? chart.values, Math.max] : [chart.min ?? chart.values, Math.min];
  const inside = ends.filter((_, step) => times[step]! > startsAtMs - stepMs && times[step]! <= endsAtMs);
  return furthest(peak, ...inside.filter((value) => value !== null));
}

/** The most series that are asked for, and that Explore shows, at once. */
export const seriesMax = 12;

/** Returns the series of all anomalies of an alert that are known, those of suspects first. */
export function seriesOf({ suspects, others }: Pick<AlertDetail, 'suspects' | 'others'>): string[] {
  return [...new Set([...suspects, ...others].map(({ series }) => seriesText(series)))];
}
