import * as z from 'zod';
import { datasetSchema, lineSchema, scopeSchema, timeMsSchema } from './sample.ts';
import { seriesSchema } from './series.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export const anomalyStates = ['open', 'closed'] as const;

/**
 * The kinds of anomalies, by what was found:
 *
 * - `deviation`: a series is off its baseline;
 * - `quiet`: a series repeats one value for longer than its usual runs explain;
 * - `limit`: a series is beyond a limit for longer than the limit allows;
 * - `no data`: an entity, or more than half of those of a partition, ships no samples any more;
 * - `forecast`: a capacity will be full soon;
 * - `peers`: a series differs from those of its like.
 */
export const anomalyKinds = ['deviation', 'quiet', 'limit', 'no data', 'forecast', 'peers'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** The most texts of log records that an anomaly contains. */
export const linesMax = 3;

/** One series that is not as it should be, from start to end: an episode, not a point. Topic `signals`. */
export const anomalySchema = z.object({
  id: z.string().min(1),
  /** Rises with every record of this anomaly, from 1. */
  revision: z.int().min(1),
  state: z.enum(anomalyStates),
  /** @default `deviation`, which all records of `anomaly/1` are */
  kind: z.enum(anomalyKinds).default('deviation'),
  series: seriesSchema,
  dataset: datasetSchema,
  startsAtMs: timeMsSchema,
  /** The stage time of this revision. Ms. */
  updatedAtMs: timeMsSchema,
  /** The end of the anomaly; only if it is closed. Ms. */
  endsAtMs: timeMsSchema.optional(),
  /** The value furthest from its expectation, or from its limit, so far, in `unit`. The next three fields are that expectation. */
  peak: z.number(),
  /** The expected value; only where one was estimated. The median of its peers for a series that differs from them. */
  expected: z.number().optional(),
  /** The range of values that are not off. A limit has one end of it; of peers it is their range. */
  lower: z.number().optional(),
  upper: z.number().optional(),
  unit: z.string(),
  /** A measure of how unusual the peak is, in [0, 1]; 1 for kinds that estimate nothing, such as a limit. */
  score: z.number().min(0).max(1),
  /** The distance from the usual values in multiples of the usual variation; only of a deviation or a quiet series. */
  zScore: z.number().optional(),
  direction: z.enum(['up', 'down']),
  /** The usual time between two values of the series. Ms. */
  periodMs: z.int().min(0).optional(),
  detector: z.string().min(1),
  severity: z.enum(severities),
  /** A sentence a person can read. */
  reason: z.string(),
  /**
   * The reason why it closed: `back to normal`, `no data`, `data again`, `no more samples`, `series forgotten`, `ignored by settings`,
   * `new level learned`, `judged in another way`, `no peers to compare with`, `replay ended`.
   */
  closedBecause: z.string().optional(),
  /** The texts of some log records that the peak counts, each at most 256 characters; only of a metric that counts them. */
  lines: z.array(lineSchema.shape.text).min(1).max(linesMax).optional(),
  scope: scopeSchema,
});
export type Anomaly = z.infer<typeof anomalySchema>;
export const anomalyVersion = 'anomaly/2';
/** The versions that readers accept. */
export const anomalyVersions: ReadonlySet<string | undefined> = new Set(['anomaly/1', anomalyVersion]);
