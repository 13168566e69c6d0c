import type { SeriesRule } from '../../../functions/detect/rule.ts';
import { type SeriesValues, slotDoubles } from '../../../functions/detect/slot.ts';

/**
 * Returns the doubles of a series without samples. They are the second of three in their array, so that `at` is not 0.
 */
export const blankSeries = (): SeriesValues => ({ values: new Float64Array(3 * slotDoubles), at: slotDoubles });

/** Returns a rule that judges both sides without a floor, with these fields in place of its own. */
export const ruleWith = (fields: Partial<SeriesRule> = {}): SeriesRule => ({
  kind: 'gauge',
  kindIsGuessed: false,
  unit: '1',
  direction: 'both',
  floor: 0,
  relativeFloor: 0,
  sensitivity: 1,
  flatLines: 'falls',
  offNeeded: 3,
  criticalAt: Number.POSITIVE_INFINITY,
  max: undefined,
  isJudged: true,
  limits: [],
  fullAt: undefined,
  peers: undefined,
  ...fields,
});
