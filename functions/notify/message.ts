import * as z from 'zod';
import { type Alert, alertSchema } from '../shared/domain/alert.ts';
import { check } from '../shared/domain/check.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { timeMsSchema } from '../shared/domain/sample.ts';

/**
 * What an SQS subscriber of an SNS topic gets. Two fields are our own: `redrive` on what came back from the dead letters,
 * `failingSinceMs` on a copy.
 */
const envelopeSchema = z.looseObject({
  Type: z.literal('Notification'),
  Message: z.string(),
  failingSinceMs: timeMsSchema.optional(),
  redrive: z.object({ receiver: z.string().min(1), count: z.int().min(1) }).optional(),
});

/** A transition for every receiver, or, redriven, for the one that had refused it. */
export interface NotifyMessage {
  readonly alert: Alert;
  readonly redrive?: { readonly receiver: string; readonly count: number };
  /** Of a copy: when the queue first handed out the original. */
  readonly failingSinceMs?: number;
}

/** @throws {RefusedRecordError} naming the field that is wrong */
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
 * The message as it lies among the dead letters: put back on the queue as it is, it goes to this receiver alone, under
 * a new delivery id.
 */
export function deadLetterBody(body: string, receiver: string, redrivesSoFar: number): string {
  const { failingSinceMs: _startsAnew, ...envelope } = JSON.parse(body);
  return JSON.stringify({ ...envelope, redrive: { receiver, count: redrivesSoFar + 1 } });
}

/** The message as it is sent to the queue again in its own place, because a queue hands one message out only so often. */
export function copyBody(body: string, failingSinceMs: number): string {
  return JSON.stringify({ ...JSON.parse(body), failingSinceMs });
}
