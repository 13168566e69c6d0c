import { metricRows } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { type Family, families } from '../../functions/shared/ports/warehouse.ts';
import { commonFields } from '../../functions/shared/warehouse/common-fields.ts';
import type { Field } from '../../functions/shared/warehouse/field.ts';
import { fieldsOf, hasNamesBelow } from '../../functions/shared/warehouse/fields.ts';
import { indexOf } from '../../functions/shared/warehouse/index-names.ts';
import { figureNames, figures } from '../../functions/shared/warehouse/metric-fields.ts';
import { inventoryKeptDays, keptDays, periodOf } from '../../functions/shared/warehouse/retention.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

const exampleDayMs = Date.parse('2026-11-23T00:00:00Z');

const familyTable = table(
  ['family (alias)', 'kept', 'an index for each', 'index'],
  families.map((family) => [
    code(family),
    ...(family === 'offbeat-inventory'
      ? [`${inventoryKeptDays} days unseen`, '']
      : [`${keptDays[family]} days`, periodOf[family]]),
    code(indexOf({ family, timeMs: exampleDayMs })),
  ]),
);

function typeText({ type, below }: Field): string {
  if (type === 'named by others') return `${below} below`;
  if (type === 'text') return 'keyword, `.text`';
  return type === 'kept' ? 'not searched' : type;
}

const fieldTable = (fields: readonly Field[]): string =>
  table(
    ['field', 'type', 'unit', 'means'],
    fields.map((field) => [
      code(hasNamesBelow(field) ? `${field.name}.*` : field.name),
      typeText(field),
      field.unit === undefined ? '' : code(field.unit),
      field.meaning,
    ]),
  );

const figureTable = table(
  ['figure', 'type', 'unit', 'means'],
  figureNames.map((figure) => {
    const { type, meaning, isPlain = false } = figures[figure];
    return [code(`.${figure}`), type, isPlain ? '`1`' : 'of the metric; `/s` of a counter', meaning];
  }),
);

const metricTable = table(
  ['metric', 'kind', 'unit', 'means'],
  metricRows.map(({ metric, kind, unit, meaning }) => [code(metric), kind, code(unit), meaning]),
);

const metrics = new Set(metricRows.map(({ metric }) => metric));
const isMetric = ({ name }: Field): boolean => metrics.has(name) || metrics.has(name.replace(/\.\w+$/, ''));

/** Returns the table of the fields that only this family has, without the metrics of the catalogue. */
function ownFieldTable(family: Family): string {
  const common = new Set(commonFields.map(({ name }) => name));
  return fieldTable(fieldsOf[family].filter((field) => !isMetric(field) && !common.has(field.name)));
}

/** The family whose own fields are described by the table of another: that of the hours. */
type Described = 'offbeat-summaries';

const ownTables: Readonly<Record<Exclude<Family, Described>, string>> = {
  'offbeat-samples': ownFieldTable('offbeat-samples'),
  'offbeat-summaries-1h': ownFieldTable('offbeat-summaries-1h'),
  'offbeat-anomalies': ownFieldTable('offbeat-anomalies'),
  'offbeat-alerts': ownFieldTable('offbeat-alerts'),
  'offbeat-silences': ownFieldTable('offbeat-silences'),
  'offbeat-deliveries': ownFieldTable('offbeat-deliveries'),
  'offbeat-inventory': ownFieldTable('offbeat-inventory'),
};

/** The tables of `docs/warehouse.md`, by the name in their markers. */
export const tables: ReadonlyMap<string, string> = new Map([
  ['families', familyTable],
  ['common fields', fieldTable(commonFields)],
  ['figures', figureTable],
  ...Object.entries(ownTables).map(([family, own]): [string, string] => [`fields of ${family}`, own]),
  ['metrics', metricTable],
]);
