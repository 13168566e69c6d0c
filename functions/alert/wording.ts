import type { Severity } from '../shared/domain/anomaly.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText } from '../shared/domain/series.ts';
import type { Member } from './cluster-state.ts';

/**
 * Returns the title of an alert: the metric, the direction and the place of its likely cause.
 * @param anomalies the number of the alert's anomalies
 * @example
 * // The cause is system.diskio.write.bytes with device=loop6 on host node-m, one of six anomalies.
 * titleOf(cause, 6); // => 'diskio write bytes high on node-m/loop6, and 5 more'
 */
export function titleOf({ series, direction }: Member, anomalies: number): string {
  const others = anomalies === 1 ? '' : `, and ${anomalies - 1} more`;
  return printable(
    `${metricWords(series.metric)} ${direction === 'up' ? 'high' : 'low'} on ${placeText(series)}${others}`,
  );
}

/**
 * Returns one sentence about an alert: the metric, the place, the value, the expected range, the start and the score.
 * @param cause the likely cause
 * @param members all anomalies of the alert
 */
export function headlineOf(cause: Member, members: readonly Member[], startsAtMs: number): string {
  const since = `since ${new Date(startsAtMs).toISOString().slice(11, 19)} UTC`;
  const unusual = `score ${Math.min(cause.score, 0.9999).toFixed(4)}`;
  const sentence = `${printable(cause.reason)}, ${since} (${unusual})`;
  if (members.length === 1) return `${sentence}.`;
  const entities = new Set(members.map(({ series }) => entityPath(series.entity))).size;
  const where = entities === 1 ? 'all on this entity' : `on ${entities} entities`;
  return `${sentence}; ${members.length} series off, ${where}.`;
}

/**
 * Returns the labels of an anomaly, which include its dimensions. An alert has the labels of its likely cause, with the
 * severity of the alert; a silence is compared with the labels of each anomaly.
 */
export function labelsOf({ series, dataset }: Member, severity: Severity): Record<string, string> {
  const { entity, metric, dimensions } = series;
  return {
    ...dimensions,
    cluster: entity.cluster,
    kind: entity.kind,
    name: entity.name,
    entity: entityPath(entity),
    metric,
    dataset,
    severity,
  };
}
