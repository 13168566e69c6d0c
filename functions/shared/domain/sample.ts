import * as z from 'zod';
import { entitySchema } from './entity.ts';
import { dimensionsSchema } from './series.ts';

/**
 * How a metric's values are to be read. `gauge`: the value now. `counter`: grows since boot, may reset or wrap.
 * `delta`: what was added since the last document, summed over a minute.
 */
export const metricKinds = ['gauge', 'counter', 'delta'] as const;
export type MetricKind = (typeof metricKinds)[number];

export const timeMsSchema = z.int().min(0).max(8.64e15);

/** Documents that came as they happened; a replay names its cluster instead. */
export const liveScope = 'live';

/** One beat document's measurements of one entity at one moment: topic `samples`. */
export const sampleSchema = z.object({
  entity: entitySchema,
  timestampMs: timeMsSchema,
  dataset: z.string().min(1).max(256),
  dimensions: dimensionsSchema,
  /** Metric to value; finite. */
  measurements: z.record(z.string().min(1).max(512), z.number()),
  /** UCUM-like unit and kind, only of metrics that the catalogue does not know, or knows otherwise. */
  units: z.record(z.string(), z.string()).optional(),
  kinds: z.record(z.string(), z.enum(metricKinds)).optional(),
  /** What shipped the document: `metricbeat`, `filebeat`, `collectd`, `offbeat`, … */
  source: z.string().max(64),
  /** The replay it belongs to, by its cluster; absent means live. */
  scope: z.string().optional(),
});
export type Sample = z.infer<typeof sampleSchema>;
export const sampleVersion = 'sample/1';
