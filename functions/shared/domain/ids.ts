import { createHash } from 'node:crypto';
import { type Entity, entityPath } from './entity.ts';
import { type Dimensions, dimensionsText, type Series, seriesText } from './series.ts';

/**
 * An id made of content alone, so that a duplicate, another batch border or another machine makes the same one.
 * @param parts what the thing is; joined by a character that none of them holds
 * @returns 26 letters and digits, of 156 bits of SHA-256: one that began with a dash would be an option on a command line
 */
export function contentId(...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(parts.join('\u0000'))
    .digest('base64url')
    .slice(0, 26)
    .replaceAll('-', 'x')
    .replaceAll('_', 'y');
}

export const anomalyId = (series: Series, startsAtMs: number): string =>
  contentId('anomaly', seriesText(series), startsAtMs);

export const alertId = (cluster: string, openingAnomalyId: string): string =>
  contentId('alert', cluster, openingAnomalyId);

/** A change of an alert; a repeat raises the revision too. */
export const transitionId = (alert: string, revision: number): string => `${alert}:${revision}`;

/** Stays the same on every try; an operator's redrive makes a new one. */
export const deliveryId = (transition: string, receiver: string, redriveCount = 0): string =>
  contentId('delivery', transition, receiver, redriveCount);

/** The warehouse id of a silence: one that reuses the id of an earlier one was asked for at another moment. */
export const silenceDocumentId = (cluster: string, silence: string, createdAtMs: number): string =>
  contentId('silence', cluster, silence, createdAtMs);

/** The warehouse id of a sample, or with a minute's start of a summary. */
export const measurementId = (entity: Entity, dataset: string, dimensions: Dimensions, timeMs: number): string =>
  contentId('sample', entityPath(entity), dataset, dimensionsText(dimensions), timeMs);
