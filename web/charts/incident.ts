/** The time of an incident, ms. */
export interface Incident {
  readonly fromMs: number;
  /** The end; absent while it lasts. */
  readonly toMs?: number | undefined;
}

/** Returns the left and the right edge of the tint of an incident, within the chart. Pixels. */
export function tintOf(
  { fromMs, toMs }: Incident,
  { x, right }: { readonly x: (ms: number) => number; readonly right: number },
): readonly [left: number, right: number] {
  const left = Math.min(right, Math.max(0, x(fromMs)));
  return [left, toMs === undefined ? right : Math.min(right, Math.max(left, x(toMs)))];
}
