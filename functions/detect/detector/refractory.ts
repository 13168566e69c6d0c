import { inFloats } from './layout.ts';

/** The number of values after an alarm in which another one must be clearly larger, and how much larger. */
const refractoryValues = 75;
const clearlyLarger = 2;
/** The breakout that counts as an alarm, in widths of the range. */
const alarmFrom = 0.02;
/** The number of values since an alarm that a new series begins with: long past any. */
const longPast = 1e6;

/** Prepares a new series. */
export function beginRefractory(floats: Float32Array, at: number): void {
  floats[at + inFloats.sinceAlarm] = longPast;
}

/**
 * Returns the alarm of a breakout: the breakout itself, or 0 soon after an alarm that it does not clearly exceed. One
 * trouble leaves a range many times on its way, and is one alarm.
 * @param breakout in widths of the range, ≥ 0
 */
export function refract(floats: Float32Array, at: number, breakout: number): number {
  const since = floats[at + inFloats.sinceAlarm]! + 1;
  const isSoon = since <= refractoryValues && breakout < clearlyLarger * floats[at + inFloats.lastAlarm]!;
  const isAlarm = !isSoon && breakout >= alarmFrom;
  floats[at + inFloats.sinceAlarm] = isAlarm ? 0 : since;
  if (isAlarm) floats[at + inFloats.lastAlarm] = breakout;
  return isSoon ? 0 : breakout;
}
