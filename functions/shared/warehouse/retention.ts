import type { Family } from '../ports/warehouse.ts';

/** The number of days for which documents are kept at least. The inventory is kept for ever. */
export const keptDays: Readonly<Record<Exclude<Family, 'offbeat-inventory'>, number>> = {
  'offbeat-samples': 2,
  'offbeat-summaries': 30,
  'offbeat-summaries-1h': 396,
  'offbeat-anomalies': 396,
  'offbeat-alerts': 396,
  'offbeat-silences': 396,
  'offbeat-deliveries': 90,
};
