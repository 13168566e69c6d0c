import type { MetricKind } from '../sample.ts';
import type { Direction } from './facts.ts';

export const GB = 1e9;
export const MB = 1e6;

export interface CatalogueRow {
  readonly metric: string;
  readonly kind: MetricKind;
  /** Of the value as shipped. */
  readonly unit: string;
  readonly meaning: string;
  /** Absent: collected and shown, never judged. */
  readonly judged?: {
    readonly direction: Direction;
    /** In the unit judged: per second for counters. */
    readonly floor: number;
    readonly relativeFloor: number;
    readonly criticalAt?: number;
  };
}

/** A metric that pages when it is off. */
export function judged(
  metric: string,
  kind: MetricKind,
  unit: string,
  direction: Direction,
  floor: number,
  relativeFloor: number,
  meaning: string,
  criticalAt?: number,
): CatalogueRow {
  const judgement = { direction, floor, relativeFloor, ...(criticalAt === undefined ? {} : { criticalAt }) };
  return { metric, kind, unit, meaning, judged: judgement };
}

/** Metrics of one kind, unit and meaning that are worth a chart and never a page: another one says it better. */
export function shown(kind: MetricKind, unit: string, meaning: string, ...metrics: readonly string[]): CatalogueRow[] {
  return metrics.map((metric) => ({ metric, kind, unit, meaning }));
}

/** Each of `names` in place of the `*` of a pattern. */
export const each = (pattern: string, ...names: readonly string[]): string[] =>
  names.map((name) => pattern.replace('*', name));
