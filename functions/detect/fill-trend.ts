import { hourMs } from '../shared/domain/durations.ts';

/** The age at which a sample counts half, hours. */
const halfLifeH = 6;
/** The time and the samples that a trend needs before it forecasts anything. */
const knownMs = hourMs;
const samplesNeeded = 20;
/** The width of the interval, in standard errors of the slope. */
const errors = 3;
/** The hours by which the newest level may lag behind the line: one that lags more has stopped rising, or has fallen. */
const lagMaxH = 1;

/**
 * The line through the samples of a capacity, newer ones with more weight: sums around the weighted means, so that nothing is
 * lost to large numbers. Times are hours before the newest sample.
 */
export interface FillTrend {
  firstMs: number;
  lastMs: number;
  samples: number;
  /** The sum of the weights, and the weighted means of time and level. */
  weight: number;
  time: number;
  level: number;
  /** The weighted sums of squares and products around the means. */
  timeTime: number;
  timeLevel: number;
  levelLevel: number;
}

/** Returns the trend of a capacity without samples. */
export const newTrend = (): FillTrend => ({
  firstMs: 0,
  lastMs: 0,
  samples: 0,
  weight: 0,
  time: 0,
  level: 0,
  timeTime: 0,
  timeLevel: 0,
  levelLevel: 0,
});

/**
 * Adds a sample to a trend: `O(1)`, and as if all sums were computed anew with weights that halve in 6 hours.
 * @param timestampMs later than that of the sample before
 */
export function addToTrend(trend: FillTrend, timestampMs: number, level: number): void {
  const passedH = trend.samples === 0 ? 0 : (timestampMs - trend.lastMs) / hourMs;
  const decay = 2 ** (-passedH / halfLifeH);
  if (trend.samples === 0) trend.firstMs = timestampMs;
  trend.lastMs = timestampMs;
  trend.samples = Math.min(trend.samples + 1, samplesNeeded);
  const weight = trend.weight * decay + 1;
  const byTime = 0 - (trend.time - passedH);
  const byLevel = level - trend.level;
  const share = 1 - 1 / weight;
  trend.weight = weight;
  trend.time = trend.time - passedH + byTime / weight;
  trend.level += byLevel / weight;
  trend.timeTime = trend.timeTime * decay + share * byTime * byTime;
  trend.timeLevel = trend.timeLevel * decay + share * byTime * byLevel;
  trend.levelLevel = trend.levelLevel * decay + share * byLevel * byLevel;
}

/** The hours until a capacity is full: the estimate, and the interval around it. */
export interface Forecast {
  readonly hours: number;
  readonly soonest: number;
  /** The latest time; Infinity where the level may as well not rise at all. */
  readonly latest: number;
}

/**
 * Returns when a capacity will be full, if it goes on as in the last hours.
 * @param level the newest level
 * @returns `undefined` for a trend that is too short, or that does not rise, or not any more
 */
export function forecastOf(trend: FillTrend, level: number, fullAt: number): Forecast | undefined {
  const { samples, firstMs, lastMs, weight, time, timeTime, timeLevel, levelLevel } = trend;
  if (samples < samplesNeeded || lastMs - firstMs < knownMs) return undefined;
  const slope = timeLevel / timeTime;
  if (!(slope > 0)) return undefined;
  // The line remembers a rise for hours after it has ended.
  if (trend.level - slope * time - level > slope * lagMaxH) return undefined;
  const variance = Math.max(0, levelLevel - slope * timeLevel) / Math.max(1, weight - 2);
  const margin = errors * Math.sqrt(variance / timeTime);
  const rest = Math.max(0, fullAt - level);
  return {
    hours: rest / slope,
    soonest: rest / (slope + margin),
    latest: slope > margin ? rest / (slope - margin) : Number.POSITIVE_INFINITY,
  };
}
