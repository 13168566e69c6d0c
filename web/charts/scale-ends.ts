import { type Line, leastOf, mostOf } from './line.ts';
import { roundBinaryTop, roundTimeTop, roundTop } from './scale.ts';

/** The ends of a scale of values, one of which may be zero. */
export interface ScaleEnds {
  readonly start: number;
  readonly end: number;
}

/** The largest share that is asked for, with the room above it. */
const shareRoom = 1.04;
/** The room beyond the largest value. */
const room = 1.04;

/** Returns the round end of a scale in a unit. */
export function topFor(value: number, unit: string): number {
  if (unit === 's') return roundTimeTop(value);
  // Room above 100 % would only flatten shares.
  if (unit === 'share' && value <= shareRoom) return Math.min(1, roundTop(value));
  return /^By?$/.test(unit) ? roundBinaryTop(value) : roundTop(value);
}

/** Returns the round ends of the scale that shows all values of some lines, and zero. @param hasBand a flag: expected ranges are shown too */
export function scaleEnds(lines: readonly Line[], unit: string, hasBand: boolean): ScaleEnds {
  const values = lines.flatMap((line) => [mostOf(line), ...(hasBand ? [mostOf({ values: line.upper ?? [] })] : [])]);
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...lines.map(leastOf));
  if (least === 0) return { start: 0, end: topFor(most * room, unit) };
  // An expected range reaches below zero only where values do.
  const lower = hasBand ? Math.min(0, ...lines.map((line) => leastOf({ values: line.lower ?? [] }))) : 0;
  const start = -topFor(-Math.min(least, lower) * room, unit);
  return { start, end: most === 0 ? 0 : topFor(most * room, unit) };
}

/** Returns the values of the grid: the ends and zero, and the middle where there is room. */
export function gridValues({ start, end }: ScaleEnds, hasMiddle: boolean): number[] {
  if (start < 0 && end > 0) return [start, 0, end];
  return hasMiddle ? [start, (start + end) / 2, end] : [start, end];
}
