/** Ms each. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * Returns a duration in its largest whole unit, as settings have it.
 * @param ms whole, from 0
 * @example
 * durationText(5_400_000); // => '90m'
 */
export function durationText(ms: number): string {
  const units = [
    [dayMs, 'd'],
    [hourMs, 'h'],
    [minuteMs, 'm'],
    [secondMs, 's'],
  ] as const;
  const [unitMs, unit] = units.find(([each]) => ms >= each && ms % each === 0) ?? [1, 'ms'];
  return `${ms / unitMs}${unit}`;
}
