import './inlining.ts';
import { learnOfDay, lookUp, type OfDay, SlotWeights } from './day-profile.ts';
import {
  beginForecast,
  compareForecast,
  type Forecast,
  forecastFrom,
  learnFirstVariance,
  learnForecast,
} from './forecast.ts';
import { discountByHabit } from './habit.ts';
import { hold } from './hold.ts';
import { inDoubles, inFloats, valuesToLearn } from './layout.ts';
import { averageQuickly, learnDrift, learnMean, type QuickMeans } from './levels.ts';
import { chooseUnit, levelOf, moveOrigin } from './origin.ts';
import { type Compared, Pager } from './pager.ts';
import { type PageRule, plainRule } from './paging.ts';
import { beginRuns, hasGoneQuiet } from './quiet.ts';
import { blankBreakout, compareRanges, emptyRanges, ranged, rangeOf } from './ranges.ts';
import { Reading } from './reading.ts';
import { beginRefractory, refract } from './refractory.ts';
import { inSpreads, learnVariance } from './spread.ts';
import type { DetectorState } from './state.ts';

const firstMsAt = inDoubles.firstMs;
const lastMsAt = inDoubles.lastMs;
const originAt = inDoubles.origin;
const perUnitAt = inDoubles.perUnit;
const previousAt = inDoubles.previous;
const beforePreviousAt = inFloats.beforePrevious;
const countAt = inFloats.count;
const driftAt = inFloats.drift;
const envelopeVarianceAt = inFloats.envelopeVariance;
const forecastVarianceAt = inFloats.forecastVariance;
const meanAt = inFloats.mean;
const midAt = inFloats.mid;
const ofDayCountAt = inFloats.ofDayCount;
const previousOfDayAt = inFloats.previousOfDay;
const slowAt = inFloats.slow;
const forecastRange = rangeOf.forecast;
const midRange = rangeOf.mid;
const ofDayRange = rangeOf.ofDay;
const slowRange = rangeOf.slow;
const valueRange = rangeOf.value;
const toLearn = valuesToLearn;
const firstForecast = forecastFrom;

/** One value of a series, and what is known before it. All levels are in the unit of the state, relative to the origin. */
interface Row extends Compared {
  mean: number;
  /** The distance from the mean. */
  distance: number;
  /** The mean of the time of day; the mean where no time of day is trusted. */
  ofDay: number;
}

/**
 * Judges each value of series by what is known of them before it, and then learns it: in one pass, in constant time and
 * memory, in any unit. `docs/detection.md` has the method. One detector serves many series: all that it remembers of one
 * is in its {@link DetectorState}.
 */
export class Detector {
  readonly #row: Row = {
    timeMs: 0,
    value: 0,
    level: 0,
    count: 0,
    mean: 0,
    distance: 0,
    ofDay: 0,
    drift: 0,
    beyond: 0,
    forecastVariance: 0,
    isQuiet: false,
  };
  readonly #ofDay: OfDay = { slot: 0, slotFromMs: 0, index: 0, isTrusted: false, mean: 0, lower: 0, upper: 0 };
  readonly #quick: QuickMeans = { mid: 0, slow: 0 };
  readonly #forecast: Forecast = {
    previous: 0,
    beforePrevious: 0,
    ofDay: 0,
    previousOfDay: 0,
    error: 0,
    variance: 0,
  };
  readonly #breakout = blankBreakout();
  readonly #weights = new SlotWeights();
  readonly #reading = new Reading();
  readonly #pager = new Pager(this.#ofDay, this.#reading);

  /**
   * Judges and learns one value.
   * @param timeMs of the value, since 1970; one that is not after the time before does not move the time of day
   * @param value  finite, within ±1e100, in the unit of the series
   * @param rule   what a page of the series needs
   * @returns the reading; the next call overwrites it
   */
  step(state: DetectorState, timeMs: number, value: number, rule: PageRule = plainRule): Reading {
    const { floats, floatsAt, doubles, doublesAt } = state;
    const row = this.#row;
    row.timeMs = timeMs;
    row.value = value;
    if (floats[floatsAt + countAt] === 0) begin(state, timeMs, value);
    else chooseUnit(state, value);
    this.#compare(state, timeMs, value);
    this.#score(state);
    this.#alarm(state, value);
    row.isQuiet = hasGoneQuiet(floats, floatsAt, row.count > 0 && value === doubles[doublesAt + previousAt]);
    this.#pager.compare(state, row);
    this.#pager.page(state, row, rule);
    this.#learn(state, timeMs, value);
    return this.#reading;
  }

  /** Compares the value with the levels, the time of day and the forecast. */
  #compare(state: DetectorState, timeMs: number, value: number): void {
    const { floats, floatsAt, doubles, doublesAt } = state;
    const row = this.#row;
    const ofDay = this.#ofDay;
    const forecast = this.#forecast;
    lookUp(state.profile, timeMs, ofDay);
    row.level = levelOf(state, value);
    row.count = floats[floatsAt + countAt]!;
    row.mean = floats[floatsAt + meanAt]!;
    row.distance = row.level - row.mean;
    row.drift = floats[floatsAt + driftAt]!;
    row.ofDay = ofDay.isTrusted ? ofDay.mean : row.mean;
    if (!ofDay.isTrusted) {
      ofDay.lower = row.mean;
      ofDay.upper = row.mean;
    }
    const level = row.level - row.drift;
    // Without a branch: noise is on either side at random, which no processor can predict.
    row.beyond = Math.max(0, level - ofDay.upper) + Math.min(0, level - ofDay.lower);
    averageQuickly(floats, floatsAt, row.level, this.#quick);
    forecast.previous = levelOf(state, doubles[doublesAt + previousAt]!) - row.mean;
    forecast.beforePrevious = floats[floatsAt + beforePreviousAt]! - row.mean;
    forecast.ofDay = ofDay.isTrusted ? row.ofDay - row.mean : 0;
    forecast.previousOfDay = ofDay.isTrusted ? floats[floatsAt + previousOfDayAt]! - row.mean : 0;
    compareForecast(floats, floatsAt, row.distance, forecast);
    forecast.variance = floats[floatsAt + forecastVarianceAt]!;
    row.forecastVariance = forecast.variance;
  }

  /** Sets the score by the channel of the largest distance. */
  #score({ floats, floatsAt, doubles, doublesAt }: DetectorState): void {
    const { level, count, ofDay, drift, beyond } = this.#row;
    const { error, variance } = this.#forecast;
    const reading = this.#reading;
    const usual = Math.sqrt(variance);
    const envelopeUsual = Math.sqrt(floats[floatsAt + envelopeVarianceAt]!);
    const forecastZ = inSpreads(error, usual, count - firstForecast);
    const envelopeZ = inSpreads(beyond, envelopeUsual, count);
    const isForecast = forecastZ > envelopeZ;
    reading.isReady = count >= toLearn;
    reading.channel = isForecast ? 'forecast' : this.#ofDay.isTrusted ? 'time of day' : 'level';
    reading.z = isForecast ? forecastZ : envelopeZ;
    reading.isAbove = (isForecast ? error : beyond) > 0;
    reading.own = reading.isReady ? discountByHabit(floats, floatsAt, reading.z) : 0;
    reading.score = hold(floats, floatsAt, reading.own);
    const levels = reading.levels;
    levels.origin = doubles[doublesAt + originAt]!;
    levels.perUnit = doubles[doublesAt + perUnitAt]!;
    levels.value = level;
    levels.expected = isForecast ? level - error : ofDay + drift;
    levels.usual = isForecast ? usual : envelopeUsual;
    levels.lower = this.#ofDay.lower + drift;
    levels.upper = this.#ofDay.upper + drift;
    levels.lowerOfDay = levels.lower;
    levels.upperOfDay = levels.upper;
    levels.envelopeUsual = envelopeUsual;
  }

  /** Compares the value with the running ranges, and sets the alarm. */
  #alarm({ floats, floatsAt, doubles, doublesAt }: DetectorState, value: number): void {
    const { level, count, mean, ofDay } = this.#row;
    const breakout = this.#breakout;
    const { levels } = breakout;
    const reading = this.#reading;
    const isTrusted = this.#ofDay.isTrusted;
    breakout.count = count;
    breakout.ofDayCount = floats[floatsAt + ofDayCountAt]!;
    if (isTrusted) floats[floatsAt + ofDayCountAt] = breakout.ofDayCount + 1;
    levels[valueRange] = level;
    levels[ofDayRange] = isTrusted ? level - ofDay : Number.NaN;
    levels[midRange] = this.#quick.mid - mean;
    levels[slowRange] = this.#quick.slow - mean;
    levels[forecastRange] = count < firstForecast ? Number.NaN : this.#forecast.error;
    breakout.middle = mean;
    breakout.magnitude = Math.abs(value) * doubles[doublesAt + perUnitAt]!;
    compareRanges(floats, floatsAt, breakout);
    reading.breakout = reading.isReady ? breakout.size : 0;
    reading.ranged = ranged[breakout.range]!;
    reading.alarm = refract(floats, floatsAt, reading.breakout);
  }

  /** Learns the value in every channel. */
  #learn(state: DetectorState, timeMs: number, value: number): void {
    const { floats, floatsAt, doubles, doublesAt, profile } = state;
    const { level, distance, beyond, ofDay } = this.#row;
    const forecast = this.#forecast;
    const count = this.#row.count + 1;
    if (count > firstForecast) {
      forecast.variance = learnVariance(forecast.variance, forecast.error, count - firstForecast);
      floats[floatsAt + forecastVarianceAt] = forecast.variance;
      learnForecast(floats, floatsAt, forecast);
    }
    learnFirstVariance(floats, floatsAt, distance, count);
    const variance = learnVariance(floats[floatsAt + envelopeVarianceAt]!, beyond, count);
    floats[floatsAt + envelopeVarianceAt] = variance;
    learnDrift(floats, floatsAt + driftAt, beyond, count > toLearn ? variance : Number.POSITIVE_INFINITY);
    learnMean(floats, floatsAt, distance, count);
    floats[floatsAt + midAt] = this.#quick.mid;
    floats[floatsAt + slowAt] = this.#quick.slow;
    if (profile !== undefined) {
      const elapsedMs = timeMs - doubles[doublesAt + lastMsAt]!;
      const weight = learnOfDay(profile, this.#ofDay.index, level, this.#weights.of(elapsedMs));
      this.#pager.learn(state, this.#row, weight);
    }
    floats[floatsAt + previousOfDayAt] = ofDay;
    floats[floatsAt + beforePreviousAt] = forecast.previous + this.#row.mean;
    floats[floatsAt + countAt] = count;
    doubles[doublesAt + previousAt] = value;
    doubles[doublesAt + lastMsAt] = timeMs;
    moveOrigin(state, count);
  }
}

/** Prepares the state of a series for its first value. */
function begin({ doubles, doublesAt, floats, floatsAt }: DetectorState, timeMs: number, value: number): void {
  doubles[doublesAt + originAt] = value;
  doubles[doublesAt + previousAt] = value;
  doubles[doublesAt + firstMsAt] = timeMs;
  doubles[doublesAt + lastMsAt] = timeMs;
  beginForecast(floats, floatsAt);
  emptyRanges(floats, floatsAt);
  beginRefractory(floats, floatsAt);
  beginRuns(floats, floatsAt);
}
