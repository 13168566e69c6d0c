import * as z from 'zod';
import { check } from '../shared/domain/check.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';

/** What EventBridge Scheduler sends: the moment it was due, and how much later this message's tick is. */
const messageSchema = z.object({
  scheduledTime: z.iso.datetime({ offset: true }),
  // A message cannot be delayed for longer than SQS's 15 minutes.
  afterSeconds: z.int().min(0).max(900),
});

/**
 * The time that a message is the tick of. It is made of the message alone, so that one that is delivered twice, or
 * late, makes the same tick.
 * @throws {RefusedRecordError} `not a tick`, naming the field that is wrong
 */
export function tickTimeMs(body: string): number {
  const checked = check(messageSchema, parseJson(body), 'message');
  if ('faults' in checked) throw new RefusedRecordError('not a tick', checked.faults);
  return Date.parse(checked.value.scheduledTime) + checked.value.afterSeconds * 1_000;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new RefusedRecordError('not a tick', 'message: expected JSON', { cause });
  }
}
