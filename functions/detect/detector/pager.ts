import { dayMs } from '../../shared/domain/durations.ts';
import { type OfDay, slotMs, slotOf } from './day-profile.ts';
import { persistenceDiscount, weighEvidence } from './evidence.ts';
import { discountForPage } from './habit.ts';
import { inDoubles, inFloats, inWeek, valuesToLearn } from './layout.ts';
import { learnDrift } from './levels.ts';
import { sizeInSeriesUnit } from './origin.ts';
import {
  candidateValues,
  floorAt,
  isByEvidence,
  isIdle,
  isNewestOff,
  isOpen,
  isOpening,
  type PageInput,
  type PageRule,
  page,
} from './paging.ts';
import { discountByPersistence, persistenceOf } from './persistence.ts';
import type { Reading } from './reading.ts';
import { learnRecurring, lookUpRecurring, noteBeyond, type Recurring } from './recurring.ts';
import { learnVariance } from './spread.ts';
import {
  distanceFrom,
  followSpread,
  followStart,
  hasFallen,
  isBack,
  lowerOf,
  noteStart,
  readStart,
  type Usual,
  upperOf,
} from './start.ts';
import type { DetectorState } from './state.ts';
import { isWeekend, learnOfWeek, lookUpWeek, type OfWeek } from './week-profile.ts';

const usualAtStartAt = inFloats.usualAtStart;
const firstMsAt = inDoubles.firstMs;
const meanAt = inFloats.mean;
const runAt = inFloats.run;
const rangesAt = inFloats.ranges;
const weekDriftAt = inWeek.drift;
const weekendDriftAt = inWeek.driftOfWeekend;
const lastMsAt = inDoubles.lastMs;
const slotLengthMs = slotMs;
const weekVarianceAt = inWeek.variance;
const toLearn = valuesToLearn;

const evidenceDiscount = persistenceDiscount;
/** The least spread of pages, in usual errors of the forecast. More would let pages of small shifts come later. */
const leastSpread = 0.5;
/** The age of a series up to which its day profile is young: each half hour of it was seen five times at most. */
const youngMs = 5.5 * dayMs;

/** One value, as the channels have compared it. Levels are in the unit of the state. */
export interface Compared {
  timeMs: number;
  /** The value in the unit of the series. */
  value: number;
  level: number;
  /** The number of values before. */
  count: number;
  /** The distance from the envelope of the time of day, after the level shift that was learned. */
  beyond: number;
  /** The level shift that was learned. */
  drift: number;
  /** The variance of the forecast error, before this value. */
  forecastVariance: number;
  isQuiet: boolean;
}

/**
 * Decides who is woken: it applies the paging rule to the distance from the envelope. Where a series has a week profile,
 * that is the envelope of the kind of day, with a level shift and a spread of its own; the score and the alarm know none.
 */
export class Pager {
  readonly #ofWeek: OfWeek = { isTrusted: false, lower: 0, upper: 0 };
  readonly #input: PageInput = {
    z: 0,
    side: 1,
    isJudgedSide: true,
    matters: true,
    isBack: false,
    opens: false,
    isQuiet: false,
    evidence: 0,
    offNeeded: 3,
  };
  readonly #ofDay: OfDay;
  readonly #reading: Reading;
  /** The distance from the envelope of the kind of day and what recurs, a level: what the week profile learns. */
  #beyond = 0;
  /** The same without what recurs. */
  #beyondDay = 0;
  readonly #recurring: Recurring = { rise: 0, fall: 0 };
  readonly #usual: Usual = { lower: 0, upper: 0, drift: 0, spread: 0, isOfDay: false };

  /**
   * @param ofDay   what is usual at the time of day of the present value
   * @param reading receives what concerns pages
   */
  constructor(ofDay: OfDay, reading: Reading) {
    this.#ofDay = ofDay;
    this.#reading = reading;
  }

  /** Chooses the envelope of pages, and measures the distance from it. */
  compare(state: DetectorState, row: Compared): void {
    const usual = this.#usual;
    const { levels } = this.#reading;
    const isOfWeek = this.#chooseUsual(state, row);
    const isYoung = usual.isOfDay && isYoungDay(state, row.timeMs);
    if (isYoung) this.#includeMean(state, row.timeMs);
    levels.beyond = row.beyond;
    if (!isYoung && !isOfWeek) return;
    levels.lower = usual.lower + usual.drift;
    levels.upper = usual.upper + usual.drift;
    levels.envelopeUsual = usual.spread;
    levels.beyond = distanceFrom(row.level, levels.lower, levels.upper);
  }

  /** Sets what is usual at the time: that of the kind of day, if there is a week profile. Returns whether there is one. */
  #chooseUsual({ week, profile }: DetectorState, { timeMs, level, drift }: Compared): boolean {
    const usual = this.#usual;
    usual.isOfDay = this.#ofDay.isTrusted;
    usual.lower = this.#ofDay.lower;
    usual.upper = this.#ofDay.upper;
    usual.drift = drift;
    usual.spread = this.#reading.levels.envelopeUsual;
    if (week === undefined || profile === undefined) return false;
    const ofWeek = this.#ofWeek;
    lookUpWeek(week, profile, { slot: this.#ofDay.slot, timeMs }, ofWeek);
    if (ofWeek.isTrusted) {
      usual.isOfDay = true;
      usual.lower = ofWeek.lower;
      usual.upper = ofWeek.upper;
    }
    usual.drift = week.floats[week.at + weekDriftAt]!;
    usual.spread = Math.sqrt(week.floats[week.at + weekVarianceAt]!);
    this.#beyondDay = distanceFrom(level, usual.lower + usual.drift, usual.upper + usual.drift);
    lookUpRecurring(week, this.#ofDay.slot, this.#recurring);
    usual.lower -= this.#recurring.fall;
    usual.upper += this.#recurring.rise;
    this.#beyond = distanceFrom(level, usual.lower + usual.drift, usual.upper + usual.drift);
    return true;
  }

  /**
   * Lets the mean of the newest values be usual, too: after a level shift, half hours that were seen before it would page, day
   * after day. In its first half hours, an episode lasts until that mean has learned the level: they learn it within minutes.
   */
  #includeMean({ profile, doubles, doublesAt, floats, floatsAt }: DetectorState, timeMs: number): void {
    const usual = this.#usual;
    const mean = floats[floatsAt + meanAt]! - usual.drift;
    const isAlone =
      isOpen(floats, floatsAt) &&
      profile!.counts[this.#ofDay.index]! * (timeMs - doubles[doublesAt + lastMsAt]!) < slotLengthMs;
    usual.isOfDay = !isAlone;
    usual.lower = isAlone ? mean : Math.min(usual.lower, mean);
    usual.upper = isAlone ? mean : Math.max(usual.upper, mean);
  }

  /** Applies the paging rule, and sets what the reading says of pages. */
  page(state: DetectorState, row: Compared, rule: PageRule): void {
    const { floats, floatsAt } = state;
    const { value } = row;
    const reading = this.#reading;
    const input = this.#input;
    input.isQuiet = row.isQuiet && (hasFlatLine(state, row.level, rule) || hasFallen(state, value, rule));
    input.opens = isOpening(rule.sensitivity * reading.own, rule.sensitivity * reading.breakout);
    input.evidence = reading.isReady ? weighEvidence(floats, floatsAt, evidenceOf(row, reading), rule.sensitivity) : 0;
    reading.isQuiet = input.isQuiet;
    reading.run = floats[floatsAt + runAt]!;
    reading.page = false;
    reading.isOpen = false;
    reading.isOff = false;
    reading.candidateValues = 0;
    reading.pageZ = 0;
    reading.isByEvidence = false;
    if (!input.isQuiet && !input.opens && input.evidence === 0 && isIdle(floats, floatsAt)) return;
    // Where a day's curve is steep, its envelope hides the noise, which the forecast still has.
    this.#usual.spread = Math.max(this.#usual.spread, Math.sqrt(leastVariance(row.forecastVariance)));
    const beyond = this.#beyondStart(state, row);
    input.z = rule.sensitivity * this.#zOfStart(state, row, beyond);
    reading.pageZ = input.z;
    input.side = beyond < 0 ? -1 : 1;
    const away = sizeInSeriesUnit(state, beyond);
    input.isJudgedSide = rule.direction === 'both' || (rule.direction === 'up') === input.side > 0;
    input.matters = input.isJudgedSide && Math.abs(away) >= floorAt(rule, value - away, input.side);
    input.offNeeded = rule.offNeeded;
    input.isBack = isOpen(floats, floatsAt) && isBack(state, row.level, rule);
    reading.isByEvidence = isByEvidence(floats, floatsAt, input);
    reading.page = page(floats, floatsAt, input);
    reading.isOpen = isOpen(floats, floatsAt);
    reading.isOff = isNewestOff(floats, floatsAt);
    reading.candidateValues = candidateValues(floats, floatsAt);
    readStart(state, reading.levels);
  }

  /** Returns the distance of a value from what its candidate is compared with, a level; that of an episode is learned. */
  #beyondStart(state: DetectorState, { level }: Compared): number {
    const { floats, floatsAt } = state;
    const usual = this.#usual;
    if (isIdle(floats, floatsAt)) noteStart(state, usual);
    else if (!isOpen(floats, floatsAt)) return followStart(state, level, usual);
    else followSpread(state, usual);
    return distanceFrom(level, lowerOf(usual, usual.drift), upperOf(usual, usual.drift));
  }

  /** Returns that distance in spreads: those of before, because the trouble itself widens them, and quickly so in a young series. */
  #zOfStart({ floats, floatsAt }: DetectorState, row: Compared, beyond: number): number {
    const z = beyond === 0 ? 0 : beyond / floats[floatsAt + usualAtStartAt]!;
    if (isOpen(floats, floatsAt)) return z;
    const { envelopeUsual } = this.#reading.levels;
    const persistence = persistenceOf(row.forecastVariance, envelopeUsual * envelopeUsual);
    const discounted = discountForPage(floats, floatsAt, z, { count: row.count, persistence });
    return discountByPersistence(discounted, persistence);
  }

  /** Learns the value in the week profile. @param weight of the value in the mean of its slot over all days */
  learn(
    { week, profile, doubles, doublesAt }: DetectorState,
    { timeMs, level, count }: Compared,
    weight: number,
  ): void {
    if (week === undefined || profile === undefined) return;
    const { floats, at } = week;
    if (isWeekend(timeMs) && !isWeekend(doubles[doublesAt + lastMsAt]!))
      floats[at + weekendDriftAt] = floats[at + weekDriftAt]!;
    const drift = floats[at + weekendDriftAt]!;
    const { slot } = this.#ofDay;
    const lastMs = doubles[doublesAt + lastMsAt]!;
    if (Math.floor(timeMs / slotLengthMs) !== Math.floor(lastMs / slotLengthMs)) learnRecurring(week, slotOf(lastMs));
    noteBeyond(week, this.#beyondDay, this.#usual.spread);
    const variance = learnVariance(floats[at + weekVarianceAt]!, this.#beyond, count + 1);
    floats[at + weekVarianceAt] = variance;
    learnDrift(floats, at + weekDriftAt, this.#beyond, count + 1 > toLearn ? variance : Number.POSITIVE_INFINITY);
    learnOfWeek(week, timeMs, { slot, level, weight, drift, mean: profile.means[profile.at + slot]! });
  }
}

/** Returns whether the day profile of a series is young. */
const isYoungDay = ({ doubles, doublesAt }: DetectorState, timeMs: number): boolean =>
  timeMs - doubles[doublesAt + firstMsAt]! < youngMs;

/** Returns whether a run of this level may page wherever it is. */
function hasFlatLine({ floats, floatsAt }: DetectorState, level: number, { flatLines }: PageRule): boolean {
  if (flatLines !== 'inside') return flatLines === 'all';
  // The edges are in single precision.
  const single = Math.fround(level);
  return single < floats[floatsAt + rangesAt]! && single > floats[floatsAt + rangesAt + 1]!;
}

/**
 * Returns the least variance of values around their envelope. Without it, a smooth day that is far larger than its noise pages
 * at its crest, because nothing is off the envelope while it rises and falls.
 */
const leastVariance = (forecastVariance: number): number => leastSpread * leastSpread * forecastVariance;

/**
 * Returns the signed distance of a value as evidence, in spreads. Where the envelope hides the noise, the error of the forecast
 * shows it; where values follow from those before, the distance is discounted:
 *
 *     evidence = beyond / spread / (1 + 1.5 * persistence)
 *
 * It is written with one division, because each value of each series needs it.
 */
function evidenceOf({ forecastVariance }: Compared, { levels }: Reading): number {
  const { beyond, envelopeUsual } = levels;
  const variance = envelopeUsual * envelopeUsual;
  const least = leastVariance(forecastVariance);
  if (beyond === 0 || least > variance) return beyond === 0 ? 0 : beyond / Math.sqrt(least);
  if (variance === 0) return beyond * Number.POSITIVE_INFINITY;
  const discount = evidenceDiscount * Math.max(0, variance - forecastVariance);
  return (beyond * variance) / (envelopeUsual * (variance + discount));
}
