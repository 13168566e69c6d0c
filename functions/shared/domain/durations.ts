/** Milliseconds in a second; the constants below are in milliseconds too. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * Returns a duration in its largest whole unit, in the form that settings use.
 * @param ms a whole number, 0 or more
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
