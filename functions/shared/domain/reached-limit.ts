import { type Entity, entityPath } from './entity.ts';
import { type Series, seriesText } from './series.ts';
import { shownText } from './shown.ts';

const entityCharactersMax = 200;
const seriesCharactersMax = 300;

/** A limit for series that was reached within the last minutes: that of a partition of detect, or of one entity in it. */
export interface ReachedLimit {
  /** The entity as {@link fullEntity} writes it; absent for the whole partition. */
  readonly entity?: string;
  /** The append times at which the limit was reached first and last, ms. */
  readonly sinceMs: number;
  readonly newestMs: number;
  /** The last new series that was over the limit, as {@link newestSeries} writes it. */
  readonly newest: string;
  /** The number of series that were forgotten for new ones, and of samples whose new series was refused, since then. */
  readonly forgotten: number;
  readonly refused: number;
}

/** The reason by which detect counts a series that was forgotten to make place for a new one; an alarm watches it. */
export const forgottenForNew = 'forgotten for new series';

/**
 * The block of detect's state that contains them. It is always in the ledger's item itself, because the health check
 * reads it there.
 */
export const reachedLimitsBlock = 'full';

/** Returns an entity as a {@link ReachedLimit} names it: `cluster/kind/name`, shortened. */
export function fullEntity(entity: Entity): string {
  return shownText(entityPath(entity), entityCharactersMax);
}

/** Returns a series as a {@link ReachedLimit} names it: `cluster/kind/name metric{dimension=value}`, shortened. */
export function newestSeries(series: Series): string {
  return shownText(seriesText(series), seriesCharactersMax);
}

export function encodeReachedLimits(limits: readonly ReachedLimit[]): Uint8Array {
  return Buffer.from(JSON.stringify(limits));
}

export function decodeReachedLimits(bytes: Uint8Array): readonly ReachedLimit[] {
  return JSON.parse(Buffer.from(bytes).toString());
}
