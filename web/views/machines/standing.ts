import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { agoText } from '../../format/duration.ts';
import { clockText, type Zone } from '../../format/moment.ts';
import { capitalised } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';

/** The state of a machine in words: a glyph, a word, and a line about it. */
export interface Standing {
  readonly glyph: StatusGlyph;
  readonly word: string;
  readonly line: string;
  /** A flag: it needs a person, or nothing is known of it. */
  readonly isTrouble: boolean;
}

/** The age of its newest sample from which on nothing can be said about a machine. Ms. */
const staleMs = 3 * 60_000;

const severityGlyph: Readonly<Record<string, StatusGlyph>> = { critical: 'critical', warning: 'warning', info: 'info' };

/**
 * Returns the moment at which machines are judged: the present, or in a range of the past its end, or that of the data where they end
 * before it, such as those of a recording. A machine that ended before the others still has no data.
 */
export function judgedAtMs(newest: readonly number[], atMs: number, isOver: boolean): number {
  const lastMs = Math.max(0, ...newest);
  return isOver && lastMs > 0 ? Math.min(atMs, lastMs) : atMs;
}

/** Returns the state of a machine at a moment. @param nowMs that of {@link judgedAtMs} */
export function standingOf(row: MeasureRow, measures: Measures['measures'], nowMs: number, zone: Zone): Standing {
  const { trouble, newestMs } = row;
  if (trouble.severity !== null) {
    return {
      glyph: severityGlyph[trouble.severity] ?? 'warning',
      word: capitalised(trouble.reason ?? 'has an open alert'),
      line: trouble.alertIds.length > 1 ? `${trouble.alertIds.length} open alerts` : '',
      isTrouble: true,
    };
  }
  if (nowMs - newestMs > staleMs) {
    return { glyph: 'unknown', word: 'No data', line: `newest sample ${agoText(newestMs, nowMs)}`, isTrouble: true };
  }
  return normal(row, measures, nowMs, zone);
}

function normal({ measures: own }: MeasureRow, measures: Measures['measures'], nowMs: number, zone: Zone): Standing {
  const over = measures
    .flatMap(({ name, title }) => (own[name]?.anomalies ?? []).map((anomaly) => ({ title, ...anomaly })))
    .filter(({ fromMs }) => fromMs <= nowMs)
    .sort((a, b) => (b.toMs ?? Number.MAX_VALUE) - (a.toMs ?? Number.MAX_VALUE))[0];
  if (over === undefined) return { glyph: 'ok', word: 'Normal', line: '', isTrouble: false };
  if (over.toMs === null || over.toMs > nowMs) {
    const line = `since ${clockText(over.fromMs, zone)}`;
    return { glyph: 'warning', word: `${over.title} off its expected range`, line, isTrouble: true };
  }
  const line = `${over.title} was off until ${clockText(over.toMs, zone)}`;
  return { glyph: 'ok', word: 'Normal again', line, isTrouble: false };
}
