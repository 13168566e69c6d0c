import { entityPath } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { metricWords, placeText } from '../shared/domain/series.ts';
import type { Member } from './cluster-state.ts';

/** Returns what is wrong in a few words: the metric, the direction and the place. */
function subjectOf({ kind, series, direction }: Member): string {
  const [metric, place] = [metricWords(series.metric), placeText(series)];
  switch (kind) {
    case 'quiet':
      return `${metric} gone quiet on ${place}`;
    case 'limit':
      return `${metric} ${direction === 'up' ? 'above' : 'below'} its limit on ${place}`;
    case 'no data':
      return `no data from ${place}`;
    case 'forecast':
      return `${place} full soon`;
    case 'peers':
      return `${metric} ${direction === 'up' ? 'higher' : 'lower'} than that of its peers on ${place}`;
    default:
      return `${metric} ${direction === 'up' ? 'high' : 'low'} on ${place}`;
  }
}

/** Returns the score of an anomaly in words; nothing for a kind that estimates none. */
function scoreText({ kind, score }: Member): string {
  if (kind === 'limit' || kind === 'no data' || kind === 'forecast') return '';
  return ` (score ${Math.min(score, 0.9999).toFixed(4)})`;
}

/**
 * Returns the title of an alert: what is wrong at its likely cause.
 * @param anomalies the number of the alert's anomalies
 * @example
 * // The cause is system.diskio.write.bytes with device=loop6 on host node-m, one of six anomalies.
 * titleOf(cause, 6); // => 'diskio write bytes high on node-m/loop6, and 5 more'
 */
export function titleOf(cause: Member, anomalies: number): string {
  const others = anomalies === 1 ? '' : `, and ${anomalies - 1} more`;
  return printable(`${subjectOf(cause)}${others}`);
}

/**
 * Returns one sentence about an alert: the reason of its likely cause, the start, and the score where one is estimated.
 * @param cause the likely cause
 * @param members all anomalies of the alert
 */
export function headlineOf(cause: Member, members: readonly Member[], startsAtMs: number): string {
  const since = `since ${new Date(startsAtMs).toISOString().slice(11, 19)} UTC`;
  const sentence = `${printable(cause.reason)}, ${since}${scoreText(cause)}`;
  if (members.length === 1) return `${sentence}.`;
  const entities = new Set(members.map(({ series }) => entityPath(series.entity))).size;
  const where = entities === 1 ? 'all on this entity' : `on ${entities} entities`;
  return `${sentence}; ${members.length} series off, ${where}.`;
}
