import * as z from 'zod';
import { entityKinds } from '../../shared/domain/entity.ts';
import { statusWords } from '../../shared/domain/inventory.ts';
import { alertSummarySchema } from './alert-summary.ts';
import { timeMs } from './charts.ts';

const receiverHealth = z.strictObject({
  name: z.string(),
  status: z.enum(['ok', 'failing', 'refusing']),
  failingSinceMs: timeMs.optional(),
  failures: z.int(),
  reason: z.string().optional(),
  waiting: z.int(),
});

export const ownStatusSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'held up']),
    reason: z.string().optional().describe('Why it is not ok.'),
    lagRecords: z
      .int()
      .describe('The records that the slowest partition of any stage has not handled; 0 where only the brokers know.'),
  })
  .describe('Offbeat itself.');
export type OwnStatus = z.infer<typeof ownStatusSchema>;

const alertCountsSchema = z.strictObject({
  cluster: z.string(),
  isReplay: z.literal(true).optional(),
  open: z.int().describe('Open and acknowledged alerts.'),
  silenced: z.int().describe('Those that an active silence mutes.'),
  acknowledged: z.int().describe('Those that are acknowledged, without the silenced ones.'),
  paged: z.int().describe('Those that receivers were told of, without the silenced ones.'),
  troubled: z
    .partialRecord(z.enum(entityKinds), z.int())
    .describe(
      'The components that are the likely cause of an alert of `warning` or `critical` that is not silenced, by kind.',
    ),
});
export type AlertCounts = z.infer<typeof alertCountsSchema>;

export const overviewAnswer = z.strictObject({
  nowMs: timeMs,
  version: z.string().describe('The version of Offbeat.'),
  clusters: z.array(z.string()).describe('All known clusters.'),
  status: z.strictObject({
    status: z.enum(statusWords).describe('The worst of the live clusters, of replays if there is no live one.'),
    clusters: z.array(
      z.strictObject({
        cluster: z.string(),
        status: z.enum(statusWords),
        reason: z.string().optional(),
        sinceMs: timeMs.optional(),
        isReplay: z.literal(true).optional(),
      }),
    ),
  }),
  counts: z
    .strictObject({ machines: z.int(), chunkservers: z.int(), topics: z.int(), consumerGroups: z.int() })
    .describe('Entities with samples in the last hour; with `cluster`, of a replay in its last hour.'),
  alerts: z.strictObject({
    open: z.array(alertSummarySchema).describe('Open and acknowledged alerts, the worst first, at most 1,000.'),
    openCount: z.int().describe('All of them.'),
    silenced: z.int().describe('Those that an active silence mutes.'),
    clusters: z.array(alertCountsSchema).describe('All of them, by cluster.'),
    resolved: z
      .array(alertSummarySchema)
      .describe('Those that ended in the last hour, or the last ten, among the 200 that began last.'),
  }),
  freshness: z
    .array(
      z.strictObject({
        source: z.string().describe('The shipper.'),
        cluster: z.string(),
        entities: z.int(),
        newestMs: timeMs,
        oldest: z
          .strictObject({ path: z.string(), newestMs: timeMs })
          .describe('The entity whose newest sample is the oldest.'),
      }),
    )
    .describe('The newest sample of each shipper and cluster.'),
  newestSampleMs: timeMs.nullable(),
  canary: z
    .strictObject({ lastMs: timeMs.describe('When the newest canary in the warehouse was sent.') })
    .nullable()
    .describe('The document that Offbeat sends to itself each minute; null where it sends none.'),
  deliveries: z.strictObject({
    waiting: z.int(),
    givenUp: z.int(),
    delivered: z.int().nullable().describe('Those of the last hour; null without a warehouse.'),
    receivers: z.array(receiverHealth),
  }),
  offbeat: ownStatusSchema,
  cursor: z.string().describe('For `after` of `/api/changes`.'),
  note: z.string().optional().describe('What is not known.'),
});
export type Overview = z.infer<typeof overviewAnswer>;

export const changesAnswer = z.strictObject({
  cursor: z.string().describe('For `after` of the next request.'),
  alerts: z.array(alertSummarySchema).describe('The alerts that may have changed since.'),
  silences: z.boolean().describe('Whether silences changed.'),
  inventory: z.boolean().describe('Whether the status of a component changed.'),
  newestSampleMs: timeMs.nullable(),
  nowMs: timeMs,
  offbeat: ownStatusSchema,
});
export type Changes = z.infer<typeof changesAnswer>;
