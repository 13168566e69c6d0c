import { alarmedMetrics } from '../../lib/constructs/alarmed-metrics.ts';
import { table } from './markdown.ts';

/** Returns a table with a row for each metric that functions write with `deployment.metrics: alarmed`. */
export function alarmedTable(): string {
  const rows = alarmedMetrics(true).map(({ name, dimensions }) => [
    `\`${name}\``,
    Object.entries(dimensions)
      .map(([dimension, value]) => `\`${dimension}\`: ${value}`)
      .join(', ') || 'none',
  ]);
  return table(['metric', 'dimensions'], rows);
}
