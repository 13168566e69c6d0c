import { dayMs } from '../../shared/domain/durations.ts';
import { detectorDoubles, detectorFloats, inDoubles, profileSlots, weekFloats } from './layout.ts';

/** The time-of-day profile of a series: a part of arrays that many series share, from index `at` on in both. */
export interface DayProfile {
  /** The mean of each half hour of the day, in the unit of the state, relative to the origin. */
  readonly means: Float32Array;
  /** The number of values in each; it stops at 65,535. */
  readonly counts: Uint16Array;
  readonly at: number;
}

/** The levels of working days and weekends apart, for pages alone: a part of an array that many series share. */
export interface WeekProfile {
  readonly floats: Float32Array;
  /** The index of the first of `weekFloats` elements. */
  readonly at: number;
}

/**
 * All that a detector remembers of a series. The numbers are parts of arrays that many series share, so that a million
 * series need no objects. All of them are 0 before the first value.
 */
export interface DetectorState {
  readonly doubles: Float64Array;
  /** The index of the first of `detectorDoubles` elements. */
  readonly doublesAt: number;
  readonly floats: Float32Array;
  /** The index of the first of `detectorFloats` elements. */
  readonly floatsAt: number;
  /** The time-of-day profile; `undefined` for a series that {@link needsProfile} has not named yet. */
  readonly profile: DayProfile | undefined;
  /** The week profile; `undefined` for a series that has not paged since it has a day profile. */
  readonly week: WeekProfile | undefined;
}

/**
 * The age from which on a series has a day profile. Half of what is watched in a large plant (pods, sessions, processes)
 * does not become so old, and needs less than half of the memory.
 */
export const profileFromMs = dayMs / 2;

/** The bytes of a series without profiles, of its day profile, and of its week profile. */
export const stateBytes =
  detectorDoubles * Float64Array.BYTES_PER_ELEMENT + detectorFloats * Float32Array.BYTES_PER_ELEMENT;
export const profileBytes = profileSlots * (Float32Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT);

export const weekBytes = weekFloats * Float32Array.BYTES_PER_ELEMENT;

/** Returns the state of one series alone, before its first value. */
export function newState(profile?: DayProfile, week?: WeekProfile): DetectorState {
  return stateAt(
    { doubles: new Float64Array(detectorDoubles), doublesAt: 0 },
    { floats: new Float32Array(detectorFloats), floatsAt: 0 },
    profile,
    week,
  );
}

/**
 * Returns the state of a series that is a part of arrays. All states are made here or from one that was, so that V8 sees
 * objects of one shape: with several, a step takes a fifth longer.
 */
export function stateAt(
  { doubles, doublesAt }: Pick<DetectorState, 'doubles' | 'doublesAt'>,
  { floats, floatsAt }: Pick<DetectorState, 'floats' | 'floatsAt'>,
  profile?: DayProfile,
  week?: WeekProfile,
): DetectorState {
  return { doubles, doublesAt, floats, floatsAt, profile, week };
}

/** Returns an empty profile of one series alone. */
export function newProfile(): DayProfile {
  return { means: new Float32Array(profileSlots), counts: new Uint16Array(profileSlots), at: 0 };
}

/** Returns an empty week profile of one series alone. */
export const newWeek = (): WeekProfile => ({ floats: new Float32Array(weekFloats), at: 0 });

/**
 * Returns whether a series is old enough for a day profile and has none.
 * @param timeMs the time of the value that comes next
 */
export function needsProfile({ doubles, doublesAt, profile }: DetectorState, timeMs: number): boolean {
  if (profile !== undefined) return false;
  const firstMs = doubles[doublesAt + inDoubles.firstMs]!;
  return firstMs > 0 && timeMs - firstMs >= profileFromMs;
}
