import type { Anomaly, Severity } from './anomaly.ts';
import { entityPath } from './entity.ts';
import { matchesGlob } from './glob.ts';
import type { Series } from './series.ts';
import type { Matchers } from './silence.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Returns the labels of an anomaly, which include its dimensions. An alert has the labels of its likely cause, with the
 * severity of the alert; a silence is compared with the labels of each anomaly.
 */
export function labelsOf(
  { series, dataset }: Pick<Anomaly, 'series' | 'dataset'>,
  severity: Severity,
): Record<string, string> {
  return { ...labelsOfSeries(series), dataset, severity };
}

/** Returns the labels that a series has by itself: its dimensions, its entity and its metric. */
export const labelsOfSeries = ({ entity, metric, dimensions }: Series): Record<string, string> => ({
  ...dimensions,
  cluster: entity.cluster,
  kind: entity.kind,
  name: entity.name,
  entity: entityPath(entity),
  metric,
});

/** Returns whether all matchers match. A label that is absent counts as empty text. */
export function matchesLabels(matchers: Matchers, labels: Labels): boolean {
  // `Object.entries` would allocate for each of up to 1,000 silences and each anomaly.
  for (const name in matchers) {
    if (!matchesGlob(matchers[name]!, Object.hasOwn(labels, name) ? labels[name]! : '')) return false;
  }
  return true;
}
