import * as z from 'zod';
import { datasetSchema, lineSchema, scopeSchema, timeMsSchema } from './sample.ts';
import { seriesSchema } from './series.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export const anomalyStates = ['open', 'closed'] as const;

/** The most texts of log records that an anomaly contains. */
export const linesMax = 3;

/** One series off its baseline, from start to end: an episode, not a point. Topic `signals`. */
export const anomalySchema = z.object({
  id: z.string().min(1),
  /** Rises with every record of this anomaly, from 1. */
  revision: z.int().min(1),
  state: z.enum(anomalyStates),
  series: seriesSchema,
  dataset: datasetSchema,
  startsAtMs: timeMsSchema,
  /** The stage time of this revision. Ms. */
  updatedAtMs: timeMsSchema,
  /** The end of the anomaly; only if it is closed. Ms. */
  endsAtMs: timeMsSchema.optional(),
  /** The value furthest from its expectation so far, in `unit`. The next three fields are that expectation. */
  peak: z.number(),
  expected: z.number(),
  lower: z.number(),
  upper: z.number(),
  unit: z.string(),
  /** A measure of how unusual the peak is, in [0, 1]: a tail probability, comparable between series and detectors. */
  score: z.number().min(0).max(1),
  zScore: z.number(),
  direction: z.enum(['up', 'down']),
  /** The usual time between two values of the series. Ms. */
  periodMs: z.int().min(0).optional(),
  detector: z.string().min(1),
  severity: z.enum(severities),
  /** A sentence a person can read. */
  reason: z.string(),
  /**
   * The reason why it closed: `back to normal`, `no more samples`, `series forgotten`, `ignored by settings`,
   * `new level learned`, `judged in another way`, `replay ended`.
   */
  closedBecause: z.string().optional(),
  /** The texts of some log records that the peak counts, each at most 256 characters; only of a metric that counts them. */
  lines: z.array(lineSchema.shape.text).min(1).max(linesMax).optional(),
  scope: scopeSchema,
});
export type Anomaly = z.infer<typeof anomalySchema>;
export const anomalyVersion = 'anomaly/1';
