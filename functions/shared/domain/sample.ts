import * as z from 'zod';
import { entitySchema } from './entity.ts';
import { nameSchema } from './name.ts';
import { dimensionsSchema, metricNameSchema } from './series.ts';

/**
 * How a metric's values are to be read. `gauge`: the value now. `counter`: grows since boot, may reset or wrap.
 * `delta`: what was added since the last document, summed over a minute.
 */
export const metricKinds = ['gauge', 'counter', 'delta'] as const;
export type MetricKind = (typeof metricKinds)[number];

/** The last moment that a JavaScript date can show. */
export const latestDateMs = 8.64e15;
export const timeMsSchema = z.int().min(0).max(latestDateMs);

/** Documents that came as they happened; a replay names its cluster instead. */
export const liveScope = 'live';

export const datasetSchema = nameSchema(1, 256);
export const scopeSchema = nameSchema(1, 128);

/** One beat document's measurements of one entity at one moment: topic `samples`. */
export const sampleSchema = z.object({
  entity: entitySchema,
  timestampMs: timeMsSchema,
  dataset: datasetSchema,
  dimensions: dimensionsSchema,
  /** Metric to value; finite. */
  measurements: z.record(metricNameSchema, z.number()),
  /** UCUM-like unit and kind, only of metrics that the catalogue does not know, or knows otherwise. */
  units: z.record(metricNameSchema, nameSchema(0, 64)).optional(),
  kinds: z.record(metricNameSchema, z.enum(metricKinds)).optional(),
  /** What shipped the document: `metricbeat`, `filebeat`, `collectd`, `offbeat`, … */
  source: nameSchema(0, 64),
  /** The replay it belongs to, by its cluster; absent means live. */
  scope: scopeSchema.optional(),
});
export type Sample = z.infer<typeof sampleSchema>;
export const sampleVersion = 'sample/1';
