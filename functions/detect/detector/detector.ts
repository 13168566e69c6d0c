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
import { chooseUnit, levelOf, moveOrigin, sizeInSeriesUnit } from './origin.ts';
import {
  candidateValues,
  floorAt,
  isIdle,
  isNewestOff,
  isOpen,
  isOpening,
  type PageInput,
  type PageRule,
  page,
  plainRule,
} from './paging.ts';
import { discountByPersistence } from './persistence.ts';
import { beginRuns, hasGoneQuiet } from './quiet.ts';
import { blankBreakout, compareRanges, emptyRanges, ranged, rangeOf } from './ranges.ts';
import { Reading } from './reading.ts';
import { beginRefractory, refract } from './refractory.ts';
import { inSpreads, learnVariance } from './spread.ts';
import { hasFallen, isBack, noteStart, readStart } from './start.ts';
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
const runAt = inFloats.run;
const slowAt = inFloats.slow;
const usualAtStartAt = inFloats.usualAtStart;
const forecastRange = rangeOf.forecast;
const midRange = rangeOf.mid;
const ofDayRange = rangeOf.ofDay;
const slowRange = rangeOf.slow;
const valueRange = rangeOf.value;
const toLearn = valuesToLearn;
const firstForecast = forecastFrom;

/** One value of a series, and what is known before it. All levels are in the unit of the state, relative to the origin. */
interface Row {
  level: number;
  /** The number of values before. */
  count: number;
  mean: number;
  /** The distance from the mean. */
  distance: number;
  /** The mean of the time of day; the mean where no time of day is trusted. */
  ofDay: number;
  drift: number;
  /** The distance from the envelope of the time of day, after the level shift that was learned. */
  beyond: number;
}

/**
 * Judges each value of series by what is known of them before it, and then learns it: in one pass, in constant time and
 * memory, in any unit. `docs/detection.md` has the method. One detector serves many series: all that it remembers of one
 * is in its {@link DetectorState}.
 */
export class Detector {
  readonly #row: Row = { level: 0, count: 0, mean: 0, distance: 0, ofDay: 0, drift: 0, beyond: 0 };
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
  readonly #pageInput: PageInput = {
    z: 0,
    side: 1,
    matters: true,
    isBack: false,
    opens: false,
    isQuiet: false,
    offNeeded: 3,
    mid: 0,
  };
  readonly #weights = new SlotWeights();
  readonly #reading = new Reading();

  /**
   * Judges and learns one value.
   * @param timeMs of the value, since 1970; one that is not after the time before does not move the time of day
   * @param value  finite, within ±1e100, in the unit of the series
   * @param rule   what a page of the series needs
   * @returns the reading; the next call overwrites it
   */
  step(state: DetectorState, timeMs: number, value: number, rule: PageRule = plainRule): Reading {
    if (state.floats[state.floatsAt + countAt] === 0) begin(state, timeMs, value);
    else chooseUnit(state, value);
    this.#compare(state, timeMs, value);
    this.#score(state);
    this.#alarm(state, value);
    this.#page(state, value, rule);
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
    row.beyond = level > ofDay.upper ? level - ofDay.upper : level < ofDay.lower ? level - ofDay.lower : 0;
    averageQuickly(floats, floatsAt, row.level, this.#quick);
    forecast.previous = levelOf(state, doubles[doublesAt + previousAt]!) - row.mean;
    forecast.beforePrevious = floats[floatsAt + beforePreviousAt]! - row.mean;
    forecast.ofDay = ofDay.isTrusted ? row.ofDay - row.mean : 0;
    forecast.previousOfDay = ofDay.isTrusted ? floats[floatsAt + previousOfDayAt]! - row.mean : 0;
    compareForecast(floats, floatsAt, row.distance, forecast);
    forecast.variance = floats[floatsAt + forecastVarianceAt]!;
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
    reading.envelopeZ = beyond === 0 ? 0 : beyond / envelopeUsual;
    const levels = reading.levels;
    levels.origin = doubles[doublesAt + originAt]!;
    levels.perUnit = doubles[doublesAt + perUnitAt]!;
    levels.value = level;
    levels.expected = isForecast ? level - error : ofDay + drift;
    levels.usual = isForecast ? usual : envelopeUsual;
    levels.lower = this.#ofDay.lower + drift;
    levels.upper = this.#ofDay.upper + drift;
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

  /** Applies the paging rule. */
  #page(state: DetectorState, value: number, rule: PageRule): void {
    const { floats, floatsAt, doubles, doublesAt } = state;
    const { count, mean, beyond } = this.#row;
    const reading = this.#reading;
    const input = this.#pageInput;
    const isQuiet = hasGoneQuiet(floats, floatsAt, count > 0 && value === doubles[doublesAt + previousAt]);
    input.isQuiet = isQuiet && (rule.flatLines || hasFallen(state, value, rule));
    input.opens = isOpening(rule.sensitivity * reading.own, rule.sensitivity * reading.breakout);
    reading.isQuiet = input.isQuiet;
    reading.run = floats[floatsAt + runAt]!;
    reading.page = false;
    reading.isOpen = false;
    reading.isOff = false;
    reading.candidateValues = 0;
    if (!input.isQuiet && !input.opens && isIdle(floats, floatsAt)) return;
    input.z = rule.sensitivity * (isOpen(floats, floatsAt) ? this.#zOfEpisode(state) : this.#zOfCandidate());
    input.side = beyond < 0 ? -1 : 1;
    const away = sizeInSeriesUnit(state, beyond);
    input.matters =
      Math.abs(away) >= floorAt(rule, value - away, input.side) &&
      (rule.direction === 'both' || (rule.direction === 'up') === input.side > 0);
    input.mid = this.#quick.mid - mean;
    input.offNeeded = rule.offNeeded;
    input.isBack = isOpen(floats, floatsAt) && isBack(state, this.#row.level, rule);
    const wasIdle = isIdle(floats, floatsAt);
    reading.page = page(floats, floatsAt, input);
    if (wasIdle) noteStart(state, reading.levels);
    reading.isOpen = isOpen(floats, floatsAt);
    reading.isOff = isNewestOff(floats, floatsAt);
    reading.candidateValues = candidateValues(floats, floatsAt);
    readStart(state, reading.levels);
  }

  /** Returns the distance by which a value continues an episode: by what was usual before, because the trouble widens that. */
  #zOfEpisode({ floats, floatsAt }: DetectorState): number {
    const { beyond } = this.#row;
    return beyond === 0 ? 0 : beyond / floats[floatsAt + usualAtStartAt]!;
  }

  #zOfCandidate(): number {
    const { envelopeZ, levels } = this.#reading;
    return discountByPersistence(envelopeZ, this.#forecast.variance, levels.envelopeUsual * levels.envelopeUsual);
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
    learnDrift(floats, floatsAt, beyond, count > toLearn ? Math.sqrt(variance) : Number.POSITIVE_INFINITY);
    learnMean(floats, floatsAt, distance, count);
    floats[floatsAt + midAt] = this.#quick.mid;
    floats[floatsAt + slowAt] = this.#quick.slow;
    if (profile !== undefined) {
      const elapsedMs = timeMs - doubles[doublesAt + lastMsAt]!;
      learnOfDay(profile, this.#ofDay.index, level, this.#weights.of(elapsedMs));
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
