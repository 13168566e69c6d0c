import { type SeriesValues, slot } from './slot.ts';

/**
 * The outcome of one more reading of a series whose metric has no known kind.
 *
 * - `value`: it moves like a gauge, and its value is judged.
 * - `undecided`: it has only risen so far, but for too short a time: it is learned and not judged.
 * - `difference`: it rises like a counter, and its change per second is judged.
 * - `reset`: such a counter began again.
 * - `rises` and `falls`: with this reading it became a counter, or a gauge again, and what it learned is void.
 */
export type TrendOutcome = 'value' | 'undecided' | 'difference' | 'reset' | 'rises' | 'falls';

/** The number of readings, and of rises among them, after which a series without a fall counts as a counter. */
const readingsNeeded = 60;
const risesNeeded = 30;
/** A fall to less than this share of the last reading is a reset: a counter begins again near 0. */
const resetShare = 0.1;

/** The parts of the trend's number: bits 0 to 5 the readings, 6 to 10 the rises, then two flags. */
const risesUnit = 64;
const fieldMask = 0b11_1111;
const risesMask = 0b1_1111;
/** The flag of a series that fell before: it is no counter that is merely too young to tell. */
const hasFallen = 2_048;
/** The flag of a series that rises like a counter. */
const isRisingFlag = 4_096;

/**
 * Notes one more reading of a series whose metric has no known kind, before the reading is kept. A disk that fills and a
 * leak rise, too, so a fall that is no reset makes a gauge of it again.
 * @param lastRaw the reading before; `undefined` for the first one
 */
export function noteReading({ values, at }: SeriesValues, raw: number, lastRaw: number | undefined): TrendOutcome {
  const trend = values[at + slot.trend]!;
  const isFall = lastRaw !== undefined && raw < lastRaw;
  const isReset = isFall && raw >= 0 && raw < resetShare * lastRaw;
  if ((trend & isRisingFlag) !== 0) {
    if (!isFall) return 'difference';
    if (isReset) return 'reset';
    values[at + slot.trend] = hasFallen;
    return 'falls';
  }
  const fallen = trend & hasFallen;
  if (isFall && !(isReset && fallen === 0)) {
    values[at + slot.trend] = hasFallen;
    return 'value';
  }
  const readings = Math.min((trend & fieldMask) + 1, readingsNeeded);
  const risen = lastRaw !== undefined && raw > lastRaw ? 1 : 0;
  const rises = Math.min(((trend / risesUnit) & risesMask) + risen, risesNeeded);
  if (readings === readingsNeeded && rises === risesNeeded) {
    values[at + slot.trend] = isRisingFlag;
    return 'rises';
  }
  values[at + slot.trend] = fallen + rises * risesUnit + readings;
  const mayBeCounter = fallen === 0 && readings < readingsNeeded && 2 * rises >= readings - 1;
  return mayBeCounter ? 'undecided' : 'value';
}

/** Returns whether a series of a metric without a known kind rises like a counter. */
export const isRising = ({ values, at }: SeriesValues): boolean => (values[at + slot.trend]! & isRisingFlag) !== 0;
