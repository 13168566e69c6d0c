import * as z from 'zod';
import { onePartitionEach, type PartitionCounts } from '../log/topics.ts';
import { durationSchema } from './duration-schema.ts';
import { clusterSchema } from './entity.ts';
import { receiverSchema } from './receivers/registry.ts';

/** A duration between two others, both inclusive, written as operators write them. */
function durationWithin(least: string, most: string) {
  const [leastMs, mostMs] = [durationSchema.parse(least), durationSchema.parse(most)];
  return durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, {
    error: `expected a duration from ${least} to ${most}`,
  });
}

const overrideSchema = z.strictObject({
  match: z
    .strictObject({
      /** Globs: `*` stands for any text. */
      metric: z.string().optional(),
      entity: z.string().optional(),
      dimensions: z.record(z.string(), z.string()).optional(),
    })
    .describe('Globs that must all match; * stands for any text. entity is cluster/kind/name.'),
  floor: z.number().min(0).optional().describe('Deviations below this concern nobody, in the unit of the metric.'),
  relativeFloor: z.number().min(0).optional().describe('The same as a fraction of the expected value.'),
  direction: z.enum(['up', 'down', 'both']).optional(),
  sensitivity: z.number().min(0.1).max(10).optional().describe('2 judges twice as strictly, 0.5 half; default 1.'),
  ignore: z.boolean().optional().describe('Collect and show, never judge.'),
});
export type CatalogueOverride = z.infer<typeof overrideSchema>;

/** One file for embedded run and deployment. Every key has a default, so no file at all is a valid one. */
export const settingsSchema = z.strictObject({
  cluster: z
    .strictObject({
      name: clusterSchema.default('local').describe('The cluster of everything that no rule below names.'),
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
        .describe('How long an alert gathers before its first page; 0s to 1h.'),
      groupInterval: durationWithin('10s', '1d').prefault('5m').describe('At most one update in this time; 10s to 1d.'),
      repeatInterval: durationWithin('1m', '30d')
        .prefault('4h')
        .describe('An alert still open is repeated after this; 1m to 30d.'),
      resolveAfter: durationWithin('1s', '1h')
        .prefault('30s')
        .describe('How long all must be quiet before it is over; 1s to 1h.'),
      onsetWindow: durationWithin('1s', '1h')
        .prefault('2m')
        .describe('Anomalies that began this close belong together; 1s to 1h.'),
      silenceMax: durationWithin('1m', '366d')
        .prefault('30d')
        .describe('The longest time for which a silence may mute, and by which its start may lie ahead; 1m to 366d.'),
    })
    .prefault({}),
  collectd: z
    .strictObject({
      storeRates: z.boolean().default(true).describe("collectd's StoreRates: the message itself does not tell."),
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
