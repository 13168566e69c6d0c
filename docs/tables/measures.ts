import { type MeasureRow, measureFacts, measureRows } from '../../functions/shared/domain/catalogue/measures.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

const words = {
  sum: 'the sum of',
  mean: 'the mean of',
  max: 'the greatest of',
  share: 'of the sum of all series the share of',
} as const;

/** Returns a table of the measures of components, with the metrics that each is made of in the order in which they are preferred. */
export function measuresTable(): string {
  return table(
    ['kind', 'measure', 'unit', 'is'],
    measureRows.map((row) => [row.kind, code(row.measure), code(measureFacts[row.measure].unit), textOf(row)]),
  );
}

function textOf({ metric, combine, where, isRest, factor }: MeasureRow): string {
  const meant = where === undefined ? '' : ` ${code(`${where.names[0]}=${where.values.join('|')}`)}`;
  const scaled = factor === 1 ? '' : `, ÷ ${Math.round(1 / factor)}`;
  return `${isRest ? 'the whole − ' : ''}${words[combine]} ${code(metric)}${meant}${scaled}`;
}
