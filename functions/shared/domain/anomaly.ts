import * as z from 'zod';
import { datasetSchema, scopeSchema, timeMsSchema } from './sample.ts';
import { seriesSchema } from './series.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export const anomalyStates = ['open', 'closed'] as const;

/** One series off its baseline, from start to end: an episode, not a point. Topic `signals`. */
export const anomalySchema = z.object({
  id: z.string().min(1),
  /** Rises with every record of this anomaly, from 1. */
  revision: z.int().min(1),
  state: z.enum(anomalyStates),
  series: seriesSchema,
  dataset: datasetSchema,
  startsAtMs: timeMsSchema,
  /** Stage time of this revision. */
  updatedAtMs: timeMsSchema,
  /** Only of a closed one. */
  endsAtMs: timeMsSchema.optional(),
  /** The value furthest from its expectation so far, and what was expected of it, in `unit`. */
  peak: z.number(),
  expected: z.number(),
  lower: z.number(),
  upper: z.number(),
  unit: z.string(),
  /** How unusual the peak is, in [0, 1]: a tail probability, the same for every series and detector. */
  score: z.number().min(0).max(1),
  zScore: z.number(),
  direction: z.enum(['up', 'down']),
  detector: z.string().min(1),
  severity: z.enum(severities),
  /** A sentence a person can read. */
  reason: z.string(),
  /** Why it closed: `back to normal`, `no more samples`, `series forgotten`, `ignored by settings`, `replay ended`. */
  closedBecause: z.string().optional(),
  scope: scopeSchema,
});
export type Anomaly = z.infer<typeof anomalySchema>;
export const anomalyVersion = 'anomaly/1';
