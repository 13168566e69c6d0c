import { dayMs } from '../../shared/domain/durations.ts';
import type { FlatDocument } from '../document/flatten.ts';

/** Returns the shipper of a document: `metricbeat`, `filebeat`, … It names no entity, so a long one is cut. */
export function shipperOf(document: FlatDocument): string {
  return (document.firstText(['agent.type', '@metadata.beat']) ?? 'unknown').slice(0, 64).toWellFormed();
}

/** Returns the dataset that a document names, as Beats 7 and newer do; `undefined` where it names none. */
export function namedDataset(document: FlatDocument): string | undefined {
  return document.firstText(['event.dataset', 'data_stream.dataset']);
}

/** Returns the time between two documents of a metric set, ms, as Metricbeat states it. */
export function periodOf(document: FlatDocument): number | undefined {
  const period = document.valueAt('metricset.period');
  if (typeof period !== 'number' || !Number.isSafeInteger(period)) return undefined;
  return period >= 1 && period <= dayMs ? period : undefined;
}
