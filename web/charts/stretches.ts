import type { Anomaly } from './line.ts';

/** A time in which a line is outside its expected range. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the times in which a line is outside its expected range, ascending. Anomalies that overlap or touch, such as those of a limit
 * and of a deviation, are one stretch, so that no time counts twice.
 * @param range the time that is drawn; what is outside of it is cut
 */
export function stretchesOf(
  anomalies: readonly Pick<Anomaly, 'fromMs' | 'toMs'>[],
  range: { readonly fromMs: number; readonly toMs: number },
): Stretch[] {
  const cut = anomalies
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, range.fromMs),
      toMs: Math.min(toMs ?? range.toMs, range.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs >= fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of cut) {
    const last = stretches.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else stretches.push({ fromMs, toMs });
  }
  return stretches;
}
