import * as z from 'zod';
import { alertStatuses } from '../../shared/domain/alert.ts';
import { severities } from '../../shared/domain/anomaly.ts';
import { entitySchema } from '../../shared/domain/entity.ts';
import { timeMs } from './charts.ts';

export const alertSummarySchema = z
  .strictObject({
    id: z.string(),
    revision: z.int(),
    status: z.enum(alertStatuses),
    severity: z.enum(severities),
    title: z.string(),
    headline: z.string(),
    entity: entitySchema.describe('The entity of the likely cause.'),
    cluster: z.string(),
    startsAtMs: timeMs,
    updatedAtMs: timeMs,
    endsAtMs: timeMs.optional(),
    acknowledged: z.strictObject({ by: z.string(), atMs: timeMs }).optional(),
    paged: z.strictObject({ atMs: timeMs }).optional().describe('When receivers were told of it first.'),
    silencedBy: z.string().optional().describe('The id of the active silence that mutes it.'),
    series: z.int().describe('The number of its anomalies: series that were off.'),
    components: z.int().describe('The number of its entities.'),
    cause: z
      .strictObject({ path: z.string(), series: z.string(), score: z.number(), why: z.string() })
      .optional()
      .describe('The likeliest suspect.'),
    isReplay: z.literal(true).optional().describe('Present if it is an alert of a replay.'),
  })
  .meta({ id: 'AlertSummary', description: 'An alert without its trace and its other suspects.' });
export type AlertSummary = z.infer<typeof alertSummarySchema>;

/** The trouble of an entity: the worst of its open alerts. */
export const troubleSchema = z
  .strictObject({
    severity: z.enum(severities).nullable().describe('That of its worst open alert; null without one.'),
    reason: z.string().nullable().describe('The title of that alert.'),
    alertIds: z.array(z.string()).describe('Its open alerts, the worst first.'),
  })
  .meta({ id: 'Trouble' });
export type Trouble = z.infer<typeof troubleSchema>;
