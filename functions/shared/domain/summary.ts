import * as z from 'zod';
import { entitySchema } from './entity.ts';
import { datasetSchema, timeMsSchema } from './sample.ts';
import { dimensionsSchema, metricNameSchema } from './series.ts';

/** A metric over one minute. For a counter it is about the rate per second, for a delta about the sum. */
export const metricSummarySchema = z.object({
  avg: z.number(),
  min: z.number(),
  max: z.number(),
  last: z.number(),
  count: z.int().min(1),
  /** The value that the detector expected of the minute's last sample; absent while it is learning. */
  expected: z.number().optional(),
  /** The expected deviation from it, in the unit of the metric. */
  spread: z.number().min(0).optional(),
  /** The highest score of the minute, in [0, 1]. */
  score: z.number().min(0).max(1).optional(),
});
export type MetricSummary = z.infer<typeof metricSummarySchema>;

/** One entity, dataset and set of dimensions over one minute: topic `summaries`, emitted once when the minute closes. */
export const summarySchema = z.object({
  entity: entitySchema,
  minuteMs: timeMsSchema,
  dataset: datasetSchema,
  dimensions: dimensionsSchema,
  metrics: z.record(metricNameSchema, metricSummarySchema),
});
export type Summary = z.infer<typeof summarySchema>;
export const summaryVersion = 'summary/1';
