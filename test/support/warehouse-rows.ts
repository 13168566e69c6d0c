import { type Field, fieldsOf, figures } from '../../functions/set-up-warehouse/fields.ts';
import { catalogueRows } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { type Family, families, keptDays } from '../../functions/shared/ports/warehouse.ts';

/** The rows that the tables of `docs/warehouse.md` must have, made of what the templates are made of. */

const cells = (...parts: readonly string[]): string => `| ${parts.join(' | ')} |`.replace(/ +/g, ' ');

const metrics = new Set(catalogueRows.map(({ metric }) => metric));
const isMetric = ({ name }: Field): boolean => metrics.has(name) || metrics.has(name.replace(/\.\w+$/, ''));

const typeText = ({ type, below }: Field): string => {
  if (type === 'named by others') return `${below} below`;
  if (type === 'text') return 'keyword, `.text`';
  return type === 'kept' ? 'not searched' : type;
};

const row = (field: Field): string =>
  cells(
    `\`${field.name}${field.type === 'named by others' || field.type === 'kept' ? '.*' : ''}\``,
    typeText(field),
    field.unit === undefined ? '' : `\`${field.unit}\``,
    field.meaning,
  );

/** The inventory has these and metrics alone. */
const commonFields = fieldsOf['offbeat-inventory'].filter((field) => !isMetric(field) && field.name !== 'other');
const commonNames = new Set(commonFields.map(({ name }) => name));

export const commonRows = (): string[] => commonFields.map(row);

/** Of a family, what is neither a metric nor in every document. */
export const ownRows = (family: Family): string[] =>
  fieldsOf[family].filter((field) => !isMetric(field) && !commonNames.has(field.name)).map(row);

export const figureRows = (): string[] =>
  figures.map(([name, type, meaning]) => {
    const unit = name === 'count' || name === 'score' ? '`1`' : 'of the metric; `/s` of a counter';
    return cells(`\`.${name}\``, type, unit, meaning);
  });

export const metricRows = (): string[] =>
  catalogueRows.map(({ metric, kind, unit, meaning }) => cells(`\`${metric}\``, kind, `\`${unit}\``, meaning));

export const retentionRows = (): string[] =>
  families.map((family) =>
    cells(
      `\`${family}\``,
      family === 'offbeat-inventory' ? 'always' : `${keptDays[family]} days`,
      `\`${family}-${family === 'offbeat-inventory' ? 'latest' : '2026.11.23'}\``,
    ),
  );
