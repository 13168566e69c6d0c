import { applyOverrides, factsFor } from '../shared/domain/catalogue/catalogue.ts';
import type { Direction } from '../shared/domain/catalogue/facts.ts';
import type { MetricKind } from '../shared/domain/sample.ts';
import type { Series } from '../shared/domain/series.ts';
import type { Settings } from '../shared/domain/settings.ts';

/** How a series is judged: the catalogue's facts and the operator's wishes, worked out once. */
export interface Judgement {
  readonly kind: MetricKind;
  /** Of the value judged: per second where the metric is a counter. */
  readonly unit: string;
  readonly direction: Direction;
  readonly floor: number;
  readonly relativeFloor: number;
  /** Spreads from the expectation at which a sample is off, > 0. */
  readonly threshold: number;
  /** How many times its floor a deviation must be to be critical; Infinity where it never is. */
  readonly criticalAt: number;
  readonly judged: boolean;
}

/**
 * Throughput and I/O have heavy tails: 6 spreads bound the chance of any distribution by 1 in 37 a sample
 * (`z-score.ts`), and of several such samples in a row by far less.
 */
const thresholdDefault = 6;

/**
 * @param kind only where the sample carries it, because the catalogue does not know the metric
 * @param unit likewise
 */
export function judgementOf(
  series: Series,
  kind: MetricKind | undefined,
  unit: string | undefined,
  settings: Settings,
): Judgement {
  const facts = applyOverrides(factsFor(series.metric, kind, unit), settings.catalogue, series);
  return {
    kind: facts.kind,
    unit: facts.kind === 'counter' ? `${facts.unit}/s` : facts.unit,
    direction: facts.direction,
    floor: facts.floor,
    relativeFloor: facts.relativeFloor,
    threshold: thresholdDefault / facts.sensitivity,
    criticalAt: facts.criticalAt ?? Number.POSITIVE_INFINITY,
    judged: facts.judged,
  };
}

/** The smallest deviation from `expected` that anybody cares about, in the unit judged. */
export function floorAt(judgement: Judgement, expected: number): number {
  return Math.max(judgement.floor, judgement.relativeFloor * Math.abs(expected));
}
