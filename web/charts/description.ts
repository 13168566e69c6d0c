import { quantityText } from '../format/quantity.ts';
import { type Line, pointsOf } from './line.ts';
import { stretchesOf } from './stretches.ts';

/** Returns how often something happened. @example timesText(2); // => 'twice' */
export function timesText(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/**
 * Returns the text of a chart for those who do not see it: its name, the last, the least and the most value, and how often it was outside
 * its expected range.
 */
export function describe(name: string, lines: readonly Line[], unit: string): string {
  return [name, ...lines.filter(({ role }) => role !== 'ghost').map((line) => describeLine(line, unit))].join('. ');
}

const known = (values: Line['values']): readonly number[] => values.filter((value) => value !== null);

function describeLine(line: Line, unit: string): string {
  const points = pointsOf(line);
  const last = points.at(-1);
  const name = line.label === '' ? '' : `${line.label}: `;
  if (last === undefined) return `${name}no data`;
  const said = (value: number): string => quantityText(value, unit);
  const [least, most] = [Math.min(...known(line.min ?? line.values)), Math.max(...known(line.max ?? line.values))];
  const outside = stretchesOf(line.anomalies ?? [], {
    fromMs: Number.NEGATIVE_INFINITY,
    toMs: Number.POSITIVE_INFINITY,
  }).length;
  const odd = outside === 0 ? '' : `, outside its expected range ${timesText(outside)}`;
  return `${name}last ${said(last.value)}, least ${said(least)}, most ${said(most)}${odd}`;
}
