import { entityPath } from '../shared/domain/entity.ts';
import { measurementId } from '../shared/domain/ids.ts';
import { dimensionsText } from '../shared/domain/series-text.ts';
import type { MetricSummary, Summary } from '../shared/domain/summary.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { hourDocument } from '../shared/warehouse/summary-document.ts';

/** One hour of one entity, dataset and set of dimensions. */
interface Hour {
  readonly first: Summary;
  readonly metrics: Map<string, MetricHour>;
  minutes: number;
}

/** One metric of an hour. Means are kept as sums, so that they are rounded only once. */
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
 * The summaries of one hour, rolled up from its minutes. Memory grows with the number of entities, datasets and
 * dimensions, and not with the number of minutes.
 *
 * Means are weighted by the number of samples, so `avg` is the mean of all samples of the hour. `last` is that of the
 * newest minute, and `score` the highest of all minutes.
 */
export class HourOfSummaries {
  readonly #hours = new Map<string, Hour>();
  readonly #hourStartMs: number;

  constructor(hourStartMs: number) {
    this.#hourStartMs = hourStartMs;
  }

  /** Adds a minute. The oldest minute must be added first. */
  add(minute: Summary): void {
    const key = [entityPath(minute.entity), minute.dataset, dimensionsText(minute.dimensions)].join('\u0000');
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
   * Returns one write for each entity, dataset and set of dimensions. The version is the number of minutes, so a second
   * aggregation changes a document only if there are more minutes than before, and not after minutes were deleted.
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
    // Rounding must not move the mean out of the range of its values.
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
