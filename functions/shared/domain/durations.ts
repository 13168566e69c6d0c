/** Ms each. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * Returns a duration in its largest whole unit, as settings have it; one that has none, rounded down.
 * @example
 * durationText(5_400_000); // => '90m'
 */
export function durationText(ms: number): string {
  if (ms >= dayMs && ms % dayMs === 0) return `${ms / dayMs}d`;
  if (ms >= hourMs && ms % hourMs === 0) return `${ms / hourMs}h`;
  if (ms >= minuteMs && ms % minuteMs === 0) return `${ms / minuteMs}m`;
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)}d`;
  if (ms >= 2 * minuteMs) return `${Math.floor(ms / minuteMs)}m`;
  return ms % secondMs === 0 ? `${ms / secondMs}s` : `${ms}ms`;
}
