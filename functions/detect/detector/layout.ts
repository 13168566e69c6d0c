// The files of the channels copy what they use of this file, and of each other, into constants of their own: Node looks an
// imported constant up and checks it at each use, which costs a quarter of the detector's speed.

/**
 * The field offsets within the doubles of a series: what single precision cannot hold. All doubles are 0 before the
 * first value.
 */
export const inDoubles = {
  /** The value that all levels are stored relative to, in the unit of the series. */
  origin: 0,
  /** The factor from the unit of the series to the unit of the state, a power of two; 0 until a value differs. */
  perUnit: 1,
  /** The value before, in the unit of the series. */
  previous: 2,
  /** The time of the first value, ms. */
  firstMs: 3,
  /** The time of the newest value, ms. */
  lastMs: 4,
} as const;

/** The number of doubles of a series. */
export const detectorDoubles = 5;

/** The number of running ranges, each with an upper and a lower edge. */
const rangeCount = 5;

/** The number of inputs of the forecast, and of the elements of one half of its symmetric covariance. */
const forecastInputs = 4;
const covarianceElements = 10;

const firstRange = 22;
const firstWeight = firstRange + 2 * rangeCount;
const firstCovariance = firstWeight + forecastInputs;
const firstAtStart = firstCovariance + covarianceElements;

/**
 * The field offsets within the floats of a series. Levels, spreads and edges are in the unit of the state, relative to the
 * origin. Counts of values stop at 2^24, the last whole number that a float can count to; none of them matters so late.
 */
export const inFloats = {
  /** The number of values seen. */
  count: 0,
  /** The exponentially weighted mean. */
  mean: 1,
  /** Two quicker means. */
  mid: 2,
  slow: 3,
  /** The value before the one before. */
  beforePrevious: 4,
  /** The time-of-day mean that the value before was compared with. */
  previousOfDay: 5,
  /** The level shift that has been learned so far. */
  drift: 6,
  /** The variance of the first values, which scales the forecast's covariance. */
  firstVariance: 7,
  /** The variance of the forecast error. */
  forecastVariance: 8,
  /** The variance of the distance from the envelope. */
  envelopeVariance: 9,
  /** The signed evidence of the newest values together. */
  evidence: 10,
  /** The number of values that were compared with a time-of-day mean. */
  ofDayCount: 11,
  /** The number of recent bursts, and the values left in which another one does not count. */
  habit: 12,
  burstLeft: 13,
  /** The held score. */
  held: 14,
  /** The number of values since the last alarm, and its size. */
  sinceAlarm: 15,
  lastAlarm: 16,
  /** The candidate or the episode, as the bits of `paging.ts`; 0 if there is none. */
  candidate: 17,
  /** The level shift that a candidate is compared with. */
  driftAtStart: 18,
  /** The length of the present run of equal values, the mean length of runs, and the longest one. */
  run: 19,
  meanRun: 20,
  longestRun: 21,
  /** The edges of the ranges: upper and lower, one range after the other. */
  ranges: firstRange,
  /** The weights of the forecast's inputs; with the covariance, floats in a row. */
  weights: firstWeight,
  /** The upper half of the covariance of the forecast's weights, row by row. */
  covariance: firstCovariance,
  /** The envelope and the usual distance from it when the candidate or the episode began: what it is compared with. */
  lowerAtStart: firstAtStart,
  upperAtStart: firstAtStart + 1,
  usualAtStart: firstAtStart + 2,
  /** The most evidence so far. */
  mostEvidence: firstAtStart + 3,
} as const;

/** The number of floats of a series. */
export const detectorFloats = firstAtStart + 4;

/** The number of slots of a day profile: half hours. */
export const profileSlots = 48;

/** The field offsets within the floats of a week profile. */
export const inWeek = {
  /** The newest day since 1970 on which it began, or a slot saw its first day of a kind. */
  sinceDay: 0,
  /** The level shift learned and the variance, as those of the envelope, with the envelope of the kind of day. */
  drift: 1,
  variance: 2,
  /** The level shift as the present weekend began. */
  driftOfWeekend: 3,
  /**
   * The differences of the slots between weekends and working days, levels; and the weekends' share in the means of the slots
   * over all days.
   */
  weekendDifferences: 4,
  weekendShares: 4 + profileSlots,
  /** The furthest distances beyond the envelope in each slot: above and below it. */
  rises: 4 + 2 * profileSlots,
  falls: 4 + 3 * profileSlots,
  /** The same in the present visit of a slot. */
  riseOfVisit: 4 + 4 * profileSlots,
  fallOfVisit: 5 + 4 * profileSlots,
} as const;

/** The number of floats of a week profile. */
export const weekFloats = 6 + 4 * profileSlots;

/** The number of values that a detector learns before it scores. */
export const valuesToLearn = 50;
