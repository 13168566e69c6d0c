import type { MetricKind } from '../sample.ts';
import type { Direction } from './facts.ts';

export const GB = 1e9;
export const MB = 1e6;

/** A metric of the catalogue. */
export interface CatalogueRow {
  readonly metric: string;
  /**
   * The dimensions of the series that the row describes, with their values: `{ direction: 'write' }`. A metric with such rows
   * has one row without, of the same kind and unit, which describes its other series.
   */
  readonly where?: Readonly<Record<string, string>>;
  readonly kind: MetricKind;
  /** The unit of the value as shipped. */
  readonly unit: string;
  readonly meaning: string;
  /** The rule that the metric is judged by; absent for a metric that is collected and shown, and never judged. */
  readonly rule?: {
    readonly direction: Direction;
    /** The smallest deviation that matters, in the unit judged: per second for counters. */
    readonly floor: number;
    /** The same as a fraction of the expected value. The larger of the two floors applies. */
    readonly relativeFloor: number;
    /** The multiple of the floor at which a deviation is critical; absent where it never is. */
    readonly criticalAt?: number;
    /** The greatest value that is possible, such as 1 for a share; absent where there is none. No range that is shown ends above it. */
    readonly max?: number;
    /**
     * The flat lines that page besides falls: `inside`, where values practically never repeat, so that a reading which is repeated
     * for long is no reading; `silence`, where a rate that was never 0 for long stays 0, although falls do not matter.
     */
    readonly flatLines?: 'inside' | 'silence';
  };
}

/**
 * Returns rows of metrics with one kind, unit and meaning that are worth a chart and never a page, because another
 * metric shows the same fault better.
 */
export function shown(kind: MetricKind, unit: string, meaning: string, ...metrics: readonly string[]): CatalogueRow[] {
  return metrics.map((metric) => ({ metric, kind, unit, meaning }));
}

/**
 * Returns a pattern once for each name, with the name in place of its `*`.
 * @example
 * each('system.load.*', '1', '5'); // => ['system.load.1', 'system.load.5']
 */
export const each = (pattern: string, ...names: readonly string[]): string[] =>
  names.map((name) => pattern.replace('*', name));
