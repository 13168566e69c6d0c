import { catalogueRows } from '../../functions/shared/domain/catalogue/catalogue.ts';
import type { CatalogueRow } from '../../functions/shared/domain/catalogue/row.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

/** Returns a table of the series that have a row of their own in the catalogue, by the values of their dimensions. */
export function conditionsTable(): string {
  const rows = catalogueRows.filter(({ where }) => where !== undefined);
  // The rows that differ only in the name of an attribute are one line.
  const lines = Map.groupBy(rows, ({ metric, where, meaning }) => [metric, ...Object.values(where!), meaning].join());
  return table(
    ['metric', 'series with', 'judged', 'floor', 'means'],
    [...lines.values()].map((same) => [
      code(same[0]!.metric),
      same.flatMap(({ where }) => Object.entries(where!).map(([name, value]) => code(`${name}=${value}`))).join(' or '),
      judgedText(same[0]!),
      floorText(same[0]!),
      same[0]!.meaning,
    ]),
  );
}

const judgedText = ({ rule }: CatalogueRow): string => (rule === undefined ? 'no' : rule.direction);

function floorText({ rule, kind, unit }: CatalogueRow): string {
  if (rule === undefined) return '';
  const share = rule.relativeFloor === 0 ? '' : `, ${100 * rule.relativeFloor} %`;
  return `${rule.floor.toLocaleString('en')} ${code(kind === 'counter' ? `${unit}/s` : unit)}${share}`;
}
