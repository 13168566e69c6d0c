import {
  applyOverrides,
  factsFor,
  fullAtOf,
  limitsOf,
  peersOf,
  seriesFacts,
} from '../shared/domain/catalogue/catalogue.ts';
import type { PeersRow } from '../shared/domain/catalogue/peers.ts';
import type { Limit } from '../shared/domain/limit.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import type { Series } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { offFrom, type PageRule } from './detector/paging.ts';

/** The rule that a series is judged by: the catalogue's facts with the operator's overrides applied. */
export interface SeriesRule extends PageRule {
  readonly kind: MetricKind;
  /** Means that neither the sample nor the catalogue names the kind: the metric counts as a gauge until it rises long. */
  readonly kindIsGuessed: boolean;
  /** The unit of the value judged: per second where the metric is a counter. */
  readonly unit: string;
  /** The multiple of the floor at which a deviation is critical; Infinity where it never is. */
  readonly criticalAt: number;
  /** The greatest value that is possible; `undefined` where there is none. */
  readonly max: number | undefined;
  readonly isJudged: boolean;
  /** The limits of the catalogue, or those of the settings. They hold whether the series is judged or not. */
  readonly limits: readonly Limit[];
  /** The value at which a capacity is full; `undefined` for a series that is none, or whose settings want no forecast. */
  readonly fullAt: number | undefined;
  /** The way in which it is compared with its peers; `undefined` for a series that is not. */
  readonly peers: PeersRow | undefined;
}

/** Returns the distance from what is expected at which a value is off, in multiples of the usual variation. */
export const thresholdOf = ({ sensitivity }: PageRule): number => offFrom / sensitivity;

/**
 * Returns the rule of a series.
 * @param kind the kind that the sample carries; `undefined` where the catalogue's applies
 * @param unit the unit that the sample carries; `undefined` where the catalogue's applies
 */
export function ruleOf(
  series: Series,
  kind: MetricKind | undefined,
  unit: string | undefined,
  settings: Settings,
): SeriesRule {
  const facts = applyOverrides(factsFor(series.metric, kind, unit, series.dimensions), settings.catalogue, series);
  return {
    kind: facts.kind,
    kindIsGuessed: kind === undefined && seriesFacts(series) === undefined,
    unit: facts.kind === 'counter' ? `${facts.unit}/s` : facts.unit,
    direction: facts.direction,
    floor: facts.floor,
    relativeFloor: facts.relativeFloor,
    sensitivity: facts.sensitivity,
    flatLines: facts.flatLines ?? 'falls',
    // The sum of a minute is an average of many events: two of them are as rare as three single values.
    offNeeded: facts.kind === 'delta' ? 2 : 3,
    criticalAt: facts.criticalAt ?? Number.POSITIVE_INFINITY,
    max: facts.max,
    isJudged: facts.judged,
    limits: limitsOf(series, settings.catalogue),
    fullAt: fullAtOf(series, settings.catalogue),
    peers: peersOf(series, settings.catalogue),
  };
}
