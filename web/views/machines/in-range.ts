import type { Alert } from '../../api/alert-types.ts';
import type { MeasureRow } from '../../api/data-types.ts';
import { type Stretch, stretchesOf } from '../../charts/stretches.ts';
import { capitalised, counted, listed, numberWord } from '../../format/words.ts';

type Range = Stretch;

/** Returns when an alert was open. */
const timeOf = ({ startsAtMs, endsAtMs, status, updatedAtMs }: Alert) => ({
  fromMs: startsAtMs,
  toMs: endsAtMs ?? (status === 'resolved' ? updatedAtMs : null),
});

const pathOf = ({ cluster, kind, name }: Alert['entity']): string => `${cluster}/${kind}/${name}`;

/** Returns the alerts that name a component and were open in a range. @param path that of the component */
export function alertsIn(alerts: readonly Alert[], path: string, range: Range): Alert[] {
  return alerts.filter(
    (alert) =>
      [alert.entity, ...alert.suspects.map(({ entity }) => entity)].some((entity) => pathOf(entity) === path) &&
      stretchesOf([timeOf(alert)], range).length > 0,
  );
}

/** Returns the times in which alerts were open; one that lasts is open until the end of time. */
export const alertTimes = (alerts: readonly Alert[]): Stretch[] =>
  alerts.map(timeOf).map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY }));

/** Returns the times of a range in which a machine was off: a measure was off its expected range, or an alert named it. */
export function offTimes({ path, measures }: MeasureRow, alerts: readonly Alert[], range: Range): Stretch[] {
  const anomalies = Object.values(measures).flatMap((measure) => measure?.anomalies ?? []);
  return stretchesOf([...anomalies, ...alertsIn(alerts, path, range).map(timeOf)], range);
}

/** The most machines that the sentence names. */
const namedMax = 3;

/**
 * Returns the sentence about machines of which none is in trouble at the end of a range: whether all were normal in all of it.
 * @example
 * standingText({ total: 5, names: ['node-m'], span: '1 d', isOver: true }); // => 'One of five machines was off in the 1 d shown, and normal at its end: node-m.'
 */
export function standingText({
  total,
  names,
  span,
  isOver,
  gap = '',
}: {
  /** The number of all machines. */
  readonly total: number;
  /** The names of those that were off at some time. */
  readonly names: readonly string[];
  readonly span: string;
  /** A flag: the range is one of the past. */
  readonly isOver: boolean;
  /** The clause about alerts that are not known; empty where all are. */
  readonly gap?: string;
}): string {
  if (names.length === 0 && gap !== '')
    return `No measure of ${total === 1 ? 'the one machine' : `the ${numberWord(total)} machines`} was off in the ${span} shown; ${gap}.`;
  if (names.length === 0) {
    const verb = isOver ? 'was' : 'is';
    const who =
      total === 1 ? `The one machine ${verb}` : `All ${numberWord(total)} machines ${isOver ? 'were' : 'are'}`;
    return isOver
      ? `${who} normal in all of the ${span} shown.`
      : `${who} normal, and ${total === 1 ? 'was' : 'were'} in all of the ${span} shown.`;
  }
  const who =
    names.length === total
      ? total === 1
        ? 'The one machine was'
        : `All ${numberWord(total)} machines were`
      : `${capitalised(numberWord(names.length))} of ${numberWord(total)} machines ${names.length === 1 ? 'was' : 'were'}`;
  const end = isOver ? `normal at its end` : `${names.length === 1 ? 'is' : 'are'} normal again`;
  const others = names.length - namedMax;
  const named = others > 0 ? [...names.slice(0, namedMax), counted(others, 'other')] : names;
  return `${who} off in the ${span} shown, and ${end}: ${listed(named)}${gap === '' ? '' : `; ${gap}`}.`;
}
