import type { Ranged } from './ranges.ts';
import type { Reading } from './reading.ts';

/** The words for each quantity that has a running range. */
const rangedWords: Readonly<Record<Ranged, string>> = {
  value: 'the value',
  'time of day': 'the distance from the time of day',
  level: 'the mean of about 20 values, less that of 200',
  'slow level': 'the mean of about 50 values, less that of 200',
  forecast: 'the error of the forecast',
};

/**
 * Returns the reason of a score in words: the channel that won, as multiples of its usual variation.
 * @param write writes a value in the unit of the series
 * @example
 * scoreWords(reading, String);
 * // => '8.2 times the usual variation of 1.2 above the forecast 40'
 */
export function scoreWords(reading: Reading, write: (value: number) => string): string {
  if (!reading.isReady) return 'too few values have been seen';
  const { channel, z, usual } = reading;
  if (z === 0) return channel === 'forecast' ? 'as forecast' : `within the usual ${channel}`;
  const side = reading.isAbove ? 'above' : 'below';
  const times =
    usual === 0 ? 'off, where nothing ever varied:' : `${z.toFixed(1)} times the usual variation of ${write(usual)}`;
  return `${times} ${side} ${expectedWords(reading, write)}${heldWords(reading)}`;
}

function expectedWords(
  { channel, expected, lowerOfDay, upperOfDay }: Reading,
  write: (value: number) => string,
): string {
  if (channel === 'forecast') return `the forecast ${write(expected)}`;
  if (channel === 'level') return `the usual level ${write(expected)}`;
  return `what is usual at this time of day, ${write(lowerOfDay)} to ${write(upperOfDay)}`;
}

function heldWords({ own, z, score }: Reading): string {
  const discounted = own < z ? `; ${own.toFixed(1)} after bursts that this series often has` : '';
  return score > own ? `${discounted}; held at ${score.toFixed(1)} by values before` : discounted;
}

/** Returns the reason of an alarm in words: the quantity that left its range, in widths of that range. */
export function alarmWords({ isReady, breakout, alarm, ranged }: Reading): string {
  if (!isReady) return 'too few values have been seen';
  if (breakout === 0) return 'nothing has left the range of all before it';
  const left = `${rangedWords[ranged]} is outside its range so far by ${share(breakout)} of the range`;
  return alarm === 0 ? `${left}; 0 soon after a larger alarm` : left;
}

/** Returns the reason of a page, or of the open episode, in words; what the value lacks otherwise. */
export function pageWords(reading: Reading, write: (value: number) => string): string {
  const { isQuiet, isByEvidence, run, page, isOpen, candidateValues, lower, upper, envelopeZ, pageZ } = reading;
  if (isQuiet) return `it has repeated one value ${run} times, far longer than its usual runs`;
  const usual = lower === upper ? write(lower) : `${write(lower)} to ${write(upper)}`;
  const distance = Number.isFinite(envelopeZ)
    ? `${Math.abs(envelopeZ).toFixed(1)} times the usual variation from ${usual}`
    : `not ${usual}, where nothing ever varied`;
  if (isByEvidence) return `the last values together are further off than any before; this one is ${distance}`;
  if (page) return `3 of the last 5 values are off; this one is ${distance}`;
  if (isOpen) return `an episode is open; the value is ${distance}`;
  return candidateValues > 0
    ? `something began within the last 5 values, and fewer than 3 are off; this one is ${distance}${countsWords(envelopeZ, pageZ)}`
    : 'no';
}

/** Returns what a distance counts for, where the discounts of youth, habit and persistence make it less than it is. */
const countsWords = (envelopeZ: number, pageZ: number): string =>
  Math.abs(pageZ) < Math.abs(envelopeZ) ? `, which counts as ${Math.abs(pageZ).toFixed(1)} for a page` : '';

const share = (size: number): string => `${size < 0.1 ? (100 * size).toFixed(1) : (100 * size).toFixed(0)} %`;
