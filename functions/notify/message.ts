import * as z from 'zod';
import { type Alert, alertSchema } from '../shared/domain/alert.ts';
import { check } from '../shared/domain/check.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { timeMsSchema } from '../shared/domain/sample.ts';

/**
 * The body of an SQS message from an SNS topic. Offbeat adds two fields: `redrive` to a message that returns from the dead
 * letters, `failingSinceMs` to a copy.
 */
const envelopeSchema = z.looseObject({
  Type: z.literal('Notification'),
  Message: z.string(),
  failingSinceMs: timeMsSchema.optional(),
  redrive: z.object({ receiver: z.string().min(1), count: z.int().min(1) }).optional(),
});

/** A transition for every receiver or, after a redrive, for the one receiver that did not accept it. */
export interface NotifyMessage {
  readonly alert: Alert;
  readonly redrive?: { readonly receiver: string; readonly count: number };
  /** The time at which the queue first handed out the original; only in a copy. Ms. */
  readonly failingSinceMs?: number;
}

/**
 * Reads the body of a message.
 * @throws {RefusedRecordError} whose message names the field that is wrong
 */
export function decodeMessage(body: string): NotifyMessage {
  const { Message, redrive, failingSinceMs } = parse('not an SNS notification', envelopeSchema, body);
  const alert = parse('not an alert', alertSchema, Message);
  return { alert, ...(redrive && { redrive }), ...(failingSinceMs !== undefined && { failingSinceMs }) };
}

function parse<T>(reason: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RefusedRecordError(reason, `${reason}: not JSON`, { cause: error });
  }
  const checked = check(schema, value);
  if ('value' in checked) return checked.value;
  throw new RefusedRecordError(reason, `${reason}: ${checked.faults}`);
}

/**
 * Returns the dead letter for a message. If it is put back on the queue unchanged, it is delivered to this receiver alone,
 * under a new delivery id.
 */
export function deadLetterBody(body: string, receiver: string, redrivesSoFar: number): string {
  const { failingSinceMs: _startsAnew, ...envelope } = JSON.parse(body);
  return JSON.stringify({ ...envelope, redrive: { receiver, count: redrivesSoFar + 1 } });
}

/** Returns the copy that replaces a message, because a queue hands out one message only a limited number of times. */
export function copyBody(body: string, failingSinceMs: number): string {
  return JSON.stringify({ ...JSON.parse(body), failingSinceMs });
}
