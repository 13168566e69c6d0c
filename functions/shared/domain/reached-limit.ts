import { type Entity, entityPath } from './entity.ts';
import type { Series } from './series.ts';
import { seriesText } from './series-text.ts';
import { shownText } from './shown.ts';

const entityCharactersMax = 200;
const seriesCharactersMax = 300;

/** A limit on series that was reached within the last minutes: that of a detect partition, or of one entity in it. */
export interface ReachedLimit {
  /** The entity as {@link fullEntity} writes it; absent for the partition's limit. */
  readonly entity?: string;
  /** The append time at which the limit was reached first, ms. */
  readonly sinceMs: number;
  /** The append time at which the limit was reached last, ms. */
  readonly newestMs: number;
  /** The last new series for which the limit was reached, as {@link newestSeries} writes it. */
  readonly newest: string;
  /** The number of series that were forgotten for new ones since then. */
  readonly forgotten: number;
  /** The number of samples with a new series that was refused since then. */
  readonly refused: number;
}

/** The reason under which detect counts a series that was forgotten for a new one. An alarm watches this count. */
export const forgottenForNew = 'forgotten for new series';

/**
 * The name of the state block with the reached limits. The ledger item always contains this block, for `/api/health`.
 */
export const reachedLimitsBlock = 'full';

/** Returns an entity as a {@link ReachedLimit} names it: `cluster/kind/name`, cut after 200 characters. */
export function fullEntity(entity: Entity): string {
  return shownText(entityPath(entity), entityCharactersMax);
}

/** Returns a series as a {@link ReachedLimit} names it: `cluster/kind/name metric{dimension=value}`, cut after 300. */
export function newestSeries(series: Series): string {
  return shownText(seriesText(series), seriesCharactersMax);
}

/** Encodes the state block of reached limits. */
export function encodeReachedLimits(limits: readonly ReachedLimit[]): Uint8Array {
  return Buffer.from(JSON.stringify(limits));
}

/** Decodes the state block of reached limits. */
export function decodeReachedLimits(bytes: Uint8Array): readonly ReachedLimit[] {
  return JSON.parse(Buffer.from(bytes).toString());
}
