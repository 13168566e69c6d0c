import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';

const units = [
  [dayMs, 'd'],
  [hourMs, 'h'],
  [minuteMs, 'min'],
  [secondMs, 's'],
] as const;

/**
 * Returns a duration in its two largest units, without those that are 0: `1 min 10 s`, `3 d 4 h`, `27 min`.
 * @param ms a negative one is shown as 0
 */
export function durationText(ms: number): string {
  const first = units.findIndex(([unitMs]) => ms >= unitMs - 500);
  if (first < 0) return '0\u00a0s';
  const [leastMs] = units[Math.min(first + 1, units.length - 1)]!;
  // The whole is rounded to the smaller of the two units at first, so that 59.9 s are 1 min.
  let leftMs = Math.round(ms / leastMs) * leastMs;
  return units
    .flatMap(([unitMs, unit]) => {
      const count = Math.floor(leftMs / unitMs);
      leftMs -= count * unitMs;
      return count === 0 ? [] : [`${count}\u00a0${unit}`];
    })
    .slice(0, 2)
    .join('\u00a0');
}

/**
 * Returns how long ago a moment was: `just now`, `70 s ago`, `3 h ago`, or of a moment to come `in 2 min`. In seconds up to 90 s, then in
 * one unit.
 */
export function agoText(ms: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - ms);
  if (distanceMs < secondMs) return 'just now';
  const [unitMs, unit] =
    distanceMs < 90 * secondMs ? units[3] : (units.find(([each]) => distanceMs >= each) ?? units[3]);
  const text = `${Math.floor(distanceMs / unitMs)}\u00a0${unit}`;
  return ms > nowMs ? `in ${text}` : `${text} ago`;
}
