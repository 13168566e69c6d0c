import { mean, median, medianAbsoluteDeviation, standardDeviation } from 'simple-statistics';
import { inUnitInterval } from '../../functions/detect/detector/reading.ts';
import { SeriesDetector } from '../../functions/detect/detector/series-detector.ts';
import type { RecordedSeries } from './labelled-series.ts';

/** A detector under test: it scores each value of a series before it learns it, in [0, 1). */
export interface Contender {
  readonly name: string;
  /** Returns the ranking of rows, and the ranking of the beginnings of trouble; one array where it has only one. */
  run(series: RecordedSeries): { readonly score: Float64Array; readonly alarm: Float64Array };
}

/** The values that the peers with a window look back on. */
const windowValues = 200;
const ewmaWeight = 0.005;

export const contenders: readonly Contender[] = [
  { name: 'offbeat', run: runOffbeat },
  { name: `rolling z, ${windowValues} values (peer)`, run: ({ values }) => same(values, rollingZ) },
  { name: `EWMA z, alpha ${ewmaWeight} (peer)`, run: ({ values }) => same(values, ewmaZ) },
  { name: `rolling MAD, ${windowValues} values (peer)`, run: ({ values }) => same(values, rollingMad) },
];

function runOffbeat({ timesMs, values }: RecordedSeries) {
  const detector = new SeriesDetector();
  const [score, alarm] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (const [row, value] of values.entries()) {
    const reading = detector.next(timesMs[row]!, value);
    score[row] = inUnitInterval(reading.score);
    alarm[row] = inUnitInterval(reading.alarm);
  }
  return { score, alarm };
}

function same(values: Float64Array, distances: (values: Float64Array) => Float64Array) {
  const score = distances(values).map(inUnitInterval);
  return { score, alarm: score };
}

/** Returns the distance of each value from the mean of the values before it, in standard deviations. */
function rollingZ(values: Float64Array): Float64Array {
  return overWindows(values, (before, value) => ratio(value - mean(before), standardDeviation(before)));
}

/** Returns the distance of each value from the median of the values before it, in median absolute deviations. */
function rollingMad(values: Float64Array): Float64Array {
  return overWindows(values, (before, value) => ratio(value - median(before), medianAbsoluteDeviation(before)));
}

function overWindows(values: Float64Array, distance: (before: number[], value: number) => number): Float64Array {
  return values.map((value, row) =>
    row < windowValues ? 0 : distance([...values.subarray(row - windowValues, row)], value),
  );
}

/** Returns the distance of each value from the exponentially weighted mean of those before it, in deviations. */
function ewmaZ(values: Float64Array): Float64Array {
  let [average, variance] = [0, 0];
  return values.map((value, row) => {
    const delta = value - average;
    const z = row < windowValues ? 0 : ratio(delta, Math.sqrt(variance));
    const weight = Math.max(ewmaWeight, 1 / (row + 1));
    average += weight * delta;
    variance = (1 - weight) * (variance + weight * delta * delta);
    return z;
  });
}

/** Returns a distance in spreads, at most 1000; a series that never varied has no spread. */
const ratio = (distance: number, spread: number): number =>
  distance === 0 ? 0 : Math.min(1000, Math.abs(distance) / spread);
