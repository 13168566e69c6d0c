import * as z from 'zod';
import { transitions } from './alert.ts';
import { severities } from './anomaly.ts';
import { entitySchema } from './entity.ts';
import { contentId } from './ids.ts';
import { nameSchema } from './name.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

/**
 * The outcomes of an attempt. After `failed` the delivery is tried again. After `given up` it is a dead letter, which only a
 * redrive sends again.
 */
export const attemptOutcomes = ['delivered', 'failed', 'given up'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

export const attemptVersion = 'attempt/1';

/** A reason of a few words. It cannot contain an address, a path or a query, which are often the secret of a webhook. */
const reasonSchema = z
  .string()
  .regex(/^[^/?#@]{1,80}$/, 'expected a short reason without an address')
  .optional();

/** One attempt of one delivery, with its outcome. It contains no address, no secret and nothing that a receiver answered. */
export const attemptSchema = z.strictObject({
  schema: z.literal(attemptVersion),
  /** The `webhook-id` of the request, which all attempts of a delivery share. */
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
  /** The reason why it was not delivered, from a closed list: `server error`, `time-out`, `gone`. */
  reason: reasonSchema,
  /** The HTTP status of the receiver's answer; absent without an answer. */
  status: z.int().min(100).max(599).optional(),
  /** The time since which the receiver fails; only if the message was not delivered. */
  failingSinceMs: timeMsSchema.optional(),
  /** The earliest time of the next attempt; only after `failed`. */
  nextTryMs: timeMsSchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** Returns the id of an attempt. It is made from content, so that a message that comes twice makes one document. */
export const attemptId = ({ deliveryId, startedAtMs }: Attempt): string =>
  contentId('attempt', deliveryId, startedAtMs);
