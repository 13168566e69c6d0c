import { inFloats } from './layout.ts';
import { inSeriesUnit, sizeInSeriesUnit } from './origin.ts';
import { floorAt, offFrom, type PageRule } from './paging.ts';
import type { ReadingLevels } from './reading.ts';
import type { DetectorState } from './state.ts';

const lowerAt = inFloats.lowerAtStart;
const upperAt = inFloats.upperAtStart;
const usualAt = inFloats.usualAtStart;

/** Notes what was usual when a candidate or an episode began: the values that follow widen it. */
export function noteStart({ floats, floatsAt }: DetectorState, levels: ReadingLevels): void {
  floats[floatsAt + lowerAt] = levels.lower;
  floats[floatsAt + upperAt] = levels.upper;
  floats[floatsAt + usualAt] = levels.envelopeUsual;
}

/** Sets the levels of a reading that {@link noteStart} noted. */
export function readStart({ floats, floatsAt }: DetectorState, levels: ReadingLevels): void {
  levels.lowerAtStart = floats[floatsAt + lowerAt]!;
  levels.upperAtStart = floats[floatsAt + upperAt]!;
  levels.usualAtStart = floats[floatsAt + usualAt]!;
}

/** Returns whether a value of an open episode is no further from the envelope of its beginning than a value that is not off. */
export function isBack(state: DetectorState, level: number, rule: PageRule): boolean {
  const { floats, floatsAt } = state;
  const lower = floats[floatsAt + lowerAt]!;
  const upper = floats[floatsAt + upperAt]!;
  const beyond = level > upper ? level - upper : level < lower ? level - lower : 0;
  const nearest = inSeriesUnit(state, beyond > 0 ? upper : lower);
  const floor = floorAt(rule, nearest, beyond < 0 ? -1 : 1);
  const reach = (offFrom / rule.sensitivity) * floats[floatsAt + usualAt]!;
  return Math.abs(beyond) < reach || sizeInSeriesUnit(state, Math.abs(beyond)) < floor;
}

/** Returns whether a value is below the mean by as much as matters. */
export function hasFallen(state: DetectorState, value: number, rule: PageRule): boolean {
  const mean = inSeriesUnit(state, state.floats[state.floatsAt + inFloats.mean]!);
  return rule.direction !== 'up' && value < mean && mean - value >= floorAt(rule, mean, -1);
}
