import { offWords } from '../../charts/off-words.ts';
import { type Stretch, stretchesOf } from '../../charts/stretches.ts';
import { durationText } from '../../format/duration.ts';
import type { Zone } from '../../format/moment.ts';
import { offTimesText } from './off-times.ts';
import type { PartRow } from './parts.ts';

/** A machine of which nothing is off at the end of a range. */
interface Calm {
  readonly rows: readonly Pick<PartRow, 'title' | 'chart'>[];
  /** The times of the steps of its charts, ms. */
  readonly times: readonly number[];
  /** The times of the range in which an alert named it. */
  readonly alerts: readonly Stretch[];
  /** The clause about alerts that are not known; empty where all are. */
  readonly gap?: string;
  readonly range: Stretch;
  /** A flag: the range is one of the past. */
  readonly isOver: boolean;
  readonly zone: Zone;
  readonly nowMs: number;
}

/** The judgement of a machine in a range. */
export interface Judgement {
  readonly glyph: 'ok' | 'warning' | 'unknown';
  /** The words that follow the name of the machine. */
  readonly say: string;
  /** The parts that were off with their times, in a sentence. */
  readonly parts: string;
}

/** Returns whether a machine, of which nothing is off at the end of a range, was normal in all of it. */
export function judgeCalm({ rows, times, alerts, gap = '', range, isOver, zone, nowMs }: Calm): Judgement {
  const anomalies = rows.flatMap(({ chart }) => chart.anomalies);
  const stretches = stretchesOf([...anomalies, ...alerts], range);
  const span = durationText(range.toMs - range.fromMs);
  if (stretches.length > 0) {
    const off = offTimesText(rows, { times, range, zone, nowMs });
    return {
      glyph: 'warning',
      say: `was off its expected range ${offWords(stretches, { zone, nowMs })}${isOver ? '' : ', and is normal again'}.`,
      parts: off === '' ? 'An alert named it.' : `${off}.`,
    };
  }
  const isLearned = rows.some(({ chart }) => chart.upper?.some((value) => value !== null));
  if (!isLearned)
    return { glyph: 'unknown', say: 'has no expected range yet, so nothing can be called normal.', parts: '' };
  if (gap !== '')
    return {
      glyph: 'unknown',
      say: `had no part off its expected range in the ${span} shown; ${gap}.`,
      parts: '',
    };
  const parts = `No part was off its expected range in the ${span} shown.`;
  return { glyph: 'ok', say: isOver ? `was normal in all of the ${span} shown.` : 'is normal.', parts };
}
