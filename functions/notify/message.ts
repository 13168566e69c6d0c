import * as z from 'zod';
import { type Alert, alertSchema } from '../shared/domain/alert.ts';
import { check } from '../shared/domain/check.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';

/** What an SQS subscriber of an SNS topic gets; `redrive` is our own, on what came back from the dead letters. */
const envelopeSchema = z.looseObject({
  Type: z.literal('Notification'),
  Message: z.string(),
  redrive: z.object({ receiver: z.string().min(1), count: z.int().min(1) }).optional(),
});

/** A transition for every receiver, or, redriven, for the one that had refused it. */
export interface NotifyMessage {
  readonly alert: Alert;
  readonly redrive?: { readonly receiver: string; readonly count: number };
}

/** @throws {RefusedRecordError} naming the field that is wrong */
export function decodeMessage(body: string): NotifyMessage {
  const { Message, redrive } = parse('not an SNS notification', envelopeSchema, body);
  const alert = parse('not an alert', alertSchema, Message);
  return redrive === undefined ? { alert } : { alert, redrive };
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
  return JSON.stringify({ ...JSON.parse(body), redrive: { receiver, count: redrivesSoFar + 1 } });
}
