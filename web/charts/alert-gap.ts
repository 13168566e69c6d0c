import type { Alerts } from '../api/alert-types.ts';
import type { Answer } from '../api/answer.ts';
import { capitalised } from '../format/words.ts';
import type { StatusGlyph } from '../parts/glyph.tsx';

/**
 * Returns the clause about alerts of a range that are not known, so that their absence proves nothing; empty where all are known.
 * @param fromMs the beginning of the range
 * @example
 * alertGap({ data: undefined, problem: undefined, isOfBefore: false }, 0); // => 'the alerts are still being read'
 */
export function alertGap(
  { data, problem, isOfBefore }: Pick<Answer<Pick<Alerts, 'alerts' | 'next'>>, 'data' | 'problem' | 'isOfBefore'>,
  fromMs: number,
): string {
  if (problem !== undefined) return 'the alerts could not be read';
  if (data === undefined || isOfBefore) return 'the alerts are still being read';
  const isWhole = data.next === undefined || (data.alerts.at(-1)?.startsAtMs ?? 0) <= fromMs;
  return isWhole ? '' : `only the newest ${data.alerts.length} alerts were read`;
}

/** Returns the glyph of a sentence about alerts: what is not known is not called ok. @param gap that of {@link alertGap} */
export const glyphBeside = <G extends StatusGlyph>(glyph: G, gap: string): G | 'unknown' =>
  glyph === 'ok' && gap !== '' ? 'unknown' : glyph;

/** Returns the gap as a sentence with a space after it; empty without one. @param gap that of {@link alertGap} */
export const gapText = (gap: string): string => (gap === '' ? '' : `${capitalised(gap)}. `);
