import { applyOverrides, factsFor, seriesFacts } from '../shared/domain/catalogue/catalogue.ts';
import type { Direction } from '../shared/domain/catalogue/facts.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import type { Series } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';

/** The rule that a series is judged by: the catalogue's facts with the operator's overrides applied. */
export interface SeriesRule {
  readonly kind: MetricKind;
  /** Means that neither the sample nor the catalogue names the kind: the metric counts as a gauge until it rises long. */
  readonly kindIsGuessed: boolean;
  /** The unit of the value judged: per second where the metric is a counter. */
  readonly unit: string;
  readonly direction: Direction;
  /** The smallest deviation that matters, ≥ 0, in the unit judged. */
  readonly floor: number;
  /** The same as a fraction of the expected value, ≥ 0. The larger of the two floors applies. */
  readonly relativeFloor: number;
  /** The distance from the expected value at which a sample is off, in spreads, > 0. */
  readonly threshold: number;
  /** The multiple of the floor at which a deviation is critical; Infinity where it never is. */
  readonly criticalAt: number;
  readonly isJudged: boolean;
}

/**
 * The threshold of a metric with sensitivity 1. Throughput and I/O have heavy tails, but whatever the distribution, at
 * most 1 sample in 37 is 6 spreads above the mean (`z-score.ts`), and several such samples in a row are far rarer.
 */
const thresholdDefault = 6;

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
    threshold: thresholdDefault / facts.sensitivity,
    criticalAt: facts.criticalAt ?? Number.POSITIVE_INFINITY,
    isJudged: facts.judged,
  };
}

/**
 * Returns the smallest deviation from `expected` that matters, in the unit judged.
 * @example
 * floorAt({ ...rule, floor: 30, relativeFloor: 0.5 }, 100); // => 50
 */
export function floorAt({ floor, relativeFloor }: SeriesRule, expected: number): number {
  return Math.max(floor, relativeFloor * Math.abs(expected));
}
