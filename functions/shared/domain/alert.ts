import * as z from 'zod';
import { severities } from './anomaly.ts';
import { commentSchema, commentsMax } from './comment.ts';
import { dayMs } from './durations.ts';
import { entitySchema } from './entity.ts';
import { feedbackMax, feedbackSchema } from './feedback.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';
import { seriesSchema } from './series.ts';

export const alertStatuses = ['open', 'acknowledged', 'resolved'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/** The reasons for a revision of an alert. */
export const transitions = [
  'opened',
  'updated',
  'acknowledged',
  'repeated',
  'resolved',
  'feedback',
  'commented',
] as const;

/** A named decision on the way from a beat to a page, also one by which nothing was sent. */
const decisionSchema = z.object({
  atMs: timeMsSchema,
  /** The part of the alert stage that decided: `correlate`, `deduplicate`, `silence`, `group`, `resolve`, `command`, … */
  stage: z.string(),
  /** The reason by name: `first notification`, `nothing new`, `silenced by …`, `repeat interval elapsed`, … */
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

/**
 * An alert, which groups the anomalies of one incident for the person on call. Every transition is one record on topic
 * `alerts`.
 */
export const alertSchema = z.object({
  id: z.string().min(1),
  /** Rises with every transition, from 1. */
  revision: z.int().min(1),
  transition: z.enum(transitions),
  /** The revision of the first transition that is sent to receivers; absent before it. It never changes. */
  firstPageRevision: z.int().min(1).optional(),
  /** States whether receivers get this transition. If they do not, the trace contains the reason. */
  notify: z.boolean(),
  status: z.enum(alertStatuses),
  severity: z.enum(severities),
  title: z.string(),
  headline: z.string(),
  /** The entity of the likely cause. */
  entity: entitySchema,
  startsAtMs: timeMsSchema,
  updatedAtMs: timeMsSchema,
  endsAtMs: timeMsSchema.optional(),
  /** Ids of the anomalies in the order in which they joined; the first one opened the alert. */
  anomalies: z.array(z.string()).min(1),
  /** The entities that may be the cause, the likeliest first. */
  suspects: z.array(suspectSchema),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  trace: z.array(decisionSchema),
  /** The judgements of operators; absent without any. */
  feedback: z.array(feedbackSchema).max(feedbackMax).optional(),
  /** The comments of operators, the oldest first; absent without any. */
  comments: z.array(commentSchema).max(commentsMax).optional(),
  scope: scopeSchema,
});
export type Alert = z.infer<typeof alertSchema>;

/** The most resolved alerts that the alert stage remembers of a cluster, at 3 KB each. The oldest are forgotten first. */
export const resolvedMax = 50;
/** Milliseconds for which it remembers resolved alerts and closed anomalies. */
export const rememberMs = 8 * dayMs;

export const alertVersion = 'alert/1';
