/** A metric of AWS, and the number that stands for its values of a period. */
export interface MetricQuery {
  /** The service: `AWS/SQS`. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average';
}

/** A period of time. It begins at a multiple of its length. */
export interface MetricPeriod {
  /** The end, which is not part of it, ms since 1970. */
  readonly endMs: number;
  readonly lengthMs: number;
}

/** The values of some metrics. */
export interface MetricReading {
  /** A value for each query, in their order; `undefined` where there is none. */
  readonly values: readonly (number | undefined)[];
  /** The reasons for which queries were not answered; empty if all were. */
  readonly failures: readonly string[];
}

/** The metrics that AWS keeps of an account. */
export interface MetricData {
  /**
   * Reads a value of each metric in one period. A call that fails is a failure, and the others go on.
   * @param signal ends it when it aborts
   * @throws the reason of `signal`
   */
  read(queries: readonly MetricQuery[], period: MetricPeriod, signal: AbortSignal): Promise<MetricReading>;
}
