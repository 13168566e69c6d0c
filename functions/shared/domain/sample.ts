import * as z from 'zod';
import { entitySchema } from './entity.ts';
import { nameSchema } from './name.ts';
import { dimensionsSchema, metricNameSchema } from './series.ts';

/**
 * The kinds of metrics, which say how a value is read.
 *
 * - `gauge`: the value at the moment of the document.
 * - `counter`: a sum since boot; it may reset or wrap.
 * - `delta`: a sum since the last document; the values of a minute are added.
 */
export const metricKinds = ['gauge', 'counter', 'delta'] as const;
export type MetricKind = (typeof metricKinds)[number];

/** The last moment that a JavaScript date can represent. Ms. */
export const latestDateMs = 8.64e15;
export const timeMsSchema = z.int().min(0).max(latestDateMs);

/** The scope of documents that arrive as they happen. A replay has the name of its cluster as its scope. */
export const liveScope = 'live';

export const datasetSchema = nameSchema(1, 256);
export const scopeSchema = nameSchema(1, 128);

/** The measurements of one entity at one moment, from one beat. Topic `samples`. */
export const sampleSchema = z.object({
  entity: entitySchema,
  timestampMs: timeMsSchema,
  dataset: datasetSchema,
  dimensions: dimensionsSchema,
  /** A finite value for each metric. */
  measurements: z.record(metricNameSchema, z.number()),
  /** The UCUM-like unit of each metric that the catalogue does not contain, or contains with another one. */
  units: z.record(metricNameSchema, nameSchema(0, 64)).optional(),
  /** The kind of each metric that the catalogue does not contain, or contains with another one. */
  kinds: z.record(metricNameSchema, z.enum(metricKinds)).optional(),
  /** The shipper of the document: `metricbeat`, `filebeat`, `collectd`, `offbeat`, … */
  source: nameSchema(0, 64),
  /** The cluster of the replay that it belongs to; absent if it is live. */
  scope: scopeSchema.optional(),
});
export type Sample = z.infer<typeof sampleSchema>;
export const sampleVersion = 'sample/1';
