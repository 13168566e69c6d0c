import { inFloats } from './layout.ts';

const lastAlarmAt = inFloats.lastAlarm;
const sinceAlarmAt = inFloats.sinceAlarm;

/** The number of values after an alarm in which another one must be clearly larger, and how much larger. */
const refractoryValues = 75;
const clearlyLarger = 2;
/** The breakout that counts as an alarm, in widths of the range. */
const alarmFrom = 0.02;
/** The number of values since an alarm that a new series begins with: long past any. */
const longPast = 1e6;

/** Prepares a new series. */
export function beginRefractory(floats: Float32Array, at: number): void {
  floats[at + sinceAlarmAt] = longPast;
}

/**
 * Returns the alarm of a breakout: the breakout itself, or 0 soon after an alarm that it does not clearly exceed. One
 * trouble leaves a range many times on its way, and is one alarm.
 * @param breakout in widths of the range, ≥ 0
 */
export function refract(floats: Float32Array, at: number, breakout: number): number {
  const since = floats[at + sinceAlarmAt]! + 1;
  const isSoon = since <= refractoryValues && breakout < clearlyLarger * floats[at + lastAlarmAt]!;
  const isAlarm = !isSoon && breakout >= alarmFrom;
  floats[at + sinceAlarmAt] = isAlarm ? 0 : since;
  if (isAlarm) floats[at + lastAlarmAt] = breakout;
  return isSoon ? 0 : breakout;
}
