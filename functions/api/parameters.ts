import * as z from 'zod';
import { alertStatuses } from '../shared/domain/alert.ts';
import { anomalyStates } from '../shared/domain/anomaly.ts';
import { faultsText } from '../shared/domain/check.ts';
import { clusterSchema, parseEntityPath } from '../shared/domain/entity.ts';
import { expectation } from '../shared/domain/expectation.ts';
import { componentKinds } from '../shared/domain/inventory.ts';
import { parseSeriesText } from '../shared/domain/series-text.ts';
import { silenceStates } from '../shared/domain/silence.ts';
import { Problem } from './problem.ts';

/** Dates that are accepted. `Date.parse` accepts many other texts: it reads `-1` as a day of the year 2001. */
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time as `2026-11-23T15:00:00Z` or in ms since the epoch, which is read as ms. */
const momentSchema = z.string().transform((text, context) => {
  const timeMs = /^\d+$/.test(text) ? Number(text) : isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isSafeInteger(timeMs) && timeMs <= 8.64e15) return timeMs;
  context.addIssue({ code: 'custom', message: 'expected a time such as 2026-11-23T15:00:00Z, or ms since the epoch' });
  return z.NEVER;
});

/** Returns the schema of a number of results, from 1 to `max`. */
function limitSchema(preset: number, max: number) {
  const expected = `expected a whole number from 1 to ${max}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, expected)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= max, expected)
    .default(preset);
}

const expectedSeries = 'expected cluster/kind/name metric{dimension=value}';
const seriesParameter = z.string(expectedSeries).transform((text, context) => {
  const series = parseSeriesText(text);
  if (series !== undefined) return series;
  context.addIssue({ code: 'custom', message: expectedSeries });
  return z.NEVER;
});

const entityParameter = z.string().transform((text, context) => {
  const entity = parseEntityPath(text);
  if (entity !== undefined) return entity;
  context.addIssue({ code: 'custom', message: 'expected cluster/kind/name, such as prod/host/node-a' });
  return z.NEVER;
});

/** The states by which deliveries can be listed. */
export const deliveryStates = ['waiting', 'given up', 'delivered'] as const;

const span = { from: momentSchema.optional(), to: momentSchema.optional() };

/** The parameters of each route. Any other parameter is refused, so that a misspelt filter is not ignored. */
export const parameterSchemas = {
  alerts: z.strictObject({
    status: z.enum(alertStatuses).optional(),
    cluster: clusterSchema.optional(),
    ...span,
    limit: limitSchema(50, 1_000),
  }),
  anomalies: z.strictObject({
    state: z.enum(anomalyStates).optional(),
    cluster: clusterSchema.optional(),
    ...span,
    limit: limitSchema(50, 1_000),
  }),
  silences: z.strictObject({
    state: z.enum(silenceStates).optional(),
    cluster: clusterSchema.optional(),
    limit: limitSchema(50, 1_000),
  }),
  deliveries: z.strictObject({
    receiver: z.string().min(1).max(64).optional(),
    state: z.enum(deliveryStates).optional(),
    alert: z.string().min(1).max(128).optional(),
    limit: limitSchema(50, 1_000),
  }),
  series: z.strictObject({
    entity: entityParameter.optional(),
    dataset: z.string().min(1).max(256).optional(),
    limit: limitSchema(1_000, 10_000),
  }),
  samples: z.strictObject({ series: seriesParameter, ...span, limit: limitSchema(1_000, 10_000) }),
  sampleDocuments: z.strictObject({ cluster: clusterSchema, ...span, limit: limitSchema(1_000, 10_000) }),
  inventory: z.strictObject({
    cluster: clusterSchema.optional(),
    kind: z.enum(componentKinds).optional(),
    limit: limitSchema(1_000, 10_000),
  }),
  status: z.strictObject({ cluster: clusterSchema.optional(), limit: limitSchema(100, 1_000) }),
  summaries: z.strictObject({ series: seriesParameter, ...span, limit: limitSchema(1_000, 10_000) }),
};

/** The parameters of a route as its handler receives them. */
export type ParametersOf<Route extends keyof typeof parameterSchemas> = z.output<(typeof parameterSchemas)[Route]>;

/**
 * Returns what a client sent as its schema defines it.
 * @param known names of fields; one of them is proposed if an unknown field looks like a misspelling of it
 * @throws {Problem} 400, with the field, its value and the remedy
 */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  known: readonly string[] = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: expectation });
  if (parsed.success) return parsed.data;
  throw new Problem(400, faultsText(parsed.error.issues, input, 'body', known));
}
