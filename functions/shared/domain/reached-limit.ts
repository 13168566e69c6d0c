import { type Entity, entityPath } from './entity.ts';
import { type Series, seriesText } from './series.ts';
import { shownText } from './shown.ts';

const entityCharactersMax = 200;
const seriesCharactersMax = 300;

/** A limit for series that was reached within the last minutes: a partition's of detect, or one entity's in it. */
export interface ReachedLimit {
  /** The entity as {@link fullEntity} writes it; absent for the whole partition. */
  readonly entity?: string;
  /** Append times, ms: when the limit was met first, and last. */
  readonly sinceMs: number;
  readonly newestMs: number;
  /** The last new series that met the limit, as {@link newestSeries} writes it. */
  readonly newest: string;
  /** Series that were forgotten for new ones, and samples with a new one that was refused, since then. */
  readonly forgotten: number;
  readonly refused: number;
}

/** The reason by which detect counts a series that made room for another one; an alarm watches it. */
export const forgottenForNew = 'forgotten for new series';

/** The block of detect's state that holds them. It always lies in the ledger's item, where health finds it. */
export const reachedLimitsBlock = 'full';

/** `cluster/kind/name`, cut: an entity as a {@link ReachedLimit} names it. */
export function fullEntity(entity: Entity): string {
  return shownText(entityPath(entity), entityCharactersMax);
}

/** `cluster/kind/name metric{dimension=value}`, cut: a series as a {@link ReachedLimit} names it. */
export function newestSeries(series: Series): string {
  return shownText(seriesText(series), seriesCharactersMax);
}

export function encodeReachedLimits(rooms: readonly ReachedLimit[]): Uint8Array {
  return Buffer.from(JSON.stringify(rooms));
}

export function decodeReachedLimits(bytes: Uint8Array): readonly ReachedLimit[] {
  return JSON.parse(Buffer.from(bytes).toString());
}
