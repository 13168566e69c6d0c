import { minuteMs } from '../shared/domain/durations.ts';
import { momentSchema } from './parameters.ts';
import { Problem } from './problem.ts';

/** The parameters of a range that has presets. */
export const rangeParameters = {
  from: momentSchema.optional().describe('The beginning of the range, inclusive. Default: 15 minutes before its end.'),
  to: momentSchema.optional().describe('Its end, exclusive. Default: now.'),
};

/** The length of a range without a beginning, ms. */
const presetMs = 15 * minuteMs;
/** The longest range, ms: more than anything is kept. */
const rangeMsMax = 10 * 366 * 24 * 60 * minuteMs;

/** A time range, ms since 1970. */
export interface Range {
  /** The beginning, inclusive. */
  readonly fromMs: number;
  /** The end, exclusive; after `fromMs`. */
  readonly toMs: number;
}

/**
 * Returns a range with its presets.
 * @throws {Problem} 400, if it ends before it begins, or is longer than ten years
 */
export function rangeOf(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  nowMs: number,
): Range {
  const toMs = to ?? nowMs;
  const fromMs = from ?? Math.max(0, toMs - presetMs);
  if (fromMs >= toMs) throw new Problem(400, `from: expected a time before "to", ${isoOf(toMs)}; got ${isoOf(fromMs)}`);
  if (toMs - fromMs > rangeMsMax)
    throw new Problem(400, `from: expected at most ten years before "to", ${isoOf(toMs)}; got ${isoOf(fromMs)}`);
  return { fromMs, toMs };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
