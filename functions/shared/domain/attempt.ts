import * as z from 'zod';
import { transitions } from './alert.ts';
import { severities } from './anomaly.ts';
import { entitySchema } from './entity.ts';
import { contentId } from './ids.ts';
import { nameSchema } from './name.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

/** `failed`: it is tried again. `given up`: it became a dead letter, which only a redrive sends again. */
export const attemptOutcomes = ['delivered', 'failed', 'given up'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

export const attemptVersion = 'attempt/1';

/** A word or a few of them. An address, a path or a query, which are often a webhook's secret, does not fit. */
const reasonSchema = z
  .string()
  .regex(/^[^/?#@]{1,80}$/, 'expected a short reason without an address')
  .optional();

/** One try of one delivery and its outcome. It holds no address, no secret and nothing that a receiver answered. */
export const attemptSchema = z.strictObject({
  schema: z.literal(attemptVersion),
  /** The `webhook-id` of the request, which all tries of a delivery share. */
  deliveryId: nameSchema(1, 64),
  receiver: nameSchema(1, 64),
  alertId: nameSchema(1, 128),
  revision: z.int().min(1),
  transition: z.enum(transitions),
  severity: z.enum(severities),
  /** The alert's likely cause. */
  entity: entitySchema,
  scope: scopeSchema,
  startedAtMs: timeMsSchema,
  durationMs: z.int().min(0).max(86_400_000),
  outcome: z.enum(attemptOutcomes),
  /** Why it was not delivered, from a closed list: `server error`, `time-out`, `gone`. */
  reason: reasonSchema,
  /** The HTTP status that the receiver answered; absent where no answer came. */
  status: z.int().min(100).max(599).optional(),
  /** Since when its receiver fails; only of what was not delivered. */
  failingSinceMs: timeMsSchema.optional(),
  /** When it is tried again at the earliest; only of a `failed` one. */
  nextTryMs: timeMsSchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** An attempt's id, made of content: a message that comes twice makes one document. */
export const attemptId = ({ deliveryId, startedAtMs }: Attempt): string =>
  contentId('attempt', deliveryId, startedAtMs);
