import { detectorFloats, inFloats } from './layout.ts';
import { levelMax } from './origin.ts';

const countAt = inFloats.count;
const covarianceAt = inFloats.covariance;
const firstVarianceAt = inFloats.firstVariance;
const weightsAt = inFloats.weights;
const largestLevel = levelMax;

/** The number of values before the first forecast, and before its weights are learned. */
export const forecastFrom = 3;
const learnFrom = 20;
/** The share of what the covariance knows that one value leaves: about 2,000 values are remembered. */
const forgetting = 0.9995;
/** The certainty of the first weights, in variances of the first values: a low one, so that the first values decide. */
const firstCovariance = 1_000;
/** The number of values that the variance of the first values is averaged over. */
const firstValues = 21;
/** The trace of the covariance, in units of the error's variance, at which it stops to grow. */
const traceMax = 1e6;
/** The largest certainty that single precision holds in all products. */
const covarianceMax = 1e15;

/** A forecast of one value, and what it learns from. The inputs are distances from the mean; 0 where one is not known. */
export interface Forecast {
  previous: number;
  beforePrevious: number;
  /** The time-of-day mean of this value, and the one of the value before. */
  ofDay: number;
  previousOfDay: number;
  /** The distance of the value from the forecast, a level. */
  error: number;
  /** The variance of such errors. */
  variance: number;
}

/**
 * Sets the error of a linear forecast from the two values before and the time of day.
 * @param distance the distance of the value from the mean
 */
export function compareForecast(floats: Float32Array, at: number, distance: number, forecast: Forecast): void {
  const w = at + weightsAt;
  const error =
    distance -
    floats[w]! * forecast.previous -
    floats[w + 1]! * forecast.beforePrevious -
    floats[w + 2]! * forecast.ofDay -
    floats[w + 3]! * forecast.previousOfDay;
  if (Number.isFinite(error)) forecast.error = Math.max(-largestLevel, Math.min(largestLevel, error));
  else {
    // Only magnitudes that no float can hold lead here: the forecast begins anew, as the value before.
    beginForecast(floats, at);
    forecast.error = distance - forecast.previous;
  }
}

/**
 * Learns the variance of the first values, from which the covariance starts. It goes on while all values were equal:
 * a series that is constant at first would never start to learn.
 * @param distance the distance of a value from the mean before it
 * @param count    the number of values with this one
 */
export function learnFirstVariance(floats: Float32Array, at: number, distance: number, count: number): void {
  const variance = floats[at + firstVarianceAt]!;
  if (count > firstValues && variance !== 0) return;
  floats[at + firstVarianceAt] = variance + (distance * distance - variance) / count;
}

/**
 * Learns the weights of the forecast from its error: recursive least squares with forgetting.
 *
 *     gain       = covariance * inputs
 *     total      = forgetting + inputs' * gain
 *     weights    = weights + gain * error / total
 *     covariance = (covariance - gain * gain' / total) / forgetting
 *
 * Inputs that stay 0 would let the covariance grow for ever: it is not divided while its trace times the variance of the
 * error is above 1e6.
 * @see Haykin (2002), Adaptive Filter Theory, chapter 9
 */
export function learnForecast(floats: Float32Array, at: number, forecast: Forecast): void {
  const c = at + covarianceAt;
  if (floats[at + countAt]! < learnFrom) return;
  if (floats[c] === 0 && !beginCovariance(floats, at)) return;
  // Written out by hand: loops over the 4 x 4 matrix halve the speed of the whole detector.
  const p00 = floats[c]!;
  const p01 = floats[c + 1]!;
  const p02 = floats[c + 2]!;
  const p03 = floats[c + 3]!;
  const p11 = floats[c + 4]!;
  const p12 = floats[c + 5]!;
  const p13 = floats[c + 6]!;
  const p22 = floats[c + 7]!;
  const p23 = floats[c + 8]!;
  const p33 = floats[c + 9]!;
  const { previous: f0, beforePrevious: f1, ofDay: f2, previousOfDay: f3 } = forecast;
  const k0 = p00 * f0 + p01 * f1 + p02 * f2 + p03 * f3;
  const k1 = p01 * f0 + p11 * f1 + p12 * f2 + p13 * f3;
  const k2 = p02 * f0 + p12 * f1 + p22 * f2 + p23 * f3;
  const k3 = p03 * f0 + p13 * f1 + p23 * f2 + p33 * f3;
  const total = forgetting + f0 * k0 + f1 * k1 + f2 * k2 + f3 * k3;
  if (!(total > 0 && total < 1e300)) return;
  const share = 1 / total;
  const step = forecast.error * share;
  const w = at + weightsAt;
  floats[w]! += k0 * step;
  floats[w + 1]! += k1 * step;
  floats[w + 2]! += k2 * step;
  floats[w + 3]! += k3 * step;
  const growth = (p00 + p11 + p22 + p33) * forecast.variance > traceMax ? 1 : 1 / forgetting;
  floats[c] = (p00 - k0 * k0 * share) * growth;
  floats[c + 1] = (p01 - k0 * k1 * share) * growth;
  floats[c + 2] = (p02 - k0 * k2 * share) * growth;
  floats[c + 3] = (p03 - k0 * k3 * share) * growth;
  floats[c + 4] = (p11 - k1 * k1 * share) * growth;
  floats[c + 5] = (p12 - k1 * k2 * share) * growth;
  floats[c + 6] = (p13 - k1 * k3 * share) * growth;
  floats[c + 7] = (p22 - k2 * k2 * share) * growth;
  floats[c + 8] = (p23 - k2 * k3 * share) * growth;
  floats[c + 9] = (p33 - k3 * k3 * share) * growth;
}

/** Prepares a new series: the forecast is the value before, until its weights are learned. */
export function beginForecast(floats: Float32Array, at: number): void {
  floats.fill(0, at + weightsAt, at + detectorFloats);
  floats[at + weightsAt] = 1;
}

/** Sets the first covariance. Returns false while all values were equal. */
function beginCovariance(floats: Float32Array, at: number): boolean {
  const variance = floats[at + firstVarianceAt]!;
  if (variance === 0) return false;
  const c = at + covarianceAt;
  for (const diagonal of [0, 4, 7, 9]) floats[c + diagonal] = Math.min(covarianceMax, firstCovariance / variance);
  return true;
}
