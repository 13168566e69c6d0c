import * as z from 'zod';
import { severities } from './anomaly.ts';
import { entitySchema } from './entity.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';
import { seriesSchema } from './series.ts';

export const alertStatuses = ['open', 'acknowledged', 'resolved'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/** Why this revision exists. */
export const transitions = ['opened', 'updated', 'acknowledged', 'repeated', 'resolved'] as const;

/** A named reason on the way from beat to page, also for what was not sent. */
const decisionSchema = z.object({
  atMs: timeMsSchema,
  /** Which small stage decided: `correlate`, `deduplicate`, `silence`, `group`, `resolve`, `command`, … */
  stage: z.string(),
  /** `first notification`, `nothing new`, `silenced by …`, `repeat interval elapsed`, … */
  reason: z.string(),
  detail: z.string().optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

const suspectSchema = z.object({
  entity: entitySchema,
  anomalyId: z.string(),
  series: seriesSchema,
  startsAtMs: timeMsSchema,
  score: z.number(),
  why: z.string(),
});
export type Suspect = z.infer<typeof suspectSchema>;

/** What on-call gets: the anomalies of one incident. Every transition is one record on topic `alerts`. */
export const alertSchema = z.object({
  id: z.string().min(1),
  /** Rises with every transition, from 1. */
  revision: z.int().min(1),
  transition: z.enum(transitions),
  /** Of the first transition that receivers were told of; absent before it. No later one takes its place. */
  firstPageRevision: z.int().min(1).optional(),
  /** Whether receivers are told of this transition; the trace says why not. */
  notify: z.boolean(),
  status: z.enum(alertStatuses),
  severity: z.enum(severities),
  title: z.string(),
  headline: z.string(),
  /** Of the likely cause. */
  entity: entitySchema,
  startsAtMs: timeMsSchema,
  updatedAtMs: timeMsSchema,
  endsAtMs: timeMsSchema.optional(),
  /** Ids, in order of joining; the first one opened the alert. */
  anomalies: z.array(z.string()).min(1),
  /** The likely cause first. */
  suspects: z.array(suspectSchema),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  trace: z.array(decisionSchema),
  scope: scopeSchema,
});
export type Alert = z.infer<typeof alertSchema>;
export const alertVersion = 'alert/1';
