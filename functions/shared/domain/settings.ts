import * as z from 'zod';
import { severities } from './anomaly.ts';
import { collectSchema } from './collect-settings.ts';
import { durationWithin } from './duration-within.ts';
import { declaredEdgeSchema, declaredMax } from './edge.ts';
import { clusterSchema } from './entity.ts';
import { receiverSchema } from './receivers/registry.ts';

const isStructure = (value: unknown): boolean => typeof value === 'object' && value !== null;

const limitSchema = z
  .strictObject({
    above: z.number().optional().describe('Values above this are beyond the limit, in the unit that is judged.'),
    below: z.number().optional().describe('Values below this are beyond the limit, in the unit that is judged.'),
    for: durationWithin('0s', '1d')
      .prefault('0s')
      .describe('How long all values must be beyond it; 0s, the default, for one value; 1d at most.'),
    severity: z.enum(severities).default('warning'),
  })
  .refine(({ above, below }) => (above === undefined) !== (below === undefined), {
    error: 'expected above or below, and not both',
  });

const addressSchema = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://offbeat.example.com' })
  .max(1_024);

const linkSchema = z.union(
  [
    addressSchema,
    z
      .string()
      .max(1_024)
      .regex(/^\/(?![/\\])/),
  ],
  {
    error: 'expected an address such as https://wiki.example.com/disks, or a path such as /runbooks/disks',
  },
);

const overrideSchema = z
  .strictObject({
    match: z
      .strictObject({
        /** A glob, as the others below: `*` stands for any text, `[*]` for a star. */
        metric: z.string().optional(),
        entity: z.string().optional(),
        dimensions: z.record(z.string(), z.string()).optional(),
      })
      .describe('Globs that must all match; * stands for any text. entity is cluster/kind/name.'),
    floor: z.number().min(0).optional().describe('Deviations below this are ignored, in the unit of the metric.'),
    relativeFloor: z.number().min(0).optional().describe('The same as a fraction of the expected value.'),
    direction: z.enum(['up', 'down', 'both']).optional(),
    sensitivity: z
      .number()
      .min(0.1)
      .max(10)
      .optional()
      .describe('2 judges twice as strictly, 0.5 half as strictly; default 1.'),
    limit: z
      .union(
        [
          z.literal('off'),
          limitSchema,
          z.array(limitSchema).min(1, 'expected at least one limit, or off').max(10, 'expected at most 10 limits'),
        ],
        {
          error: ({ input }) =>
            isStructure(input) ? undefined : 'expected off, a limit such as { above: 0.9 }, or a list',
        },
      )
      .optional()
      .describe('A limit, a list of limits, or off: in place of those of the catalogue.'),
    peers: z.literal('off').optional().describe('off: the series is not compared with its peers.'),
    ignore: z.boolean().optional().describe('The series is collected and shown, and never judged.'),
    runbook: linkSchema
      .optional()
      .describe('What to do about alerts on the series: an address, or a path under publicUrl. It is in messages.'),
  })
  .refine(({ match: _, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
    error:
      'expected floor, relativeFloor, direction, sensitivity, limit, peers, ignore or runbook: this entry changes nothing',
  });
export type CatalogueOverride = z.infer<typeof overrideSchema>;

const pathsSchema = z.array(z.string().min(1).max(512)).max(100).default([]);

const sourceSchema = z
  .strictObject({
    match: z.strictObject({ dataset: z.string().min(1).describe('Glob over datasets; * stands for any text.') }),
    dimensions: pathsSchema.describe('Paths of documents whose texts distinguish series: my.module.unit.'),
    counters: pathsSchema.describe('Globs over metrics that are counters: sums that only grow until they reset.'),
    ignore: pathsSchema.describe('Globs over paths that are no measurement, no dimension and no fact.'),
  })
  .refine((source) => source.dimensions.length + source.counters.length + source.ignore.length > 0, {
    error: 'expected dimensions, counters or ignore: this entry changes nothing',
  })
  .refine(({ dimensions }) => dimensions.every((path) => path.length <= 128 && !path.includes('*')), {
    error: 'expected paths of at most 128 characters without * as dimensions: each is the name of one field',
    path: ['dimensions'],
  });
/** An entry of the settings about the documents of some datasets. */
export type SourceSettings = z.infer<typeof sourceSchema>;

/** The settings, in one file for the embedded run and the deployment. Every key has a default, so no file is needed. */
export const settingsSchema = z.strictObject({
  cluster: z
    .strictObject({
      name: clusterSchema.default('local').describe('The cluster of every host that no rule below matches.'),
      hosts: z
        .array(z.strictObject({ match: z.string().describe('Glob over host names.'), cluster: clusterSchema }))
        .default([]),
    })
    .prefault({}),
  publicUrl: addressSchema
    .optional()
    .describe('The address at which people open the page; messages link to it. Without it they contain no links.'),
  catalogue: z.array(overrideSchema).default([]).describe('Overrides by matcher; the last match wins.'),
  receivers: z
    .array(receiverSchema)
    .refine((receivers) => new Set(receivers.map(({ name }) => name)).size === receivers.length, {
      error: 'expected a different name for each receiver: its deliveries are recorded under it',
    })
    .default([{ name: 'terminal', terminal: {} }]),
  alerts: z
    .strictObject({
      groupWait: durationWithin('0s', '1h')
        .prefault('10s')
        .describe('How long an alert waits for further anomalies before its first page; 0s to 1h.'),
      groupInterval: durationWithin('10s', '1d')
        .prefault('5m')
        .describe('The shortest time between two updates of an alert; 10s to 1d.'),
      repeatInterval: durationWithin('1m', '30d')
        .prefault('4h')
        .describe('An alert that is still open is repeated after this time; 1m to 30d.'),
      resolveAfter: durationWithin('1s', '1h')
        .prefault('30s')
        .describe('How long all series of an alert must be normal before it is resolved; 1s to 1h.'),
      onsetWindow: durationWithin('1s', '1h')
        .prefault('2m')
        .describe('Anomalies that start within this time belong to one alert; 1s to 1h.'),
      criticalAfter: durationWithin('1m', '30d')
        .prefault('4h')
        .describe('An alert that nobody acknowledged for this time turns critical; 1m to 30d.'),
      criticalEntities: z
        .int()
        .min(2)
        .max(2_000)
        .default(20)
        .describe('An alert on this number of entities turns critical; 2 to 2000.'),
      silenceMax: durationWithin('1m', '366d')
        .prefault('30d')
        .describe('The longest duration of a silence, and how far in the future it may start; 1m to 366d.'),
    })
    .prefault({}),
  edges: z
    .array(declaredEdgeSchema)
    .max(declaredMax)
    .default([])
    .describe('Entities that need others, beside those that Offbeat finds: their anomalies belong together.'),
  sources: z.array(sourceSchema).default([]).describe('What documents of some datasets mean; all matches apply.'),
  noData: z
    .strictObject({
      after: durationWithin('1m', '1d')
        .prefault('3m')
        .describe(
          'The shortest time without samples after which an entity is missed, beside 10 of its intervals; 1m to 1d.',
        ),
      ignore: z
        .array(z.string().min(1).max(1_024))
        .max(100)
        .default([])
        .describe('Globs over cluster/kind/name of entities that may stop at any time; * stands for any text.'),
    })
    .prefault({}),
  logs: z
    .strictObject({
      redact: z
        .array(z.string().min(1).max(256))
        .max(50)
        .default([])
        .describe('Patterns (RE2) whose matches are left out of the lines that are kept of logs.'),
    })
    .prefault({}),
  collectd: z
    .strictObject({
      storeRates: z
        .boolean()
        .default(true)
        .describe("The value of StoreRates in collectd's configuration, which its messages do not contain."),
    })
    .prefault({}),
  collect: collectSchema,
});
export type Settings = z.infer<typeof settingsSchema>;
export const defaultSettings: Settings = settingsSchema.parse({});
