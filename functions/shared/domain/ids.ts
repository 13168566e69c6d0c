import { createHash } from 'node:crypto';
import type { AnomalyKind } from './anomaly.ts';
import { type Entity, entityPath } from './entity.ts';
import type { Sample } from './sample.ts';
import type { Dimensions, Series } from './series.ts';
import { dimensionsText, seriesText } from './series-text.ts';

/**
 * Returns an id that is made from content alone. A duplicate, other batches or another machine give the same id.
 * @param parts the values that identify the thing; they are joined by a character that none of them contains
 * @returns 26 letters and digits from 156 bits of SHA-256. It contains no dash, because a command line would read an id that
 *   begins with one as an option
 */
export function contentId(...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(parts.join('\u0000'))
    .digest('base64url')
    .slice(0, 26)
    .replaceAll('-', 'x')
    .replaceAll('_', 'y');
}

/** Returns the id of an anomaly. A series may be off and beyond a limit since the same moment: these are two anomalies. */
export const anomalyId = (series: Series, startsAtMs: number, kind: AnomalyKind = 'deviation'): string =>
  kind === 'deviation' || kind === 'quiet'
    ? contentId('anomaly', seriesText(series), startsAtMs)
    : contentId('anomaly', seriesText(series), startsAtMs, kind);

export const alertId = (cluster: string, openingAnomalyId: string): string =>
  contentId('alert', cluster, openingAnomalyId);

/** Returns the id of a transition of an alert. A repeat is a transition too. */
export const transitionId = (alert: string, revision: number): string => `${alert}:${revision}`;

/** Returns the id of a delivery, the same on every attempt. A redrive by an operator makes a new one. */
export const deliveryId = (transition: string, receiver: string, redriveCount = 0): string =>
  contentId('delivery', transition, receiver, redriveCount);

/**
 * Returns the document id of a silence. The time is part of it, because a later silence may reuse the id of an earlier
 * one.
 */
export const silenceDocumentId = (cluster: string, silence: string, createdAtMs: number): string =>
  contentId('silence', cluster, silence, createdAtMs);

/**
 * Returns the document id of a sample. The metrics are part of it, because a shipper may send different ones of the same
 * thing and moment in two documents.
 */
export const sampleId = ({ entity, dataset, dimensions, timestampMs, measurements }: SampleContent): string =>
  contentId(
    'sample',
    entityPath(entity),
    dataset,
    dimensionsText(dimensions),
    timestampMs,
    ...Object.keys(measurements).sort(),
  );

/** The part of a sample from which its id is made. */
type SampleContent = Pick<Sample, 'entity' | 'dataset' | 'dimensions' | 'timestampMs' | 'measurements'>;

/** Returns the document id of a summary, with the start of its minute or hour as the time. */
export const measurementId = (entity: Entity, dataset: string, dimensions: Dimensions, timeMs: number): string =>
  contentId('sample', entityPath(entity), dataset, dimensionsText(dimensions), timeMs);

/** Returns the document id of an item of the inventory. @param scope absent for what is live */
export const inventoryId = (
  { entity, dataset, dimensions }: Pick<Sample, 'entity' | 'dataset' | 'dimensions'>,
  scope = 'live',
): string => contentId('inventory', scope, entityPath(entity), dataset, dimensionsText(dimensions));
