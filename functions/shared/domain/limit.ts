import type { Severity } from './anomaly.ts';

/** An absolute bound of a series, which applies whatever has been learned of it. */
export interface Limit {
  /** The side on which values are beyond the limit. */
  readonly side: 'above' | 'below';
  /** The bound, in the unit judged: per second for counters. A value that equals it is not beyond it. */
  readonly bound: number;
  /** The time for which all values must be beyond it, ms; 0 for one value. */
  readonly forMs: number;
  readonly severity: Severity;
  /** The reason why it matters, in words; absent for a limit of the settings. */
  readonly because?: string;
}

/** Returns whether a value is beyond a limit. */
export const isBeyond = ({ side, bound }: Limit, value: number): boolean =>
  side === 'above' ? value > bound : value < bound;

/** Returns whether two limits hold for the same values, times and severities. */
export const isSameLimit = (a: Limit, b: Limit): boolean =>
  a.side === b.side && a.bound === b.bound && a.forMs === b.forMs && a.severity === b.severity;
