import { entityPath } from '../shared/domain/entity.ts';
import { measurementId } from '../shared/domain/ids.ts';
import { dimensionsText } from '../shared/domain/series.ts';
import type { MetricSummary, Summary } from '../shared/domain/summary.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { hourDocument } from '../shared/warehouse/summary-document.ts';

interface Hour {
  readonly first: Summary;
  readonly metrics: Map<string, MetricHour>;
  minutes: number;
}

/** Means as sums: what was added 60 times rounds but once. */
interface MetricHour {
  min: number;
  max: number;
  last: number;
  score: number | undefined;
  readonly avg: WeightedSum;
  readonly expected: WeightedSum;
  readonly spread: WeightedSum;
}

interface WeightedSum {
  sum: number;
  count: number;
}

/**
 * The minutes of one hour, added up; memory grows with the number of entities, datasets and dimensions, not of minutes.
 *
 * Means are weighted by their samples, so that the hour's `avg` is that of all of them. `last` is the newest minute's;
 * `score` the highest.
 */
export class HourOfSummaries {
  readonly #hours = new Map<string, Hour>();
  readonly #hourStartMs: number;

  constructor(hourStartMs: number) {
    this.#hourStartMs = hourStartMs;
  }

  /** Minutes have to come oldest first. */
  add(minute: Summary): void {
    const key = `${entityPath(minute.entity)} ${minute.dataset} ${dimensionsText(minute.dimensions)}`;
    let hour = this.#hours.get(key);
    if (hour === undefined) {
      hour = { first: minute, metrics: new Map(), minutes: 0 };
      this.#hours.set(key, hour);
    }
    hour.minutes += 1;
    for (const [name, figures] of Object.entries(minute.metrics)) {
      const metric = hour.metrics.get(name) ?? emptyHour();
      hour.metrics.set(name, metric);
      addMinute(metric, figures);
    }
  }

  /**
   * A document per entity, dataset and dimensions. Its version is the number of minutes it is made of: an hour that is
   * aggregated again changes only where more minutes came meanwhile, and never once they begin to be deleted.
   */
  writes(): WarehouseWrite[] {
    const timeMs = this.#hourStartMs;
    return [...this.#hours.values()].map(({ first, metrics, minutes }) => {
      const summaries = [...metrics].map(([name, metric]) => [name, summaryOf(metric)]);
      const hour = { ...first, minuteMs: timeMs, metrics: Object.fromEntries(summaries), minutes };
      return {
        family: 'offbeat-summaries-1h',
        id: measurementId(first.entity, first.dataset, first.dimensions, timeMs),
        timeMs,
        version: minutes,
        document: hourDocument.write(hour),
      };
    });
  }
}

const emptyHour = (): MetricHour => ({
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  last: Number.NaN,
  score: undefined,
  avg: { sum: 0, count: 0 },
  expected: { sum: 0, count: 0 },
  spread: { sum: 0, count: 0 },
});

function addMinute(hour: MetricHour, { avg, min, max, last, count, expected, spread, score }: MetricSummary): void {
  hour.min = Math.min(hour.min, min);
  hour.max = Math.max(hour.max, max);
  hour.last = last;
  if (score !== undefined) hour.score = Math.max(hour.score ?? 0, score);
  addTo(hour.avg, avg, count);
  addTo(hour.expected, expected, count);
  addTo(hour.spread, spread, count);
}

function addTo(mean: WeightedSum, value: number | undefined, count: number): void {
  if (value === undefined) return;
  mean.sum += value * count;
  mean.count += count;
}

function summaryOf({ min, max, last, score, avg, expected, spread }: MetricHour): MetricSummary {
  return {
    // Rounding must not carry a mean out of what it is the mean of.
    avg: Math.min(max, Math.max(min, avg.sum / avg.count)),
    min,
    max,
    last,
    count: avg.count,
    ...(expected.count === 0 ? {} : { expected: expected.sum / expected.count }),
    ...(spread.count === 0 ? {} : { spread: spread.sum / spread.count }),
    ...(score === undefined ? {} : { score }),
  };
}
