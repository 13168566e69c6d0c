import * as z from 'zod';
import { onePartitionEach, type PartitionCounts } from '../log/topics.ts';
import { clusterSchema } from './entity.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const durationExpected = 'expected a duration such as 30s, 5m or 4h';

/** `30s`, `5m`, `4h`, as operators write it, to milliseconds. */
export const durationSchema = z
  .string(durationExpected)
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, durationExpected)
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof unitMs;
    return Math.round(Number.parseFloat(text) * unitMs[unit]);
  });

/** A duration between two others, both inclusive, written as operators write them. */
function durationWithin(least: string, most: string) {
  const [leastMs, mostMs] = [durationSchema.parse(least), durationSchema.parse(most)];
  return durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, {
    error: `expected a duration from ${least} to ${most}`,
  });
}

const referenceExpected = 'expected a reference: env:NAME, file:PATH or secretsmanager:NAME';

/** `env:NAME` or `file:PATH` embedded, a Secrets Manager name when deployed: never the secret itself. */
const secretReferenceSchema = z.string(referenceExpected).regex(/^(env|file|secretsmanager):.+$/, referenceExpected);

const overrideSchema = z.strictObject({
  match: z
    .strictObject({
      /** Globs: `*` stands for any text. */
      metric: z.string().optional(),
      entity: z.string().optional(),
      dimensions: z.record(z.string(), z.string()).optional(),
    })
    .describe('Globs that must all match; * stands for any text. entity is cluster/kind/name.'),
  floor: z.number().min(0).optional().describe('Deviations below this are ignored, in the unit of the metric.'),
  relativeFloor: z.number().min(0).optional().describe('The same as a fraction of the expected value.'),
  direction: z.enum(['up', 'down', 'both']).optional(),
  sensitivity: z.number().min(0.1).max(10).optional().describe('2 judges twice as strictly, 0.5 half; default 1.'),
  ignore: z.boolean().optional().describe('Collect and show, never judge.'),
});
export type CatalogueOverride = z.infer<typeof overrideSchema>;

/** A send begins only if its time-out fits into what is left of a function's minute: a longer one never would. */
const timeoutMsMax = 30_000;
const timeoutSchema = durationSchema.refine((ms) => ms >= 1_000 && ms <= timeoutMsMax, {
  error: 'expected a time-out from 1s to 30s',
});

const receiverName = z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected 1 to 64 lower case letters, digits and dashes');
const receiverSchema = z.union([
  z.strictObject({
    name: receiverName,
    webhook: z.strictObject({
      url: z.url({ protocol: /^https?$/, error: 'expected an https:// or http:// address' }),
      secret: secretReferenceSchema.describe('Standard Webhooks secret (whsec_…), by reference.'),
      /** Loopback, private and plain http targets are refused unless this says so. */
      allowPrivate: z.boolean().default(false),
      timeout: timeoutSchema.prefault('15s'),
    }),
  }),
  z.strictObject({ name: receiverName, terminal: z.strictObject({}) }),
]);
export type Receiver = z.infer<typeof receiverSchema>;

/** One file for embedded run and deployment. Every key has a default, so no file at all is a valid one. */
export const settingsSchema = z.strictObject({
  cluster: z
    .strictObject({
      name: clusterSchema.default('local').describe('The cluster of every host that no rule below matches.'),
      hosts: z
        .array(z.strictObject({ match: z.string().describe('Glob over host names.'), cluster: clusterSchema }))
        .default([]),
    })
    .prefault({}),
  catalogue: z.array(overrideSchema).default([]).describe('Overrides by matcher; the last match wins.'),
  receivers: z
    .array(receiverSchema)
    .refine((receivers) => new Set(receivers.map(({ name }) => name)).size === receivers.length, {
      error: 'expected a name of its own for each receiver: what was delivered is remembered by it',
    })
    .default([{ name: 'terminal', terminal: {} }]),
  alerts: z
    .strictObject({
      groupWait: durationWithin('0s', '1h')
        .prefault('30s')
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
      silenceMax: durationWithin('1m', '366d')
        .prefault('30d')
        .describe('The longest duration of a silence, and how far in the future it may start; 1m to 366d.'),
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
});
export type Settings = z.infer<typeof settingsSchema>;
export const defaultSettings: Settings = settingsSchema.parse({});

/** What the flow is laid out as; unlike settings it is fixed for the life of the topics. */
export interface Layout {
  readonly partitions: PartitionCounts;
}
export const defaultLayout: Layout = { partitions: onePartitionEach };
