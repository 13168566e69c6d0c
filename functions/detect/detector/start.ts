import { inFloats } from './layout.ts';
import { inSeriesUnit, sizeInSeriesUnit } from './origin.ts';
import { candidateValues, floorAt, offFrom, type PageRule } from './paging.ts';
import type { ReadingLevels } from './reading.ts';
import type { DetectorState } from './state.ts';

const lowerAt = inFloats.lowerAtStart;
const upperAt = inFloats.upperAtStart;
const usualAt = inFloats.usualAtStart;
const driftAt = inFloats.driftAtStart;

/**
 * The share of what changed that a candidate which does not matter yet learns with each value. A drift that moves by more
 * than a floor in 500 values pages, however quickly the level is learned.
 */
const following = 1 / 500;
/** The share of its widening that the spread of an open episode learns with each value. */
const followingSpread = following / 10;

/** The usual levels of the present, in the unit of the state. */
export interface Usual {
  /** The envelope before any level shift. */
  lower: number;
  upper: number;
  /** The level shift that was learned, and the usual distance from the shifted envelope. */
  drift: number;
  spread: number;
  /** Means that the envelope is that of a time of day. Otherwise, it is the mean. */
  isOfDay: boolean;
}

/**
 * Returns the edges of the envelope that pages are measured from. With a time of day they also include the envelope before
 * the level shift: what is usual at this time is no news, although another level was learned in the meantime.
 */
export const lowerOf = ({ lower, isOfDay }: Usual, drift: number): number =>
  lower + (isOfDay ? Math.min(0, drift) : drift);
export const upperOf = ({ upper, isOfDay }: Usual, drift: number): number =>
  upper + (isOfDay ? Math.max(0, drift) : drift);

/** Returns the signed distance of a level from an envelope; 0 within it. */
export const distanceFrom = (level: number, lower: number, upper: number): number =>
  Math.max(0, level - upper) + Math.min(0, level - lower);

/** Notes what was usual when a candidate or an episode began: the values that follow widen it. */
export function noteStart({ floats, floatsAt }: DetectorState, usual: Usual): void {
  floats[floatsAt + lowerAt] = lowerOf(usual, usual.drift);
  floats[floatsAt + upperAt] = upperOf(usual, usual.drift);
  floats[floatsAt + usualAt] = usual.spread;
  floats[floatsAt + driftAt] = usual.drift;
}

/**
 * Lets what a candidate is compared with follow the present very slowly, and the time of day at once. Returns the distance of
 * a level from it.
 */
export function followStart({ floats, floatsAt }: DetectorState, level: number, usual: Usual): number {
  // Without a spread, nothing tells how much of a change that matters is news; one that does not matter is none.
  if (floats[floatsAt + usualAt] !== 0 || candidateValues(floats, floatsAt) === 0) followUsual(floats, floatsAt, usual);
  return distanceFrom(level, floats[floatsAt + lowerAt]!, floats[floatsAt + upperAt]!);
}

function followUsual(floats: Float32Array, floatsAt: number, usual: Usual): void {
  const drift = follow(floats, floatsAt + driftAt, usual.drift);
  follow(floats, floatsAt + usualAt, usual.spread);
  if (usual.isOfDay) {
    floats[floatsAt + lowerAt] = lowerOf(usual, drift);
    floats[floatsAt + upperAt] = upperOf(usual, drift);
  } else {
    follow(floats, floatsAt + lowerAt, usual.lower + usual.drift);
    follow(floats, floatsAt + upperAt, usual.upper + usual.drift);
  }
}

function follow(floats: Float32Array, at: number, now: number): number {
  floats[at]! += following * (now - floats[at]!);
  return floats[at]!;
}

/** Sets the levels of a reading that {@link noteStart} noted. */
export function readStart({ floats, floatsAt }: DetectorState, levels: ReadingLevels): void {
  levels.lowerAtStart = floats[floatsAt + lowerAt]!;
  levels.upperAtStart = floats[floatsAt + upperAt]!;
  levels.usualAtStart = floats[floatsAt + usualAt]!;
}

/**
 * Lets the spread of an open episode widen, and never narrow, at a tenth of the pace of a candidate: a pattern that stays, such as
 * every second value far off, is usual in the end.
 */
export function followSpread({ floats, floatsAt }: DetectorState, usual: Usual): void {
  floats[floatsAt + usualAt]! += followingSpread * Math.max(0, usual.spread - floats[floatsAt + usualAt]!);
}

/** Returns whether a value of an open episode is no further from the envelope of its beginning than a value that is not off. */
export function isBack(state: DetectorState, level: number, rule: PageRule): boolean {
  const { floats, floatsAt } = state;
  const lower = floats[floatsAt + lowerAt]!;
  const upper = floats[floatsAt + upperAt]!;
  const beyond = distanceFrom(level, lower, upper);
  const nearest = inSeriesUnit(state, beyond > 0 ? upper : lower);
  const floor = floorAt(rule, nearest, beyond < 0 ? -1 : 1);
  const reach = (offFrom / rule.sensitivity) * floats[floatsAt + usualAt]!;
  return beyond === 0 || Math.abs(beyond) < reach || sizeInSeriesUnit(state, Math.abs(beyond)) < floor;
}

/** Returns whether a value is below the mean by as much as matters. */
export function hasFallen(state: DetectorState, value: number, rule: PageRule): boolean {
  const mean = inSeriesUnit(state, state.floats[state.floatsAt + inFloats.mean]!);
  const isJudged = rule.direction !== 'up' || (rule.flatLines === 'silence' && value === 0);
  return isJudged && value < mean && mean - value >= floorAt(rule, mean, -1);
}
