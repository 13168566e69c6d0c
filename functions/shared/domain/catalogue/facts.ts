import type { MetricKind } from '../sample.ts';

/**
 * The side of the expected value on which a deviation counts: free space, for example, is judged only when it falls.
 */
export type Direction = 'up' | 'down' | 'both';

/** The facts about a metric: how its values are read, which deviations matter, and what it means to on-call. */
export interface MetricFacts {
  readonly kind: MetricKind;
  /**
   * The unit of the value as shipped, UCUM-like. A counter is judged and summarised per second (`By` becomes `By/s`).
   */
  readonly unit: string;
  readonly direction: Direction;
  /** The smallest deviation that matters, ≥ 0, in the unit judged (per second for counters). */
  readonly floor: number;
  /** The same as a fraction of the expected value, ≥ 0. The larger of the two floors applies. */
  readonly relativeFloor: number;
  readonly meaning: string;
  /** Means that the metric is judged. Others are collected and shown only: a configuration value, for example. */
  readonly judged: boolean;
  /** The multiple of the floor at which a deviation is critical; `undefined` where it never is. */
  readonly criticalAt?: number;
  /** The greatest value that is possible, such as 1 for a share; `undefined` where there is none. */
  readonly max?: number;
  /**
   * The flat lines that page besides falls: `inside`, where values practically never repeat, so that a reading which is repeated
   * for long is no reading; `silence`, where a rate that was never 0 for long stays 0, although falls do not matter.
   */
  readonly flatLines?: 'inside' | 'silence';
}
