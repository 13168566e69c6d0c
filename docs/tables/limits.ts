import { catalogueFacts } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { type LimitsRow, limitRows } from '../../functions/shared/domain/catalogue/limits.ts';
import { durationText } from '../../functions/shared/domain/durations.ts';
import type { Limit } from '../../functions/shared/domain/limit.ts';
import { table } from './markdown.ts';

const code = (text: string): string => `\`${text}\``;

/** Returns a table of the limits of the catalogue, with the reason of each. */
export function limitsTable(): string {
  const rows = limitRows.flatMap((row) => row.limits.map((limit) => ({ row, limit })));
  return table(
    ['metric', 'beyond the limit', 'for', 'severity', 'because', 'not for'],
    rows.map(({ row, limit }) => [
      metricText(row),
      boundText(row, limit),
      timeText(limit),
      limit.severity,
      limit.because!,
      unlessText(row),
    ]),
  );
}

const metricText = ({ metric, where = {} }: LimitsRow): string =>
  [code(metric), ...Object.entries(where).map(([name, value]) => code(`${name}=${value}`))].join(' ');

const boundText = ({ metric }: LimitsRow, { side, bound }: Limit): string =>
  `${side} ${bound} ${code(catalogueFacts(metric)!.unit)}`;

const timeText = ({ forMs }: Limit): string => (forMs === 0 ? 'one value' : durationText(forMs));

const unlessText = ({ unless = {} }: LimitsRow): string =>
  Object.entries(unless)
    .map(([name, globs]) => `${name} ${globs.map(code).join(', ')}`)
    .join('; ');
