import { hourMs } from '../domain/durations.ts';
import type { Family } from '../ports/warehouse.ts';

/** The families whose indices are deleted some time. Of the inventory, single items are. */
export type KeptFamily = Exclude<Family, 'offbeat-inventory'>;

/**
 * The number of days for which documents are kept at least. Anomalies are kept so that their months are gone before a 15th
 * begins: 14 months have 424 days or more. With a day more in each month there would be more than {@link indicesMax}.
 */
export const keptDays: Readonly<Record<KeptFamily, number>> = {
  'offbeat-samples': 2,
  'offbeat-summaries': 30,
  'offbeat-summaries-1h': 396,
  'offbeat-anomalies': 392,
  'offbeat-alerts': 396,
  'offbeat-silences': 396,
  'offbeat-deliveries': 90,
};

/** The number of days after which an item of the inventory is deleted that was not seen again. */
export const inventoryKeptDays = 7;

/** The periods of UTC for which an index is made. A week begins on Monday. */
export type Period = 'day' | 'week' | 'month' | 'year';

/** The number of days of the longest period of each kind. */
export const longestDays: Readonly<Record<Period, number>> = { day: 1, week: 7, month: 31, year: 366 };

/**
 * The period of the indices of each family. Each index costs a node some memory however small it is, so a family whose
 * documents are kept long, or are few, has long periods: at most {@link indicesMax} exist at a time.
 */
export const periodOf: Readonly<Record<KeptFamily, Period>> = {
  'offbeat-samples': 'day',
  'offbeat-summaries': 'week',
  'offbeat-summaries-1h': 'month',
  'offbeat-anomalies': 'month',
  'offbeat-alerts': 'year',
  'offbeat-silences': 'year',
  'offbeat-deliveries': 'month',
};

/** Returns the age in days at which an index is deleted. It counts from its creation, at the beginning of its period. */
export const deletedAfterDays = (family: KeptFamily): number => keptDays[family] + longestDays[periodOf[family]];

/**
 * The time within which Index State Management deletes an index that is old enough, ms. Its job runs every 30 to 48 minutes on
 * older domains: one run finds the index old enough, the next deletes it.
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ism.html
 */
export const deletionLagMs = 2 * hourMs;

/**
 * The most indices that exist at a time if all families are written to every day, shippers may be late, and no replay writes to
 * older ones. Those that wait for their deletion are counted.
 */
export const indicesMax = 50;
