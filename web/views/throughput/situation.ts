import type { Measures } from '../../api/data-types.ts';
import { offWords } from '../../charts/off-words.ts';
import { stretchesOf } from '../../charts/stretches.ts';
import type { Zone } from '../../format/moment.ts';
import { counted } from '../../format/words.ts';

/** The measures of traffic. */
export const flows: ReadonlySet<string> = new Set(['disk.write', 'disk.read', 'network.in', 'network.out']);

/** The judgement of the traffic of a range: that of its whole time, not of its end. */
export interface TrafficJudgement {
  readonly glyph: 'ok' | 'warning';
  /** The end of the sentence, with what stands before it. */
  readonly clause: string;
  readonly meaning: string;
}

/** Returns which machines are judged and ranked, where an answer holds only the first of them; otherwise nothing. */
export function shownPart({ rows, next }: Pick<Measures, 'rows' | 'next'>): string {
  return next === undefined ? '' : `of the ${rows.length} machines that are shown`;
}

/** Returns which machines are listed, where others are not. */
export function busiestText(data: Pick<Measures, 'rows' | 'next' | 'count'>, listed: number): string {
  const part = shownPart(data);
  return part === ''
    ? `The ${listed} busiest of ${data.count} machines.`
    : `The ${listed} busiest ${part}; there are ${data.count}.`;
}

interface Judged {
  readonly data: Pick<Measures, 'rows' | 'next' | 'fromMs' | 'toMs'>;
  /** The number of alerts that were open in the range. */
  readonly alerts: number;
  /** The length of the range in words. */
  readonly span: string;
  readonly zone: Zone;
  readonly nowMs: number;
}

/** Returns whether traffic was as expected in a range. It was not if any of it was off, or any alert open, at any time of it. */
export function judgeTraffic({ data, alerts, span, zone, nowMs }: Judged): TrafficJudgement {
  const anomalies = data.rows.flatMap(({ measures }) =>
    Object.entries(measures).flatMap(([name, measure]) => (flows.has(name) ? (measure?.anomalies ?? []) : [])),
  );
  const stretches = stretchesOf(anomalies, data);
  const last = stretches.at(-1);
  if (last !== undefined && last.toMs >= data.toMs)
    return {
      glyph: 'warning',
      clause: ', and some of it is off its expected range',
      meaning: 'Some traffic is off its expected range',
    };
  if (last !== undefined)
    return {
      glyph: 'warning',
      clause: `; in the ${span} shown, some of it was off its expected range ${offWords(stretches, { zone, nowMs })}`,
      meaning: 'Some traffic was off its expected range',
    };
  if (alerts > 0)
    return {
      glyph: 'warning',
      clause: `; ${counted(alerts, 'alert')} ${alerts === 1 ? 'was' : 'were'} open in the ${span} shown`,
      meaning: 'Alerts were open in this range',
    };
  const part = shownPart(data);
  return part === ''
    ? { glyph: 'ok', clause: `, as expected in all of the ${span} shown`, meaning: 'The traffic is as expected' }
    : {
        glyph: 'ok',
        clause: `; that ${part} is as expected in all of the ${span} shown`,
        meaning: `The traffic ${part} is as expected`,
      };
}
