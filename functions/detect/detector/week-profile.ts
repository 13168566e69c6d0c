import { dayMs } from '../../shared/domain/durations.ts';
import { slotMs, trustedFrom, weightOfSlot } from './day-profile.ts';
import { inDoubles, inFloats, inWeek, profileSlots } from './layout.ts';
import type { DayProfile, DetectorState, WeekProfile } from './state.ts';
import { profileFromMs } from './state.ts';

const dayLengthMs = dayMs;
const slotCount = profileSlots;
const trustedCount = trustedFrom;
const sinceDayAt = inWeek.sinceDay;
const weekendDifferencesAt = inWeek.weekendDifferences;
const weekendSharesAt = inWeek.weekendShares;

/** The share of a slot's mean that days of one kind need before they count: about a third of one visit. */
const trustedShare = 0.03;
/** The visits of a slot that its mean remembers: those before are not counted when its weekend share is estimated. */
const visitsMax = 30;

/** The usual levels of a time of day on days of its kind. */
export interface OfWeek {
  isTrusted: boolean;
  /** The envelope: the lowest and the highest mean of the slot and its trusted neighbours, levels. */
  lower: number;
  upper: number;
}

const dayOf = (timeMs: number): number => Math.floor(timeMs / dayLengthMs);

/** Returns whether a time is on a Saturday or a Sunday (UTC). 1970 began on a Thursday. */
export const isWeekend = (timeMs: number): boolean => isWeekendDay(dayOf(timeMs));

const isWeekendDay = (day: number): boolean => (day + 3) % 7 >= 5;

/**
 * Reads what is usual at a time of day on working days, or at weekends. A slot's mean over all days consists of both:
 *
 *     mean of all days = share * weekend mean + (1 - share) * mean of working days
 *
 * so that the difference of both and the weekend's share are enough to know all three. A level shift of all days changes the mean and
 * leaves the difference: what one kind of day learned of it counts for the other, too.
 * @param slot of the time
 * @param into is overwritten
 */
export function lookUpWeek(
  week: WeekProfile,
  profile: DayProfile,
  { slot, timeMs }: { readonly slot: number; readonly timeMs: number },
  into: OfWeek,
): void {
  into.isTrusted = false;
  // Until the next day, a slot's first weekend is judged as any day: in the middle of it, each slot would change sides in turn.
  if (dayOf(timeMs) <= week.floats[week.at + sinceDayAt]!) return;
  const ofWeekend = isWeekend(timeMs);
  const own = meanOf(week, profile, slot, ofWeekend);
  if (Number.isNaN(own)) return;
  const before = meanOf(week, profile, slot === 0 ? slotCount - 1 : slot - 1, ofWeekend);
  const after = meanOf(week, profile, slot === slotCount - 1 ? 0 : slot + 1, ofWeekend);
  into.isTrusted = true;
  into.lower = own;
  into.upper = own;
  for (const mean of [before, after]) {
    if (mean < into.lower) into.lower = mean;
    else if (mean > into.upper) into.upper = mean;
  }
}

/** Returns the mean of a slot on days of one kind, a level; NaN where too few were seen. */
function meanOf({ floats, at }: WeekProfile, profile: DayProfile, slot: number, ofWeekend: boolean): number {
  if (profile.counts[profile.at + slot]! < trustedCount) return Number.NaN;
  const share = floats[at + weekendSharesAt + slot]!;
  if ((ofWeekend ? share : 1 - share) < trustedShare) return Number.NaN;
  const difference = floats[at + weekendDifferencesAt + slot]!;
  return profile.means[profile.at + slot]! + (ofWeekend ? 1 - share : -share) * difference;
}

/** A value of a slot. */
interface OfSlot {
  readonly slot: number;
  readonly level: number;
  /** The weight of the value in the slot's mean over all days, in [0, 1], and that mean with the value. */
  readonly weight: number;
  readonly mean: number;
  /** The level shift before the weekend: what is learned since is the weekend itself. */
  readonly drift: number;
}

/** Learns a value in its slot. */
export function learnOfWeek(
  { floats, at }: WeekProfile,
  timeMs: number,
  { slot, level, weight, mean, drift }: OfSlot,
): void {
  const shareAt = at + weekendSharesAt + slot;
  const share = floats[shareAt]!;
  const ofWeekend = isWeekend(timeMs);
  if (share === (ofWeekend ? 0 : 1)) floats[at + sinceDayAt] = dayOf(timeMs);
  if (!ofWeekend) {
    floats[shareAt] = share * (1 - weight);
    return;
  }
  const shareNow = share + weight * (1 - share);
  floats[shareAt] = shareNow;
  if (shareNow === 0) return;
  const differenceAt = at + weekendDifferencesAt + slot;
  const error = level - drift - mean - (1 - shareNow) * floats[differenceAt]!;
  floats[differenceAt]! += (weight / shareNow) * error;
}

/**
 * Returns whether a series has paged since it has a day profile, and has no week profile. Most series never do, and need no
 * memory for their weeks.
 */
export const needsWeek = ({ profile, week }: Pick<DetectorState, 'profile' | 'week'>, isOpen: boolean): boolean =>
  isOpen && profile !== undefined && week === undefined;

/**
 * Begins the week of a series that has a day profile. Until now, both kinds of days looked alike; the shares are those of the
 * days since the profile began.
 * @param timeMs the time of the value that comes next
 */
export function beginWeek(state: DetectorState, timeMs: number): void {
  const { doubles, doublesAt, floats, floatsAt, profile, week } = state;
  if (week === undefined || profile === undefined) return;
  const firstMs = doubles[doublesAt + inDoubles.firstMs]!;
  // A series without a value learns both kinds of days from its first one on.
  if (firstMs === 0) return;
  week.floats[week.at + sinceDayAt] = dayOf(timeMs);
  week.floats[week.at + inWeek.drift] = floats[floatsAt + inFloats.drift]!;
  week.floats[week.at + inWeek.variance] = floats[floatsAt + inFloats.envelopeVariance]!;
  for (let slot = 0; slot < slotCount; slot += 1) {
    week.floats[week.at + weekendSharesAt + slot] = weekendShare(firstMs + profileFromMs, timeMs, slot * slotMs);
  }
}

/** Returns the share of weekends in the mean of a slot. @param offsetMs from midnight to the slot */
function weekendShare(fromMs: number, toMs: number, offsetMs: number): number {
  const firstDay = dayOf(fromMs - offsetMs + dayMs - 1);
  const endDay = dayOf(toMs - offsetMs + dayMs - 1);
  let share = 0;
  for (let day = Math.max(firstDay, endDay - visitsMax); day < endDay; day += 1) {
    const weight = Math.max(weightOfSlot, 1 / (day - firstDay + 1));
    share += weight * ((isWeekendDay(day) ? 1 : 0) - share);
  }
  return share;
}
