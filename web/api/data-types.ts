import type { Entity, Severity, StatusWord, Trouble, Values } from './types.ts';

/** The answer of `/api/charts`: all series on one grid of times. */
export interface Charts {
  readonly fromMs: number;
  readonly toMs: number;
  /** The distance of the times. A value stands for [time, time + stepMs). */
  readonly stepMs: number;
  readonly source: 'samples' | 'minutes' | 'hours';
  readonly times: readonly number[];
  /** The series in the order in which they were asked for. */
  readonly charts: readonly ChartSeries[];
}

export interface ChartAnomaly {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly severity: Severity;
  readonly direction: string;
}

export interface ChartSeries {
  /** The text of the series. */
  readonly series: string;
  readonly entity: Entity;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly kind: 'counter' | 'gauge';
  /** The unit of the values: `B/s` for a counter of bytes. */
  readonly unit: string;
  /** The average of each step. */
  readonly values: Values;
  /** The least and the greatest value of each step; absent if every step has one sample. */
  readonly min?: Values;
  readonly max?: Values;
  /** The expected range; absent if it was not asked for, or is not learned yet. */
  readonly lower?: Values;
  readonly upper?: Values;
  readonly anomalies: readonly ChartAnomaly[];
  readonly last?: { readonly timeMs: number; readonly value: number };
  readonly note?: string;
}

export type MeasureName = 'cpu' | 'memory' | 'disk.read' | 'disk.write' | 'network.in' | 'network.out' | 'space';

export interface Measure {
  readonly values: Values;
  readonly last: number | null;
  readonly series: readonly string[];
  readonly anomalies: readonly {
    readonly fromMs: number;
    readonly toMs: number | null;
    readonly severity: Severity;
  }[];
}

export interface MeasureRow {
  readonly entity: Entity;
  readonly path: string;
  readonly trouble: Trouble;
  readonly newestMs: number;
  readonly measures: Readonly<Partial<Record<MeasureName, Measure>>>;
}

/** The answer of `/api/measures`: what machines do, summed over their parts. */
export interface Measures {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly times: readonly number[];
  readonly measures: readonly { readonly name: MeasureName; readonly title: string; readonly unit: string }[];
  /** The totals over all entities that match: sums of rates, the mean of shares. */
  readonly total: Readonly<Partial<Record<MeasureName, Values>>>;
  readonly rows: readonly MeasureRow[];
  readonly next?: string;
  readonly count: number;
}

export interface EntityRow {
  readonly entity: Entity;
  readonly path: string;
  readonly datasets: readonly string[];
  readonly newestMs: number;
  readonly trouble: Trouble;
}

export interface Entities {
  readonly entities: readonly EntityRow[];
  readonly next?: string;
  readonly count: number;
}

export interface TopicRow {
  readonly path: string;
  readonly cluster: string;
  readonly name: string;
  readonly partitions: number;
  /** Messages a second. */
  readonly in: Values;
  readonly out: Values;
  readonly bytes?: Values;
  readonly status: StatusWord;
  readonly reason?: string;
  readonly inSeries: string;
  readonly outSeries: string;
}

export interface GroupRow {
  readonly path: string;
  readonly cluster: string;
  readonly name: string;
  readonly topics: readonly string[];
  readonly lag: Values;
  readonly lagS: Values;
  readonly last: { readonly lag: number | null; readonly lagS: number | null };
  readonly status: StatusWord;
  readonly stalled: boolean;
  readonly reason?: string;
  readonly members?: number;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly lag: number | null;
    readonly lagS: number | null;
  }[];
  readonly lagSeries: string;
}

export interface QueueRow {
  readonly path: string;
  readonly name: string;
  readonly waiting: Values;
}

/** The answer of `/api/queues`. */
export interface Queues {
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly topics: readonly TopicRow[];
  readonly groups: readonly GroupRow[];
  readonly queues: readonly QueueRow[];
}
