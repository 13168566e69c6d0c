import { catalogueFacts } from '../../functions/shared/domain/catalogue/catalogue.ts';
import {
  type IoRow,
  ioComponents,
  ioGaps,
  ioName,
  ioQuantities,
  ioRows,
  ioSources,
} from '../../functions/shared/domain/catalogue/io.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

/** Returns a table of all quantities: which metric of which source each one is, and how its values are shipped. */
export function ioTable(): string {
  const ordered = ioComponents.flatMap((component) =>
    ioQuantities.flatMap((quantity) => {
      const ofQuantity = ioRows.filter((row) => row.component === component && row.quantity === quantity);
      return [...Map.groupBy(ofQuantity, ioName).values()].flatMap((found) =>
        found.toSorted((a, b) => ioSources.indexOf(a.source) - ioSources.indexOf(b.source)),
      );
    }),
  );
  return table(
    ['name', 'source', 'metric', 'kind, unit'],
    ordered.map((row) => [code(ioName(row)), row.source, metricText(row), shippedText(row)]),
  );
}

function metricText({ metric, where = {}, per, isRest }: IoRow): string {
  const series = [code(metric), ...Object.entries(where).map(([name, value]) => code(`${name}=${value}`))].join(' ');
  if (per !== undefined) return `the rate of ${series} ÷ that of ${code(per)}`;
  return isRest ? `the whole − ${series}` : series;
}

function shippedText({ metric }: IoRow): string {
  const { kind, unit } = catalogueFacts(metric)!;
  return `${kind}, ${code(unit)}`;
}

/** Returns a table of the quantities that no source has. */
export function ioGapsTable(): string {
  return table(
    ['component', 'quantity', 'because'],
    ioGaps.map(({ component, quantity, because }) => [component, quantity, because]),
  );
}
