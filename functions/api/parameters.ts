import * as z from 'zod';
import { alertStatuses } from '../shared/domain/alert.ts';
import { anomalyStates, severities } from '../shared/domain/anomaly.ts';
import { faultsText } from '../shared/domain/check.ts';
import { clusterSchema, parseEntityPath } from '../shared/domain/entity.ts';
import { expectation } from '../shared/domain/expectation.ts';
import { componentKinds } from '../shared/domain/inventory.ts';
import { parseSeriesText } from '../shared/domain/series-text.ts';
import { silenceStates } from '../shared/domain/silence.ts';
import { Moment, momentExpected, parseMoment } from '../shared/time/moment.ts';
import { cursorParameter } from './cursor.ts';
import { Problem } from './problem.ts';

/** The states by which deliveries can be listed. */
export const deliveryStates = ['waiting', 'given up', 'delivered'] as const;

/** A time; {@link readParameters} returns it in ms since 1970. */
export const momentSchema = z
  .string()
  .transform((text, context) => {
    const moment = parseMoment(text);
    if (moment !== undefined) return moment;
    context.addIssue({ code: 'custom', message: momentExpected });
    return z.NEVER;
  })
  .meta({ description: 'A time of ISO 8601, ms since 1970, `now`, or relative to it: `-1h`, `now-15m`.' });

/** The name of the default of a parameter in its JSON Schema; zod leaves out that of a value that is read from a text. */
export const presetOf = 'x-preset';

/** Returns the schema of a number of results, from 1 to `max`. */
export function limitSchema(preset: number, max: number) {
  return countSchema(preset, 1, max).describe('The most results.');
}

/** Returns the schema of a whole number in a query string, from `min` to `max`. */
export function countSchema(preset: number, min: number, max: number) {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string(expected)
    .regex(/^\d{1,6}$/, expected)
    .transform(Number)
    .refine((limit) => limit >= min && limit <= max, expected)
    .default(preset)
    .meta({ type: 'integer', minimum: min, maximum: max, [presetOf]: preset });
}

const expectedSeries = 'expected cluster/kind/name metric{dimension=value}';
export const seriesParameter = z
  .string(expectedSeries)
  .transform((text, context) => {
    const series = parseSeriesText(text);
    if (series !== undefined) return series;
    context.addIssue({ code: 'custom', message: expectedSeries });
    return z.NEVER;
  })
  .meta({ description: 'The text of a series: `prod/host/node-a system.diskio.write.bytes{device=sda}`.' });

export const entityParameter = z
  .string()
  .transform((text, context) => {
    const entity = parseEntityPath(text);
    if (entity !== undefined) return entity;
    context.addIssue({ code: 'custom', message: 'expected cluster/kind/name, such as prod/host/node-a' });
    return z.NEVER;
  })
  .meta({ description: 'The path of an entity: `prod/host/node-a`.' });

/** The parameter with which a list goes on that is sorted as a whole. */
export const pageParameter = z.string().max(256).describe('Where the list goes on: `next` of the answer before.');

/** Words that must all be contained, in any case. */
export const wordsParameter = z.string().min(1).max(256);

/** The parameters of a time range. */
export const span = { from: momentSchema.optional(), to: momentSchema.optional() };

/** The parameters of each route. Any other parameter is refused, so that a misspelt filter is not ignored. */
export const parameterSchemas = {
  alerts: z.strictObject({
    status: z.enum(alertStatuses).optional(),
    severity: z.enum(severities).optional(),
    cluster: clusterSchema.optional(),
    q: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe('A text in the title, the headline, the entity or a label, in any case.'),
    ...span,
    limit: limitSchema(50, 1_000),
    cursor: cursorParameter.optional(),
  }),
  anomalies: z.strictObject({
    state: z.enum(anomalyStates).optional(),
    cluster: clusterSchema.optional(),
    ...span,
    limit: limitSchema(50, 1_000),
    cursor: cursorParameter.optional(),
  }),
  silences: z.strictObject({
    state: z.enum(silenceStates).optional(),
    cluster: clusterSchema.optional(),
    limit: limitSchema(50, 1_000),
    cursor: cursorParameter.optional(),
  }),
  deliveries: z.strictObject({
    receiver: z.string().min(1).max(64).optional(),
    state: z.enum(deliveryStates).optional(),
    alert: z.string().min(1).max(128).optional(),
    limit: limitSchema(50, 1_000),
    cursor: pageParameter.optional(),
  }),
  series: z.strictObject({
    entity: entityParameter.optional(),
    dataset: z.string().min(1).max(256).optional(),
    q: wordsParameter.optional().describe('Words that the text of a series must all contain, in any case.'),
    cluster: clusterSchema.optional(),
    limit: countSchema(1_000, 1, 10_000).describe('The most samples that are read.'),
    names: countSchema(10_000, 1, 10_000).describe('The most names of an answer.'),
    cursor: pageParameter.optional(),
  }),
  samples: z.strictObject({ series: seriesParameter, ...span, limit: limitSchema(1_000, 10_000) }),
  sampleDocuments: z.strictObject({ cluster: clusterSchema, ...span, limit: limitSchema(1_000, 10_000) }),
  inventory: z.strictObject({
    cluster: clusterSchema.optional(),
    kind: z.enum(componentKinds).optional(),
    limit: limitSchema(1_000, 10_000),
    cursor: pageParameter.optional(),
  }),
  status: z.strictObject({ cluster: clusterSchema.optional(), limit: limitSchema(100, 1_000) }),
  summaries: z.strictObject({ series: seriesParameter, ...span, limit: limitSchema(1_000, 10_000) }),
};

/** Parameters with their times in ms since 1970. */
export type AtMs<Parameters> = {
  [Name in keyof Parameters]:
    | Exclude<Parameters[Name], Moment>
    | ([Extract<Parameters[Name], Moment>] extends [never] ? never : number);
};

/** The parameters of a route as its handler receives them. */
export type ParametersOf<Route extends keyof typeof parameterSchemas> = AtMs<
  z.output<(typeof parameterSchemas)[Route]>
>;

const noParameters = z.strictObject({});

/**
 * Returns the parameters of a query string.
 * @param schema `undefined` for a route that has none
 * @param nowMs  the clock, from which relative times count
 * @throws {Problem} 400, with the parameter, its value and the remedy
 */
export function readParameters<Schema extends z.ZodObject>(
  schema: Schema | undefined,
  query: unknown,
  nowMs: number,
): AtMs<z.output<Schema>> {
  const read: object = readInput(schema ?? noParameters, query);
  const entries = Object.entries(read).map(([name, value]) => [
    name,
    value instanceof Moment ? value.atMs(nowMs) : value,
  ]);
  return Object.fromEntries(entries);
}

/** Returns the names of the parameters that may be repeated: those whose schema is a list. */
export function listNames(schema: z.ZodObject): readonly string[] {
  return Object.keys(schema.shape).filter((name) => isList(schema.shape[name]));
}

function isList(schema: unknown): boolean {
  if (schema instanceof z.ZodArray) return true;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isList(schema.unwrap());
  return schema instanceof z.ZodPipe && isList(schema.in);
}

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
