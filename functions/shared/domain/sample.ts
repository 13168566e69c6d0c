import * as z from 'zod';
import { dayMs } from './durations.ts';
import { entitySchema } from './entity.ts';
import { isName, isUnit, nameSchema, unitMax } from './name.ts';
import { dimensionsSchema, metricNameSchema } from './series.ts';

/**
 * The kinds of metrics, which say how a value is read.
 *
 * - `gauge`: the value at the moment of the document.
 * - `counter`: a sum since boot; it may reset.
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

/** The most facts of a sample. */
export const factsMax = 16;
/** The most characters of a fact's value: a longer text is cut. */
export const factCharactersMax = 256;
/** The most characters of a log record's text: a longer text is cut. */
export const lineCharactersMax = 256;

const factsSchema = z
  .record(nameSchema(1, 128), nameSchema(1, factCharactersMax))
  .refine((facts) => Object.keys(facts).length <= factsMax, `expected at most ${factsMax} facts`);
/** The names and values of texts that describe an entity at one moment: `{ 'service.version': '3.7.0' }`. */
export type Facts = z.infer<typeof factsSchema>;

export const lineSchema = z.object({
  /** A hash of the record's place in its file, 32 bits; absent where the shipper names no place. */
  id: z.uint32().optional(),
  /** The text of the record, without what the settings redact. */
  text: z
    .string()
    .max(lineCharactersMax)
    .refine(isName, 'expected a text without NUL and without half of a surrogate pair'),
});
/** A log record that is counted by its sample. */
export type Line = z.infer<typeof lineSchema>;

const unitSchema = z.string().max(unitMax).refine(isUnit, 'expected a unit of one line, without control characters');

/** The measurements of one entity at one moment, from one beat. Topic `samples`. */
export const sampleSchema = z.object({
  entity: entitySchema,
  timestampMs: timeMsSchema,
  dataset: datasetSchema,
  dimensions: dimensionsSchema,
  /** A finite value for each metric. */
  measurements: z.record(metricNameSchema, z.number()),
  /** The UCUM-like unit of each metric that the catalogue does not contain, or contains with another one. */
  units: z.record(metricNameSchema, unitSchema).optional(),
  /** The kind of each metric that the catalogue does not contain, or contains with another one. */
  kinds: z.record(metricNameSchema, z.enum(metricKinds)).optional(),
  /** The texts of the document that are no dimensions: versions, states, addresses. They never distinguish two series. */
  facts: factsSchema.optional(),
  /** The moment since which the counters count, as the shipper states it. Ms. */
  startMs: timeMsSchema.optional(),
  /** The time between two samples, as the shipper states it. Ms. */
  periodMs: z.int().min(1).max(dayMs).optional(),
  /** The log record that the sample counts. */
  line: lineSchema.optional(),
  /** The shipper of the document: `metricbeat`, `filebeat`, `collectd`, `offbeat`, … */
  source: nameSchema(0, 64),
  /** The cluster of the replay that it belongs to; absent if it is live. */
  scope: scopeSchema.optional(),
});
export type Sample = z.infer<typeof sampleSchema>;
export const sampleVersion = 'sample/2';
/** The versions that are read. Version 1 has no facts, no start, no period and no log record. */
export const sampleVersions: ReadonlySet<string | undefined> = new Set(['sample/1', sampleVersion]);
