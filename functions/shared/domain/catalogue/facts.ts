import type { MetricKind } from '../sample.ts';

/** Which way off counts: a free disk may rise as it likes. */
export type Direction = 'up' | 'down' | 'both';

/** What is known of a metric: how to read it, when anybody cares, and what it means to on-call. */
export interface MetricFacts {
  readonly kind: MetricKind;
  /** UCUM-like, of the value as shipped; a counter is judged and summarised per second (`By` becomes `By/s`). */
  readonly unit: string;
  readonly direction: Direction;
  /** Deviations smaller than this, in the unit judged (per second for counters), concern nobody; ≥ 0. */
  readonly floor: number;
  /** The same as a fraction of what was expected; ≥ 0. */
  readonly relativeFloor: number;
  readonly meaning: string;
  /** Collected and shown, never judged: a configuration value, a total that only grows. */
  readonly judged: boolean;
  /** At how much over its floor an anomaly of it is critical; `undefined` where it never is. */
  readonly criticalAt?: number;
}
