import type { Severity } from '../shared/domain/anomaly.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText } from '../shared/domain/series.ts';
import type { Member } from './cluster-state.ts';

/** What an alert is about, in a subject line. @example "diskio write bytes high on node-m/loop6, and 5 more" */
export function titleOf({ series, direction }: Member, anomalies: number): string {
  const others = anomalies === 1 ? '' : `, and ${anomalies - 1} more`;
  return printable(
    `${metricWords(series.metric)} ${direction === 'up' ? 'high' : 'low'} on ${placeText(series)}${others}`,
  );
}

/**
 * What, where, seen, expected, since when and how unusual, in one sentence.
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
 * The labels of an anomaly, its dimensions among them. Those of the likely cause are the labels of the message, with the
 * severity of the alert; a silence is compared with those of each anomaly.
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
