/** The height of a label. Pixels. */
export const rowHeight = 16;

/** The place of an event on the time axis, and of its label above. Pixels. */
export interface EventPlace {
  readonly at: number;
  /** The end of the label's line, beside which the label stands. */
  readonly labelAt: number;
  /** A flag: the label stands to the left. */
  readonly isLeft: boolean;
  readonly y: number;
}

/**
 * Returns the places of events, whose labels stand below each other in the order of time, the first on top. Labels to the left of their
 * events end at one place, before the line of the first of these, so that no line goes through a label beside it.
 * @param xs the places on the axis, in the order of time
 * @param right the end of the axis
 */
export function placesOf(xs: readonly number[], right: number): EventPlace[] {
  const isLeft = (at: number): boolean => at > right / 2;
  const edge = Math.min(...xs.filter(isLeft));
  return xs.map((at, nth) => ({
    at,
    labelAt: isLeft(at) ? edge : at,
    isLeft: isLeft(at),
    y: (nth + 0.7) * rowHeight,
  }));
}
